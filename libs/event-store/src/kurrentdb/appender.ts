import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  type Appended,
  EventTooLargeError,
  type ExpectedRevision,
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  type StoredEvent,
  type StreamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { type CopiedEvent, type EncodedEvent, lastRevision } from '../pending-append.js';
import { LARGEST_EVENT_BYTES } from '../stored-event.js';
import type { KurrentConnection } from './connection.js';
import { InFlight } from './in-flight.js';
import { asStoreError, damaged, isNeverTaken, isNotThere, isWrongExpected, notThere } from './kurrent-errors.js';
import type { LogReader } from './log-reader.js';
import type { NewestInstant } from './newest-instant.js';
import { positionOf, proposalOf } from './recorded.js';
import type { SentIds } from './sent-ids.js';
import { Backoff, within } from './timing.js';

/** Appends under way at once: all share one call of the client, which must not be flooded, least of all while it is new. */
const MOST_IN_FLIGHT = 64;
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
}

type Proposal = ReturnType<typeof proposalOf>;
type AppendResult = Awaited<ReturnType<KurrentDBClient['appendToStream']>>;

/** Appends with expected revision, each answered by the server or sent again as it was until it is. */
export class Appender {
  private readonly inFlight = new InFlight(MOST_IN_FLIGHT);

  constructor(private readonly options: AppenderOptions) {}

  /** Throws the errors of the port. */
  async append(append: Append): Promise<Appended> {
    const proposals = append.events.map(proposalOf);
    assertFits(append, proposals);
    const refusal = this.refusal(append);
    // Where the stream stands comes before what speaks against the events: a conflict is told as such, and a repetition is done.
    if (refusal !== undefined) return this.inFlight.run(() => this.examine(append, refusal));
    return this.record(append, proposals);
  }

  /** Records events of another store, whose instants are as they are. Throws the errors of the port. */
  async copy(append: Append): Promise<Appended> {
    return this.record(append, append.events.map(proposalOf));
  }

  private async record(append: Append, proposals: readonly Proposal[]): Promise<Appended> {
    const settle = this.options.newest.send(append.events.at(-1)!.recordedAt);
    try {
      const appended = await this.inFlight.run(() => this.send(append, proposals));
      this.options.newest.see(append.events.at(-1)!.recordedAt);
      this.options.sent.add(append.stream, append.events);
      return appended;
    } finally {
      settle();
    }
  }

  /** Resolves when the fate of every append under way now is known. */
  settled(): Promise<void> {
    return this.inFlight.settled();
  }

  private refusal({ stream, events }: Append): Error | undefined {
    const behind = this.options.newest.refusal(events.map(({ recordedAt }) => recordedAt));
    if (behind !== undefined) return behind;
    return events.some((event) => this.options.sent.isElsewhere(event, stream))
      ? new IdempotencyKeyReusedError()
      : undefined;
  }

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

  /**
   * Sends until there is an answer. A server that did not answer may have recorded the append all the same; the same ids at the same first
   * expected revision are taken as done then, and a fresh revision would write them twice.
   */
  private async send(append: Append, proposals: readonly Proposal[]): Promise<Appended> {
    const { connection } = this.options;
    const until = Date.now() + connection.patience.outage;
    const backoff = new Backoff(20, 500);
    const streamState = append.expected === 'NO_STREAM' ? 'no_stream' : BigInt(append.expected);
    let mayBeThere = false;
    for (;;) {
      const client = connection.client();
      try {
        const answer = client.appendToStream(append.stream, [...proposals], { streamState });
        return await this.accepted(append, await within(connection.patience.call, answer));
      } catch (error) {
        if (isWrongExpected(error)) throw conflict(append, error.actualState);
        if (!isNotThere(error)) throw asStoreError(error, connection.server);
        mayBeThere ||= !isNeverTaken(error);
        if (Date.now() >= until) {
          const cause = notThere(error, connection.server);
          throw mayBeThere ? new OutcomeUnknownError(cause.message) : cause;
        }
        connection.replace(client);
      }
      await connection.pause(backoff);
    }
  }

  private async accepted(append: Append, { nextExpectedRevision, position }: AppendResult): Promise<Appended> {
    const revision = append.events.at(-1)!.revision;
    if (Number(nextExpectedRevision) !== revision) {
      throw damaged(
        `The server wrote ${append.stream} at revision ${nextExpectedRevision}, where ${revision} was next: the stream was ` +
          'deleted on the server. Waymark deletes none: restore a backup.',
      );
    }
    // A repetition that a server has not replicated yet is confirmed without its place.
    if (position === undefined || position.commit <= 0n)
      return { position: (await this.written(append)).at(-1)!.position, revision };
    return { position: positionOf(position), revision };
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

function assertFits({ events }: Append, proposals: readonly Proposal[]): void {
  const bytes = proposals.reduce(
    (sum, { type, data, metadata }) => sum + data.byteLength + metadata.byteLength + type.length * 2,
    0,
  );
  if (bytes <= LARGEST_APPEND_BYTES) return;
  throw new EventTooLargeError(`An entry of ${events.length} events`, bytes, LARGEST_APPEND_BYTES);
}

/** The client's error has no message at all. */
function conflict({ stream, expected }: Append, actual: bigint | 'no_stream'): WrongExpectedRevisionError {
  return new WrongExpectedRevisionError(stream, expected, actual === 'no_stream' ? 'NO_STREAM' : Number(actual));
}
