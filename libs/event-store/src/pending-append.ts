import {
  type Appended,
  type EventToAppend,
  type ExpectedRevision,
  isInstant,
  type StoredEvent,
  StoreUnavailableError,
  type StreamName,
  uuidBytes,
  uuidFromBytes,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { RecentStreams } from './recent-streams.js';
import type { StoredRow } from './event-store.js';
import { decodeStoredEvent, encodeStoredEvent } from './stored-event.js';

/** What is copied out of an event, for finding it. */
export interface EventColumns {
  readonly eventId: Buffer;
  readonly stream: StreamName;
  readonly revision: number;
  readonly type: string;
  readonly agency: string | null;
  readonly district: string | null;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number;
}

/** One event, encoded, with the copies that go into the index columns. */
export interface EncodedEvent extends Omit<EventColumns, 'stream'> {
  readonly stored: Buffer;
}

/** An event of another store, to be taken over as it is. */
export interface CopiedEvent extends EventColumns {
  readonly stored: Buffer;
  /** Position in the other store. */
  readonly from: number;
}

/** An append that waits for its commit. */
export interface PendingAppend {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** What became of one append. */
export type Outcome = Written | { readonly replayed: Appended } | { readonly refused: Error };

/** Recorded: the position of each event, in order. */
interface Written {
  readonly positions: readonly number[];
}

/** The revision of a stream's last event as a number: −1 when the stream does not exist. */
export function lastRevision(expected: ExpectedRevision): number {
  return expected === 'NO_STREAM' ? -1 : expected;
}

/**
 * Checks and encodes the events of an append. Everything that can be refused without the store is refused here:
 * no events, an id twice, values that cannot be stored (TypeError), events that are too large (EventTooLargeError).
 */
export function encodeAppend(
  stream: StreamName,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): EncodedEvent[] {
  if (events.length === 0) throw new TypeError(`An append to ${stream} without events`);
  if (new Set(events.map((event) => event.eventId)).size < events.length) {
    throw new TypeError(`An append to ${stream} with the same event id twice`);
  }
  const first = lastRevision(expected) + 1;
  return events.map((event, index) => {
    const { recordedAt, agency, district } = event.metadata;
    if (!isInstant(recordedAt)) throw new TypeError(`${event.type} has no instant as recordedAt: ${recordedAt}`);
    return {
      eventId: uuidBytes(event.eventId),
      revision: first + index,
      type: event.type,
      agency: agency ?? null,
      district: district ?? null,
      recordedAt: Date.parse(recordedAt),
      stored: encodeStoredEvent(stream, first + index, event),
    };
  });
}

/** Reads what the index columns need out of stored bytes. Throws StoreUnavailableError (DAMAGED) for bytes that are no event. */
export function copiedEvent({ position, stored }: StoredRow): CopiedEvent {
  return {
    ...columnsOf(decodeStoredEvent(stored, position)),
    stored: Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength),
    from: position,
  };
}

/** What an event that was read is found by. */
export function columnsOf({ eventId, stream, revision, type, metadata }: StoredEvent): EventColumns {
  return {
    ...{ stream, revision, type },
    eventId: uuidBytes(eventId),
    agency: metadata.agency ?? null,
    district: metadata.district ?? null,
    recordedAt: Date.parse(metadata.recordedAt),
  };
}

/** Throws WrongExpectedRevisionError unless the newest event stands at `after` and each event continues its stream. */
export function assertFollows(
  { after, newest }: { after: number; newest: number },
  events: readonly CopiedEvent[],
  lastRevisionOf: (stream: StreamName) => number,
): void {
  if (newest !== after) throw new WrongExpectedRevisionError('The record', after, newest);
  const last = new Map<StreamName, number>();
  for (const { stream, revision } of events) {
    const actual = last.get(stream) ?? lastRevisionOf(stream);
    if (revision !== actual + 1) {
      throw new WrongExpectedRevisionError(
        stream,
        revision === 0 ? 'NO_STREAM' : revision - 1,
        actual < 0 ? 'NO_STREAM' : actual,
      );
    }
    last.set(stream, revision);
  }
}

/** Throws StoreUnavailableError (DAMAGED) when two of the events have one id, or when one has an id that stands in this store already. */
export function assertNew(events: readonly CopiedEvent[], isThere: (event: CopiedEvent) => boolean): void {
  const ids = new Set<string>();
  for (const event of events) {
    const id = uuidFromBytes(event.eventId);
    if (ids.has(id) || isThere(event)) {
      throw new StoreUnavailableError(
        `The event at position ${event.from} of the source has the id ${id}, which stands at another place of the target: an id is given ` +
          'once. Restore the source from a backup, or name an empty target. Nothing of this part was copied.',
        'DAMAGED',
      );
    }
    ids.add(id);
  }
}

/** The events that were written for an append. */
export function rowsOf({ events }: PendingAppend, outcome: Outcome): StoredRow[] {
  if (!('positions' in outcome)) return [];
  return events.map(({ stored }, index) => ({ position: outcome.positions[index]!, stored }));
}

/**
 * Tells the caller of an append what became of it, and the streams held in memory too.
 * Gives the position of the last event that was written for it, 0 when none was.
 */
export function answerAppend(append: PendingAppend, outcome: Outcome, recent: RecentStreams): number {
  const { stream, events, resolve, reject } = append;
  if ('positions' in outcome) {
    const rows = rowsOf(append, outcome);
    recent.extend(stream, events[0]!.revision, rows);
    const { position } = rows.at(-1)!;
    resolve({ position, revision: events.at(-1)!.revision });
    return position;
  }
  if ('replayed' in outcome) {
    resolve(outcome.replayed);
  } else {
    // Should the stream have been written past this process, whoever reads it again must see that.
    recent.drop(stream);
    reject(outcome.refused);
  }
  return 0;
}
