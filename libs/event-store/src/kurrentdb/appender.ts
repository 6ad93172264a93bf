import {
  type Appended,
  DomainError,
  EventTooLargeError,
  type ExpectedRevision,
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  type StoredEvent,
  type StreamName,
  uuidFromBytes,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { type CopiedEvent, type EncodedEvent, lastRevision } from '../pending-append.js';
import { LARGEST_EVENT_BYTES, storedParts } from '../stored-event.js';
import type { Taken } from './append-call.js';
import { AppendLane, OvertakenError, UnservedError } from './append-lane.js';
import type { OutgoingAppend, OutgoingEvent } from './append-request.js';
import type { KurrentConnection } from './connection.js';
import { IdClaims } from './id-claims.js';
import { asStoreError, damaged, isWrongExpected } from './kurrent-errors.js';
import type { LogReader } from './log-reader.js';
import type { NewestInstant } from './newest-instant.js';
import { positionOf } from './recorded.js';
import type { SentIds } from './sent-ids.js';

/** What a server takes in one append unless it is set up otherwise; data, metadata and types of all events together. */
const LARGEST_APPEND_BYTES = 1024 * 1024;

/** An append, encoded and checked. */
export interface Append {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
}

export interface AppenderOptions {
  readonly connection: KurrentConnection;
  readonly reader: LogReader;
  readonly newest: NewestInstant;
  readonly sent: SentIds;
  /** Whether other processes write at the same time, so that ids are claimed before they are recorded. */
  readonly hasOtherWriters: boolean;
}

/** Appends with expected revision, each answered by the server or sent again until it is. */
export class Appender {
  private readonly lane: AppendLane;
  private readonly claims: IdClaims | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly options: AppenderOptions) {
    this.lane = new AppendLane(options.connection);
    this.claims = options.hasOtherWriters ? new IdClaims(this.lane) : undefined;
  }

  /** Throws the errors of the port. Appends go out in the order of these calls. */
  append(append: Append): Promise<Appended> {
    const outgoing = { ...append, events: append.events.map(outgoingEvent) };
    assertFits(outgoing);
    const refusal = this.refusal(append);
    // Where the stream stands comes before what speaks against the events: a conflict is told as such, and a repetition is done.
    if (refusal !== undefined) return this.noted(this.examine(append, refusal));
    const first = append.events[0]!.recordedAt;
    return this.noted(this.record(append, outgoing, () => this.options.newest.isPast(first)));
  }

  /** Records events of another store, whose instants are as they are. Throws the errors of the port. */
  copy(append: Append): Promise<Appended> {
    const outgoing = { ...append, events: append.events.map(outgoingEvent) };
    return this.noted(this.record(append, outgoing, () => false));
  }

  /** Resolves when the fate of every append under way now is known. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  close(): void {
    this.lane.close();
  }

  private noted<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    const forget = () => void this.underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  private async record(append: Append, outgoing: OutgoingAppend, isOvertaken: () => boolean): Promise<Appended> {
    const { newest } = this.options;
    const last = append.events.at(-1)!.recordedAt;
    const landed = newest.send(last);
    try {
      await this.claims?.take(outgoing);
      return await this.recorded(append, await this.lane.send(outgoing, isOvertaken));
    } catch (error) {
      return await this.failed(append, error);
    } finally {
      landed();
    }
  }

  private recorded(append: Append, taken: Taken): Promise<Appended> {
    this.options.newest.see(append.events.at(-1)!.recordedAt);
    this.options.sent.add(append.stream, append.events);
    return this.accepted(append, taken);
  }

  private refusal({ stream, events }: Append): Error | undefined {
    return (
      this.options.newest.refusal(events.map(({ recordedAt }) => recordedAt)) ??
      (events.some((event) => this.options.sent.isElsewhere(event, stream))
        ? new IdempotencyKeyReusedError()
        : undefined)
    );
  }

  private async failed(append: Append, error: unknown): Promise<Appended> {
    if (isWrongExpected(error)) throw conflict(append, error.actualState);
    if (error instanceof UnservedError) throw error.mayBeThere ? new OutcomeUnknownError(error.message) : error.cause;
    if (error instanceof DomainError) throw error;
    if (!(error instanceof OvertakenError)) throw asStoreError(error, this.options.connection.server);
    // It must not follow what carries a later stamp: unless it is there after all, it is to be stamped again.
    const behind = this.options.newest.refusal(append.events.map(({ recordedAt }) => recordedAt));
    if (!error.mayBeThere && behind !== undefined) throw behind;
    const unknown = new OutcomeUnknownError('others that were sent later are recorded, and it is not to be seen');
    return this.examine(append, unknown);
  }

  /** What the stream says of an append that is not to be sent. `refusal` is thrown when the stream stands as the append expected. */
  private async examine(append: Append, refusal: Error): Promise<Appended> {
    const { stream, expected, events } = append;
    const actual = (await this.options.reader.lastOf(stream)) ?? -1;
    if (actual === lastRevision(expected)) throw refusal;
    const there = actual < lastRevision(expected) ? [] : await this.written(append);
    const last = there.at(-1);
    if (there.length === events.length && last !== undefined)
      return { position: last.position, revision: last.revision };
    throw new WrongExpectedRevisionError(stream, expected, actual < 0 ? 'NO_STREAM' : actual);
  }

  /** The places of the append's events that stand in the stream where it would put them. */
  private async written({ stream, expected, events }: Append): Promise<StoredEvent[]> {
    const stored = await this.options.reader.stream(stream, lastRevision(expected) + 1, events.length);
    return stored.filter(({ eventId }, n) => eventId.replaceAll('-', '') === events[n]!.eventId.toString('hex'));
  }

  private async accepted(append: Append, { revision: given, place }: Taken): Promise<Appended> {
    const { revision } = append.events.at(-1)!;
    if (given !== revision) throw deleted(append, `wrote it at revision ${given}, where ${revision} was next`);
    // So a server confirms a repetition whose events cannot be read: their stream was deleted since.
    if (place === undefined || place.commit <= 0n) {
      const last = (await this.written(append)).at(-1);
      if (last === undefined) throw deleted(append, 'confirms events that it does not show');
      return { position: last.position, revision };
    }
    return { position: positionOf(place), revision };
  }
}

