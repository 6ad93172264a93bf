import { encodeStoredEvent, type StoredRow } from '@waymark/event-store';
import { type Happened, someEvent } from '@waymark/event-store/testing';
import { streamName } from '@waymark/kernel';
import { packed, unpacked } from './event-parcel.js';

const STREAM = streamName('visit', 'a');
const rowsOf = (first: number, ...happened: Happened[]) =>
  happened.map((one, index) => {
    const event = someEvent(one);
    const stored: StoredRow = { position: first + index, stored: encodeStoredEvent(STREAM, index, event) };
    return { event, stored };
  });
const row = (position: number): StoredRow => ({ position, stored: Uint8Array.of(7) });

describe('a parcel of events', () => {
  it('holds what was put in, in order, with the positions', () => {
    const rows = rowsOf(40, { type: 'Opened', data: { name: 'Zürich' } }, { type: 'Closed', data: {} });
    const events = unpacked(packed(rows.map(({ stored }) => stored))!);
    expect(events).toEqual(
      rows.map(({ event }, index) => ({ ...event, stream: STREAM, revision: index, position: 40 + index })),
    );
  });

  it('is not made of nothing, nor over a gap', () => {
    expect(packed([])).toBeUndefined();
    expect(packed([row(1), row(3)])).toBeUndefined();
    expect(packed([row(2), row(1)])).toBeUndefined();
  });

  it('has bytes of its own', () => {
    const shared = Buffer.from('one slab for several events');
    const parcel = packed([{ position: 1, stored: shared.subarray(4, 8) }])!;
    expect(parcel.bytes.byteLength).toBe(8);
    structuredClone(parcel, { transfer: [parcel.bytes] });
    expect(shared.toString()).toBe('one slab for several events');
  });

  it('that is damaged is refused', () => {
    expect(() => unpacked(packed([row(1)])!)).toThrow('damaged');
  });
});
