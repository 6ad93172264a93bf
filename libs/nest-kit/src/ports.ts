import type { Actor, CivilDate, OrganisationId, Organisations, PersonId, Recorded } from '@waymark/kernel';

/** A right given to a person: a role, for an organisation, between two dates (`until` exclusive, absent = open). */
export interface Grant {
  readonly role: string;
  readonly organisationId: OrganisationId;
  readonly from: CivilDate;
  readonly until?: CivilDate | undefined;
}

/** Who is signed in: issuer and subject of the token, the person they stand for, and the grants of that person. */
export interface Account {
  readonly issuer: string;
  readonly subject: string;
  readonly personId: PersonId;
  readonly grants: readonly Grant[];
}

/** Turns the bearer token of a request into an account. Throws UnauthenticatedError with what is wrong with the token. */
export abstract class Authenticator {
  abstract authenticate(authorization: string | undefined): Promise<Account>;
}

/**
 * Decides by the matrix role × operation × organisation. Denied by default.
 * `operation` is the name of a mutation or query field, or `question:<slug>`.
 * Answers with the actor (person, role, organisation of the grant that allowed it); throws ForbiddenError saying what is missing.
 */
export abstract class Rights {
  abstract authorise(account: Account, operation: string, about: Organisations): Promise<Actor>;
}

/** What the kit must know about organisations; answered by the organisations slice. */
export abstract class OrganisationDirectory {
  /** IANA time zone of the organisation; that of the operator when it is unknown. */
  abstract timeZoneOf(id: OrganisationId | undefined): Promise<string>;
  /** The service agency a district, school or program stands under on that date; the organisation itself when it is an agency. */
  abstract agencyOf(id: OrganisationId, on: CivilDate): Promise<OrganisationId | undefined>;
  /** The districts that stand under this service agency on that date, in one select. */
  abstract districtsOf(agency: OrganisationId, on: CivilDate): Promise<readonly OrganisationId[]>;
  /** The two-letter state the organisation belongs to; undefined for an organisation that is not in the record. */
  abstract stateOf(id: OrganisationId): Promise<string | undefined>;
  /** The organisation with a code people write, such as `MI-03` or `MI-03010`; also accepts its opaque id. */
  abstract find(code: string): Promise<{ id: OrganisationId; kind: string; name: string } | undefined>;
}

/** What the kit's users must know about persons; answered by identity. */
export abstract class PersonDirectory {
  /** Those of the ids that stand for a person in the record. */
  abstract exists(ids: readonly PersonId[]): Promise<ReadonlySet<PersonId>>;
}

/** Opens what events hold of persons; answered by identity. Whoever asks has checked the right to `read:persons`. */
export abstract class PersonalTexts {
  /** The events with their personal members in the clear; members whose key does not exist any more are left out. */
  abstract opened(events: readonly Recorded[]): Promise<readonly Recorded[]>;
}

/** Waits until the read tables show a position. Bounded: throws ReadTablesBehindError after two seconds. */
export abstract class ReadGate {
  /** `projections` limits the wait to the tables the answer is read from; all of them when absent. */
  abstract waitFor(position: number, projections?: readonly string[]): Promise<void>;
}

export { ReadTablesBehindError } from '@waymark/read-store';

/** No token, or one that does not hold. */
export class UnauthenticatedError extends Error {
  readonly code = 'UNAUTHENTICATED';
  constructor(what: string) {
    super(`Not signed in: ${what}`);
    this.name = 'UnauthenticatedError';
  }
}

/** HMAC-SHA-256 of a canonical input, hexadecimal, under a key that never leaves the installation. */
export abstract class InputMac {
  abstract of(canonical: string): string;
}

/** Token of the event store (`EventStore` of @waymark/event-store) for those who show events: `@Inject(EVENT_STORE)`. */
export const EVENT_STORE = Symbol('EventStore');
/** Token of the host that runs the projections (`ProjectionHost` of @waymark/read-store). */
export const PROJECTION_HOST = Symbol('ProjectionHost');
