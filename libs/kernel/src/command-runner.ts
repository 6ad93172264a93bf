import { createHash } from 'node:crypto';
import type { Instant } from './calendar.js';
import type { Command, Decider } from './decider.js';
import {
  ConflictError,
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  RecordedAtBehindError,
  StoreUnavailableError,
  WrongExpectedRevisionError,
} from './errors.js';
import type { Decided, DomainEvent, EventMetadata, StoredEvent } from './event.js';
import type { AnyEventCatalogue } from './event-catalogue.js';
import { personalMembers } from './event-schema.js';
import { FoldedStreams } from './folded-streams.js';
import { derivedUuid, type EventId, randomNonce, type StreamName } from './ids.js';
import { type Receipt, replayedReceipt } from './receipt.js';

/** Where a stream must stand for an append to be taken: its last revision, or not there at all. There is no "any". */
export type ExpectedRevision = number | 'NO_STREAM';

/** An event with its metadata, personal members sealed, ready to be encoded and stored. */
export interface EventToAppend {
  readonly eventId: EventId;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** What a store answers to an append: acknowledged means on disk. */
export interface Appended {
  /** Position of the last event appended. */
  readonly position: number;
  /** Revision of the last event appended. */
  readonly revision: number;
}

/** The part of the event store that commands need. */
export interface StreamStore {
  /** All events of the stream in order; empty when the stream does not exist. */
  readStream(stream: StreamName): Promise<readonly StoredEvent[]>;
  /**
   * Appends all events or none. The same event ids at the same expected revision again: success, nothing twice.
   * An event id that already stands at another place: IdempotencyKeyReusedError, for this append alone.
   * Throws WrongExpectedRevisionError, OutcomeUnknownError, StoreUnavailableError, RecordedAtBehindError, EventTooLargeError.
   */
  append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended>;
}

/** Seals one personal text of an event under the key of the person it belongs to. */
export interface FieldSealer {
  /** Makes sure that the keys of these persons are there and kept for good; awaited before `seal` where a sealer has it. */
  hold?(personIds: readonly string[]): Promise<void>;
  seal(personId: string, eventId: EventId, path: string, text: string): string;
}

export interface CommandRunnerOptions {
  readonly store: StreamStore;
  readonly sealer: FieldSealer;
  /** Gives instants to record with that do not fall within the process. */
  readonly clock: { stamp(): Date; raiseTo(instant: Instant): void };
  /** Called for each re-decide and each repeated append; for metrics. */
  readonly onRetry?: (kind: 'conflict' | 'unknown-outcome') => void;
  /** Runs a command, and each step of it within; for traces. Gives back what `work` gives. */
  readonly around?: <T>(step: CommandStep, command: Command, work: () => T) => T;
}

/** `command` is the whole, its turn among the commands of its stream and every repetition included. */
export type CommandStep = 'command' | 'load' | 'decide' | 'append';

const MOST_DECISIONS = 4;
const MOST_SENDS = 3;
/** Other processes may move the store's newest instant on between two stampings; a clock that cannot follow ends here. */
const MOST_STAMPINGS = 10;

/** Runs commands against their streams: load, fold, decide, append. Commands on one stream queue up within the process. */
export class CommandRunner {
  private readonly queues = new Map<StreamName, Promise<unknown>>();
  private readonly folded = new FoldedStreams();

  private readonly around: NonNullable<CommandRunnerOptions['around']>;

  constructor(private readonly options: CommandRunnerOptions) {
    this.around = options.around ?? ((_, __, work) => work());
  }

  run<S, C extends Command, E extends DomainEvent>(decider: Decider<S, C, E>, command: C): Promise<Receipt> {
    return this.around('command', command, () => this.inTurn(decider, command));
  }

