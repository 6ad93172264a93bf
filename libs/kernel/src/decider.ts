import type { CivilDate, Instant } from './calendar.js';
import type { Actor, Decided, DomainEvent, Organisations, Recorded, Source } from './event.js';
import type { AnyEventCatalogue } from './event-catalogue.js';
import type { CommandId, PersonId, StreamName } from './ids.js';

/** What comes in with a command beside its data: who, when, from where. Deciders take time from here, never from a clock. */
export interface CommandMeta {
  /** hash(account, mutation, idempotency key): processed once. */
  readonly commandId: CommandId;
  /** HMAC of the canonical input: tells a repeated request from a reused key. */
  readonly inputMac: string;
  readonly actor: Actor;
  readonly onBehalfOf?: PersonId | undefined;
  readonly source: Source;
  readonly correlationId: string;
  readonly causationId: string;
  /** The instant at which the command was accepted for processing. */
  readonly now: Instant;
  /** The civil date of `now` in the time zone of the organisation concerned. */
  readonly today: CivilDate;
}

/** An intent, named in the imperative. `about` are the organisations its events belong to. */
export interface Command<T extends string = string> {
  readonly type: T;
  readonly about: Organisations;
  readonly meta: CommandMeta;
}

/** A command class of a slice: what the command bus dispatches on. */
export interface CommandClass<C extends Command = Command> {
  new (...args: never[]): C;
  readonly name: string;
}

/**
 * The rules of one kind of stream, as pure functions: no clock, no randomness, no input or output, no framework.
 * `decide` answers with the events that follow from a command, or throws a DomainError that says which rule refused;
 * no events at all means that the command changes nothing. `evolve` folds a recorded event into the state and never throws.
 */
export interface Decider<S, C extends Command, E extends DomainEvent> {
  readonly category: string;
  readonly catalogue: AnyEventCatalogue;
  readonly initial: S;
  stream(command: C): StreamName;
  decide(command: C, state: S): readonly Decided<E>[];
  evolve(state: S, event: Recorded<E>): S;
}
