import type { CivilDate, Instant } from './calendar.js';
import type { CommandId, EventId, OrganisationId, PersonId, StreamName } from './ids.js';

/** STATED says something; CORRECTED replaces an earlier entry that was wrong; WITHDRAWN says it never was true. */
export type Act = 'STATED' | 'CORRECTED' | 'WITHDRAWN';

/** Who did it: the person, in which role, for which organisation. */
export interface Actor {
  readonly personId: PersonId;
  readonly role: string;
  readonly organisationId: OrganisationId;
}

/** By which way it came in, and the request, file or rule it came with. */
export interface Source {
  readonly kind: 'api' | 'cli' | 'import' | 'policy';
  readonly ref: string;
}

/** The organisations an event belongs to: for finding, for rights and for the audit tags, not for ownership (S17). */
export interface Organisations {
  readonly agency?: OrganisationId | undefined;
  readonly district?: OrganisationId | undefined;
}

/** Everything recorded with an event besides its id, type, stream, revision and data. Holds no personal data. */
export interface EventMetadata extends Organisations {
  readonly nonce: string;
  readonly schemaVersion: number;
  readonly recordedAt: Instant;
  readonly effectiveOn: CivilDate;
  readonly act: Act;
  readonly statement: EventId;
  readonly corrects?: EventId | undefined;
  readonly actor: Actor;
  readonly onBehalfOf?: PersonId | undefined;
  readonly source: Source;
  readonly correlationId: string;
  readonly causationId: string;
  readonly commandId: CommandId;
  readonly inputMac: string;
}

/** An event as the domain thinks of it: a name and plain data. */
export interface DomainEvent<T extends string = string, D extends object = object> {
  readonly type: T;
  readonly data: D;
}

/** What a decider adds to an event when the defaults (STATED, effective on the command's date, its organisations) do not hold. */
export interface Circumstances {
  readonly act?: Act;
  readonly statement?: EventId;
  readonly corrects?: EventId;
  readonly effectiveOn?: CivilDate;
  readonly organisations?: Organisations;
}

/** An event that a decider has decided upon and nobody has recorded yet. */
export type Decided<E extends DomainEvent> = E & Circumstances;

/** An event that is recorded: it has an id, a place in its stream and in the store, and its metadata. */
export type Recorded<E extends DomainEvent = DomainEvent> = E & {
  readonly eventId: EventId;
  readonly stream: StreamName;
  /** Place in the stream, from 0, without gap. */
  readonly revision: number;
  /** Place in the store: rising, not dense. Never part of the event itself. */
  readonly position: number;
  readonly metadata: EventMetadata;
};

/** An event as a store gives it back: parsed, not yet brought to its current version. */
export type StoredEvent = Recorded<DomainEvent<string, Record<string, unknown>>>;