  private inTurn<S, C extends Command, E extends DomainEvent>(decider: Decider<S, C, E>, command: C): Promise<Receipt> {
    const stream = decider.stream(command);
    const before = this.queues.get(stream) ?? Promise.resolve();
    const turn = before.then(() => this.runAlone(decider, command, stream));
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.queues.set(stream, settled);
    void settled.then(() => {
      if (this.queues.get(stream) === settled) this.queues.delete(stream);
    });
    return turn;
  }

  /** Decides anew after a certain conflict, and after nothing else. */
  private async runAlone<S, C extends Command, E extends DomainEvent>(
    decider: Decider<S, C, E>,
    command: C,
    stream: StreamName,
  ): Promise<Receipt> {
    for (let decision = 1; ; decision += 1) {
      try {
        return await this.decideAndAppend(decider, command, stream);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
        if (decision >= MOST_DECISIONS) {
          throw new ConflictError(
            'Others keep changing this record at the same time. Read it again and repeat your entry.',
          );
        }
        this.options.onRetry?.('conflict');
      }
    }
  }

  private async decideAndAppend<S, C extends Command, E extends DomainEvent>(
    decider: Decider<S, C, E>,
    command: C,
    stream: StreamName,
  ): Promise<Receipt> {
    // 1. Load the stream.
    const stored = await this.around('load', command, () => this.options.store.readStream(stream));
    // 2. A command that is already in the stream is answered from it.
    const replayed = receiptOfEarlierRun(stored, command);
    if (replayed !== undefined) return replayed;
    // 3. Fold, then decide.
    const decided = this.around('decide', command, () => decider.decide(command, this.folded.stateOf(decider, stored)));
    const last = stored.at(-1);
    if (decided.length === 0) {
      const recordedAt = last?.metadata.recordedAt ?? command.meta.now;
      return { position: last?.position ?? 0, eventIds: [], recordedAt, replayed: false, stream };
    }
    // 4. Append at the revision that was decided upon. A certain conflict leads back to 1.
    const expected = last?.revision ?? 'NO_STREAM';
    return this.around('append', command, () => this.append(decider.catalogue, command, stream, expected, decided));
  }

  private async append<E extends DomainEvent>(
    catalogue: AnyEventCatalogue,
    command: Command,
    stream: StreamName,
    expected: ExpectedRevision,
    decided: readonly Decided<E>[],
  ): Promise<Receipt> {
    await this.holdKeys(catalogue, decided);
    let events = this.prepare(catalogue, command, decided);
    let sends = 1;
    let stampings = 1;
    for (;;) {
      try {
        const { position } = await this.options.store.append(stream, expected, events);
        const eventIds = events.map((event) => event.eventId);
        const recordedAt = sends === 1 ? stampOf(events) : await this.recordedAtOf(stream, events);
        return { position, eventIds, recordedAt, replayed: false, stream };
      } catch (error) {
        if (error instanceof RecordedAtBehindError && stampings < MOST_STAMPINGS) {
          stampings += 1;
          this.options.clock.raiseTo(error.notBefore);
          events = this.prepare(catalogue, command, decided);
        } else if (!(error instanceof OutcomeUnknownError)) {
          throw error;
        } else if (sends >= MOST_SENDS) {
          throw new StoreUnavailableError(
            'The store does not confirm. Repeat the request with the same idempotency key: it is recorded once at most.',
          );
        } else {
          sends += 1;
          events = this.stampedAnew(events);
          this.options.onRetry?.('unknown-outcome');
        }
      }
    }
  }

  /**
   * The same events, to be sent again under the stamp of now: the record may have been read as of the first stamp meanwhile, and
   * must not gain an event there (S14). Should the first sending have been recorded, the store knows them by their ids.
   */
  private stampedAnew(events: readonly EventToAppend[]): EventToAppend[] {
    const recordedAt = this.options.clock.stamp().toISOString();
    return events.map((event) => ({ ...event, metadata: { ...event.metadata, recordedAt } }));
  }

