import type { Instant } from './calendar.js';
import type { StoredEvent } from './event.js';
import type { EventId, StreamName } from './ids.js';

/** What a command that was accepted leaves in the caller's hand. */
export interface Receipt {
  /** Position in the store from which a reader sees the effect. */
  readonly position: number;
  readonly eventIds: readonly EventId[];
  readonly recordedAt: Instant;
  /** True when an earlier request with the same idempotency key had done it already. */
  readonly replayed: boolean;
  readonly stream: StreamName;
}

/** One receipt for work of several commands: every event in the order of the record. Undefined when nothing was recorded. */
export function receiptOfAll(receipts: readonly Receipt[]): Receipt | undefined {
  const written = receipts.filter(({ eventIds, replayed }) => eventIds.length > 0 && !replayed);
  const inOrder = written.sort((a, b) => a.position - b.position);
  const last = inOrder.at(-1);
  return last && { ...last, eventIds: inOrder.flatMap(({ eventIds }) => eventIds) };
}

/** The receipt of what was recorded before, in the order of the record. Undefined when nothing was. */
export function replayedReceipt(recorded: readonly StoredEvent[]): Receipt | undefined {
  const last = recorded.at(-1);
  if (last === undefined) return undefined;
  const { position, stream, metadata } = last;
  const eventIds = recorded.map(({ eventId }) => eventId);
  return { position, eventIds, recordedAt: metadata.recordedAt, replayed: true, stream };
}
