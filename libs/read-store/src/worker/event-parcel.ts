import { decodeStoredEvent, type StoredRow } from '@waymark/event-store';
import type { StoredEvent } from '@waymark/kernel';

/** Events that follow each other, as one block of bytes that threads hand over without copying it. */
export interface EventParcel {
  /** Position of the first; each further one stands at the next. */
  readonly first: number;
  /** Of each event its length as u32, little-endian, and its stored bytes. */
  readonly bytes: ArrayBuffer;
}

/** The events in one parcel; undefined when there are none, or positions are left out between them. */
export function packed(events: readonly StoredRow[]): EventParcel | undefined {
  const first = events[0]?.position;
  if (first === undefined || events.some(({ position }, index) => position !== first + index)) return undefined;
  const size = events.reduce((sum, { stored }) => sum + 4 + stored.byteLength, 0);
  const bytes = new Uint8Array(size);
  const lengths = new DataView(bytes.buffer);
  let at = 0;
  for (const { stored } of events) {
    lengths.setUint32(at, stored.byteLength, true);
    bytes.set(stored, at + 4);
    at += 4 + stored.byteLength;
  }
  return { first, bytes: bytes.buffer };
}

/** The events of a parcel. Throws StoreUnavailableError (DAMAGED) for bytes that are no event. */
export function unpacked({ first, bytes }: EventParcel): StoredEvent[] {
  const lengths = new DataView(bytes);
  const events: StoredEvent[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const length = lengths.getUint32(at, true);
    events.push(decodeStoredEvent(new Uint8Array(bytes, at + 4, length), first + events.length));
    at += 4 + length;
  }
  return events;
}
