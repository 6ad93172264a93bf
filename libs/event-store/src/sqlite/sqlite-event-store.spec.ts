import { streamName } from '@waymark/kernel';
import { appendRecorded, memoryEventStore, someEvent } from '../testing/index.js';

describe('smoke', () => {
  it('works', async () => {
    const store = memoryEventStore();
    const heads: number[] = [];
    store.onAppended((p) => heads.push(p));
    const agency = 'a' as never;
    const s = await appendRecorded(
      store,
      { type: 'A', data: { x: 1 } },
      { type: 'B', data: { x: 2 }, organisations: { agency } },
    );
    expect(s.map((e) => [e.position, e.revision, e.type])).toEqual([
      [1, 0, 'A'],
      [2, 1, 'B'],
    ]);
    expect(await store.readAll({ after: 0, limit: 10, types: ['B', 'A'] })).toEqual(s);
    expect(await store.readAll({ after: 0, limit: 10, organisation: agency })).toEqual([s[1]]);
    expect(await store.readAll({ after: 0, limit: 10, organisation: agency, types: ['A'] })).toEqual([]);
    expect(await store.readEvents([s[1]!.eventId])).toEqual([s[1]]);
    expect(heads).toEqual([1, 2]);
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => store.append(streamName('a', `${i}`), 'NO_STREAM', [someEvent()])),
    );
    expect(heads).toEqual([1, 2, 12]);
    expect(await store.head()).toEqual({ position: 12, recordedAt: '2025-10-15T14:00:00.000Z' });
    await store.close();
  });
});