/** Neighbours of one stream as one append, as far as a server takes them together. */
export function runsOf(events: readonly CopiedEvent[]): Append[] {
  const runs: { stream: StreamName; expected: ExpectedRevision; events: CopiedEvent[]; bytes: number }[] = [];
  for (const event of events) {
    const { stream, revision, stored } = event;
    const last = runs.at(-1);
    if (last?.stream === stream && last.bytes + stored.byteLength <= LARGEST_EVENT_BYTES) {
      last.events.push(event);
      last.bytes += stored.byteLength;
    } else {
      runs.push({
        stream,
        expected: revision === 0 ? 'NO_STREAM' : revision - 1,
        events: [event],
        bytes: stored.byteLength,
      });
    }
  }
  return runs;
}

function outgoingEvent({ eventId, type, stored }: EncodedEvent): OutgoingEvent {
  return { id: uuidFromBytes(eventId), type, ...storedParts(stored) };
}

function assertFits({ events }: OutgoingAppend): void {
  const bytes = events.reduce(
    (sum, { type, data, metadata }) => sum + data.byteLength + metadata.byteLength + type.length * 2,
    0,
  );
  if (bytes <= LARGEST_APPEND_BYTES) return;
  throw new EventTooLargeError(`An entry of ${events.length} events`, bytes, LARGEST_APPEND_BYTES);
}

function deleted({ stream }: Append, what: string): Error {
  return damaged(
    `The server ${what}: the stream ${stream} was deleted on the server. Waymark deletes none: restore a backup.`,
  );
}

/** The client's error has no message at all. */
function conflict({ stream, expected }: Append, actual: bigint | 'no_stream'): WrongExpectedRevisionError {
  return new WrongExpectedRevisionError(stream, expected, actual === 'no_stream' ? 'NO_STREAM' : Number(actual));
}
