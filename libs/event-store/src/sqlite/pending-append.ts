import {
  type Appended,
  type EventToAppend,
  type ExpectedRevision,
  isInstant,
  type StreamName,
  uuidBytes,
} from '@waymark/kernel';
import { encodeStoredEvent } from '../stored-event.js';

/** One event, encoded, with the copies that go into the index columns. */
export interface EncodedEvent {
  readonly eventId: Buffer;
  readonly revision: number;
  readonly type: string;
  readonly agency: string | null;
  readonly district: string | null;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number;
  readonly stored: Buffer;
}

/** An append that waits for its commit. */
export interface PendingAppend {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
  resolve(appended: Appended): void;
  reject(error: unknown): void;
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
