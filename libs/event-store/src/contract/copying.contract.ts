import {
  type OrganisationId,
  StoreUnavailableError,
  type StoredEvent,
  streamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { StoredRow } from '../event-store.js';
import { encodeStoredEvent } from '../stored-event.js';
import { appendRecorded, memoryEventStore, someEvent } from '../testing/index.js';
import { A, B, type Current, LATER } from './store-under-contract.js';

const isd = idOf<OrganisationId>('isd');

/** The stored bytes of some events, as another store gives them. */
async function someRecord(): Promise<{ events: readonly StoredEvent[]; rows: readonly StoredRow[] }> {
  const source = memoryEventStore();
  const events = await appendRecorded(
    source,
    { stream: A, type: 'Opened', data: { z: 'ü', a: '\u{1F33B}', n: 1e-7 }, organisations: { agency: isd } },
    { stream: B, type: 'Opened', data: { text: 'x'.repeat(60_000) } },
    { stream: A, type: 'Answered', data: {}, recordedAt: LATER },
    { stream: A, type: 'Answered', data: { because: 'two of one stream' }, recordedAt: LATER },
  );
  const rows = await source.readStored({ after: 0, limit: 10 });
  await source.close();
  return { events, rows };
}

const placeless = ({ position: _, ...event }: StoredEvent) => event;
const bytesOf = ({ stored }: StoredRow) => Buffer.from(stored).toString('base64');

/** Stored bytes given out, and taken over from another store. */
export function copying(current: Current): void {
  it('gives the bytes that were stored, in order, page by page', async () => {
    const events = await appendRecorded(
      current.store,
      { stream: A, type: 'Opened', data: { b: 1, a: 'é' } },
      { stream: B, type: 'Opened', data: {} },
      { stream: A, type: 'Closed', data: {} },
    );
    const rows: StoredRow[] = [];
    for (let page = 1; page > 0;) {
      const next = await current.store.readStored({ after: rows.at(-1)?.position ?? 0, limit: 2 });
      rows.push(...next);
      page = next.length;
    }
    expect(rows.map(({ position }) => position)).toEqual(events.map(({ position }) => position));
    const expected = events.map((event) => encodeStoredEvent(event.stream, event.revision, event).toString('base64'));
    expect(rows.map(bytesOf)).toEqual(expected);
  });

  it('takes events of another store over: bytes, ids, revisions, instants and order are theirs', async () => {
    const { store } = current;
    const { events, rows } = await someRecord();
    const half = await store.appendStored(0, rows.slice(0, 2));
    const end = await store.appendStored(half, rows.slice(2));
    expect(await store.head()).toEqual({ position: end, recordedAt: LATER });
    expect((await store.readStored({ after: 0, limit: 10 })).map(bytesOf)).toEqual(rows.map(bytesOf));
    expect((await store.readAll({ after: 0, limit: 10 })).map(placeless)).toEqual(events.map(placeless));
    expect((await store.readAll({ after: 0, limit: 10, types: ['Answered'] })).map(placeless)).toEqual(
      events.slice(2).map(placeless),
    );
    expect((await store.readAll({ after: 0, limit: 10, organisation: isd })).map(placeless)).toEqual([
      placeless(events[0]!),
    ]);
    expect((await store.readEvents([events[1]!.eventId])).map(placeless)).toEqual([placeless(events[1]!)]);
    expect((await store.readStream(A)).map(placeless)).toEqual([0, 2, 3].map((n) => placeless(events[n]!)));
  });

  it('goes on after events that were taken over as after its own', async () => {
    const { store } = current;
    const { rows } = await someRecord();
    expect(await store.readStream(A)).toEqual([]);
    const heads: number[] = [];
    const stop = store.onAppended((position) => heads.push(position));
    const end = await store.appendStored(0, rows);
    await expect(store.append(A, 1, [someEvent({ recordedAt: LATER })])).rejects.toThrow(WrongExpectedRevisionError);
    const own = await store.append(A, 2, [someEvent({ recordedAt: LATER })]);
    expect(own.revision).toBe(3);
    expect(own.position).toBeGreaterThan(end);
    expect(await store.readStream(A)).toHaveLength(4);
    await new Promise(setImmediate);
    expect(heads.at(-1)).toBe(own.position);
    stop();
  });

  it('lets time fall where it fell in the other store', async () => {
    const bytes = (stream: typeof A, recordedAt: string) => encodeStoredEvent(stream, 0, someEvent({ recordedAt }));
    const rows = [bytes(A, LATER), bytes(B, '2025-10-15T13:00:00.000Z')].map((stored, n) => ({
      position: n + 1,
      stored,
    }));
    await current.store.appendStored(0, rows);
    expect((await current.store.readStored({ after: 0, limit: 10 })).map(bytesOf)).toEqual(rows.map(bytesOf));
  });

  it('takes nothing over when its newest event is another one than the copy knows', async () => {
    const { store } = current;
    const { rows } = await someRecord();
    const [own] = await appendRecorded(store, { stream: 'plan-own', type: 'Opened', data: {} });
    await expect(store.appendStored(0, rows)).rejects.toThrow(WrongExpectedRevisionError);
    await expect(store.appendStored(own!.position + 1, rows)).rejects.toThrow(WrongExpectedRevisionError);
    expect(await store.readAll({ after: 0, limit: 10 })).toEqual([own]);
  });

  it('takes over no event whose id stands at another place, here or among the others', async () => {
    const { store } = current;
    const [own] = await appendRecorded(store, { stream: A, type: 'Opened', data: {} });
    const bytes = (stream: typeof A, event = someEvent()) => encodeStoredEvent(stream, 0, event);
    const twice = someEvent();
    for (const [given, id] of [
      [[bytes(B), bytes(streamName('plan', 'c'), someEvent({ eventId: own!.eventId }))], own!.eventId],
      [[bytes(B, twice), bytes(streamName('plan', 'c'), twice)], twice.eventId],
    ] as const) {
      const rows = given.map((stored, n) => ({ position: 41 + n, stored }));
      await expect(store.appendStored(own!.position, rows)).rejects.toMatchObject({
        ...{ name: 'StoreUnavailableError', reason: 'DAMAGED' },
        message: expect.stringContaining(`position 42 of the source has the id ${id}`) as string,
      });
      expect(await store.readAll({ after: 0, limit: 10 })).toEqual([own]);
    }
  });

  it('takes over no event that does not follow its stream, and nothing that is no event', async () => {
    const { store } = current;
    const { rows } = await someRecord();
    await expect(store.appendStored(0, rows.slice(2))).rejects.toThrow(WrongExpectedRevisionError);
    const broken = { position: 7, stored: rows[0]!.stored.slice(0, -1) };
    await expect(store.appendStored(0, [rows[0]!, broken])).rejects.toThrow(StoreUnavailableError);
    await expect(store.appendStored(0, [broken])).rejects.toMatchObject({
      reason: 'DAMAGED',
      message: expect.stringContaining('position 7') as string,
    });
    expect(await store.readAll({ after: 0, limit: 10 })).toEqual([]);
  });
}
