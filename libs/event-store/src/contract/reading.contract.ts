import { type EventId, type OrganisationId, RecordedAtBehindError, type StoredEvent } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { appendRecorded, someEvent } from '../testing/index.js';
import { A, B, type Current, idsOf, LATER } from './store-under-contract.js';

/** Listings, pages and look-ups. */
export function reading(current: Current): void {
  const [isd, other, north, south] = ['isd', 'other', 'north', 'south'].map((name) => idOf<OrganisationId>(name));
  const about = (agency?: OrganisationId, district?: OrganisationId) => ({
    organisations: { ...(agency && { agency }), ...(district && { district }) },
  });
  const fill = (store: EventStore) =>
    appendRecorded(
      store,
      { stream: A, type: 'Opened', data: { n: 0 }, ...about(isd, isd) },
      { stream: B, type: 'Opened', data: { n: 1 }, ...about(other, south) },
      { stream: A, type: 'Answered', data: { n: 2 }, ...about(isd, north) },
      { stream: A, type: 'Answered', data: { n: 3 }, ...about(isd, north) },
      { stream: B, type: 'Answered', data: { n: 4 }, ...about(other) },
      { stream: A, type: 'Closed', data: { n: 5 }, ...about(isd) },
      { stream: B, type: 'Closed', data: { n: 6 } },
    );

  it.each([
    ['everything', {}, [0, 1, 2, 3, 4, 5, 6]],
    ['one type', { types: ['Answered'] }, [2, 3, 4]],
    ['some types, one named twice, one unknown', { types: ['Closed', 'Opened', 'Closed', 'Never'] }, [0, 1, 5, 6]],
    [
      'more types than most listings name',
      { types: Array.from({ length: 80 }, (_, n) => (n === 79 ? 'Closed' : `T${n}`)) },
      [5, 6],
    ],
    ['no type at all', { types: [] }, []],
    ['an agency', { organisation: isd }, [0, 2, 3, 5]],
    ['a district', { organisation: north }, [2, 3]],
    ['an organisation and types', { organisation: isd, types: ['Opened', 'Closed'] }, [0, 5]],
    ['an organisation without events', { organisation: idOf<OrganisationId>('nobody') }, []],
  ])('lists %s, in pages of any size', async (_, filter, expected) => {
    const events = await fill(current.store);
    for (const limit of [1, 2, 3, 100]) {
      const listed: StoredEvent[] = [];
      for (;;) {
        const page = await current.store.readAll({ after: listed.at(-1)?.position ?? 0, limit, ...filter });
        expect(page).toHaveLength(Math.min(limit, expected.length - listed.length));
        if (page.length === 0) break;
        listed.push(...page);
      }
      expect(listed).toEqual(expected.map((n) => events[n]));
    }
  });

  it('finds events by id and by position, in store order, each once, and leaves out what it does not know', async () => {
    const events = await fill(current.store);
    const wanted = [events[5]!, events[1]!, events[5]!];
    const unknown = idOf<EventId>('nowhere');
    expect(await current.store.readEvents([...wanted.map(idsOf), unknown])).toEqual([events[1], events[5]]);
    expect(await current.store.readPositions([...wanted.map((event) => event.position), 2 ** 40])).toEqual([
      events[1],
      events[5],
    ]);
    expect(await current.store.readEvents([])).toEqual([]);
    expect(await current.store.readPositions([])).toEqual([]);
  });

  it('orders positions above 2^32 like all others', async () => {
    if (current.context.skipPositions === undefined) return;
    const [before] = await appendRecorded(current.store, { type: 'Opened', data: {} });
    await current.context.skipPositions(2 ** 42);
    const [first, second] = await appendRecorded(
      current.store,
      { type: 'Opened', data: {}, ...about(isd) },
      { type: 'Opened', data: {}, ...about(isd) },
    );
    expect(first!.position).toBeGreaterThan(2 ** 42);
    expect(second!.position).toBeGreaterThan(first!.position);
    expect(await current.store.readAll({ after: before!.position, limit: 9, types: ['Opened'] })).toEqual([
      first,
      second,
    ]);
    expect(await current.store.readAll({ after: first!.position, limit: 9, organisation: isd! })).toEqual([second]);
    expect(await current.store.readPositions([second!.position])).toEqual([second]);
    expect((await current.store.head()).position).toBe(second!.position);
  });
}

/** What a store still knows after a restart. */
export function restarting(current: Current): void {
  it('goes on after a restart from every position', async () => {
    const events = await appendRecorded(
      current.store,
      ...Array.from({ length: 12 }, (_, n) => ({ stream: n % 3 === 0 ? A : B, type: 'Opened', data: { n } })),
    );
    const head = await current.store.head();
    await current.restart();
    expect(await current.store.head()).toEqual(head);
    for (const [index, event] of events.entries()) {
      expect(await current.store.readAll({ after: event.position, limit: 100 })).toEqual(events.slice(index + 1));
    }
    const [next] = await appendRecorded(current.store, { stream: A, type: 'Opened', data: {} });
    expect(next).toMatchObject({ revision: 4 });
    expect(next!.position).toBeGreaterThan(head.position);
  });

  it('knows events sent before a restart, and the instant before which nothing may be recorded', async () => {
    const events = [someEvent({ recordedAt: LATER })];
    const first = await current.store.append(A, 'NO_STREAM', events);
    await current.restart();
    expect(await current.store.append(A, 'NO_STREAM', events)).toEqual(first);
    await expect(current.store.append(A, 0, [someEvent()])).rejects.toBeInstanceOf(RecordedAtBehindError);
  });
}