  /** When events were recorded that were sent more than once: any of the sendings may be the one that stands. */
  private async recordedAtOf(stream: StreamName, events: readonly EventToAppend[]): Promise<Instant> {
    const { eventId } = events.at(-1)!;
    const stored = (await this.options.store.readStream(stream)).find((event) => event.eventId === eventId);
    return stored?.metadata.recordedAt ?? stampOf(events);
  }

  /** Ids, nonces, time and sealed members: everything that makes decided events fit to be stored. */
  private prepare<E extends DomainEvent>(
    catalogue: AnyEventCatalogue,
    command: Command,
    decided: readonly Decided<E>[],
  ): EventToAppend[] {
    const recordedAt = this.options.clock.stamp().toISOString();
    return decided.map((event, ordinal) => {
      catalogue.assertValid(event);
      const eventId = eventIdOf(command, ordinal);
      const { meta } = command;
      const { agency, district } = event.organisations ?? command.about;
      const metadata: EventMetadata = {
        nonce: randomNonce(),
        schemaVersion: catalogue.typeOf(event.type).version,
        recordedAt,
        effectiveOn: event.effectiveOn ?? meta.today,
        act: event.act ?? 'STATED',
        statement: event.statement ?? eventId,
        ...(event.corrects !== undefined && { corrects: event.corrects }),
        actor: meta.actor,
        ...(meta.onBehalfOf !== undefined && { onBehalfOf: meta.onBehalfOf }),
        source: meta.source,
        correlationId: meta.correlationId,
        causationId: meta.causationId,
        commandId: meta.commandId,
        inputMac: meta.inputMac,
        ...(agency !== undefined && { agency }),
        ...(district !== undefined && { district }),
      };
      return { eventId, type: event.type, data: this.sealed(catalogue, event, eventId), metadata };
    });
  }

  private async holdKeys(catalogue: AnyEventCatalogue, decided: readonly DomainEvent[]): Promise<void> {
    const personal = decided.filter(({ type }) => personalMembers(catalogue.typeOf(type).fields).length > 0);
    if (personal.length === 0) return;
    const persons = personal.map(({ data }) => (data as { personId?: unknown }).personId);
    await this.options.sealer.hold?.(persons.filter((id) => typeof id === 'string'));
  }

  private sealed(catalogue: AnyEventCatalogue, event: DomainEvent, eventId: EventId): object {
    const members = personalMembers(catalogue.typeOf(event.type).fields);
    if (members.length === 0) return event.data;
    const data: Record<string, unknown> = { ...event.data };
    const personId = data['personId'];
    if (typeof personId !== 'string') throw new TypeError(`${event.type} holds personal data and names no personId`);
    for (const member of members) {
      const text = data[member];
      if (typeof text === 'string') data[member] = this.options.sealer.seal(personId, eventId, member, text);
    }
    return data;
  }
}

/** The receipt of the command when it is in its stream already. Throws IdempotencyKeyReusedError when that one had another input. */
function receiptOfEarlierRun(stored: readonly StoredEvent[], { meta }: Command): Receipt | undefined {
  const own = stored.filter(({ metadata }) => metadata.commandId === meta.commandId);
  const last = own.at(-1);
  if (last !== undefined && last.metadata.inputMac !== meta.inputMac) throw new IdempotencyKeyReusedError();
  return replayedReceipt(own);
}

function stampOf(events: readonly EventToAppend[]): Instant {
  return events.at(-1)!.metadata.recordedAt;
}

/** The id that the event with this ordinal gets when the command is run, now or again. */
export function eventIdOf(command: { readonly meta: Pick<Command['meta'], 'commandId'> }, ordinal: number): EventId {
  return derivedUuid('event', command.meta.commandId, String(ordinal)) as EventId;
}

/** The id of a command: the same account, mutation and key always give the same id. */
export function commandIdOf(account: string, mutation: string, idempotencyKey: string) {
  return derivedUuid('command', account, mutation, idempotencyKey) as import('./ids.js').CommandId;
}

/** SHA-256 in hexadecimal; for identifiers that must not be guessed back. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
