import {
  EventTooLargeError,
  type EventId,
  type OrganisationId,
  RecordedAtBehindError,
  type StoredEvent,
  type StreamName,
  StoreUnavailableError,
  streamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { appendRecorded, someEvent } from '../testing/index.js';

/** How the contract gets at the store it tests. Each call of `open` without a `reopen` before it gives an empty store. */
export interface StoreUnderContract {
  /** A store without events. */
  open(): EventStore | Promise<EventStore>;
  /** The same events again, as after a restart; the store given back by `open` was closed before. Left out when a store forgets. */
  reopen?(): EventStore | Promise<EventStore>;
  /** Makes the next event of the store last opened take a position above this one. */
  skipPositions?(to: number): void | Promise<void>;
  cleanUp?(): void | Promise<void>;
}

/** What every adapter promises, as cases. Call it in a spec file, once for each adapter. */
export function eventStoreContract(name: string, underContract: () => StoreUnderContract): void {
  describe(`event store contract: ${name}`, () => {
    let context: StoreUnderContract;
    let store: EventStore;
    beforeEach(async () => {
      context = underContract();
      store = await context.open();
    });
    afterEach(async () => {
      await store.close();
      await context.cleanUp?.();
    });

    const current = {
      get store() {
        return store;
      },
      get context() {
        return context;
      },
      async restart() {
        await store.close();
        store = await context.reopen!();
      },
    };
    appending(current);
    sendingAgain(current);
    readersAndWriters(current);
    reading(current);
    if (underContract().reopen !== undefined) restarting(current);
    closing(current);
  });
}

interface Current {
  readonly store: EventStore;
  readonly context: StoreUnderContract;
  restart(): Promise<void>;
}

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');
const LATER = '2025-10-15T14:00:00.001Z';

function appending(current: Current): void {
  it('gives back what was appended, with place and metadata, in order', async () => {
    const events = [someEvent({ type: 'Opened', data: { n: 1, none: undefined } }), someEvent({ type: 'Closed' })];
    const { position, revision } = await current.store.append(A, 'NO_STREAM', events);
    const stored = await current.store.readStream(A);
    expect(revision).toBe(1);
    expect(stored.map((event) => event.revision)).toEqual([0, 1]);
    expect(stored[0]).toMatchObject({ stream: A, type: 'Opened', eventId: events[0]!.eventId, data: { n: 1 } });
    expect(stored.map((event) => event.metadata)).toEqual(
      events.map((event) => JSON.parse(JSON.stringify(event.metadata)) as unknown),
    );
    expect(stored[1]!.position).toBe(position);
    expect(stored[0]!.position).toBeLessThan(position);
    expect(stored[0]!.position).toBeGreaterThan(0);
  });

  it('has no events in a stream that does not exist', async () => {
    expect(await current.store.readStream(A)).toEqual([]);
    expect(await current.store.head()).toEqual({ position: 0, recordedAt: undefined });
  });

  it('refuses an append without events, and one with the same id twice', async () => {
    const event = someEvent();
    await expect(current.store.append(A, 'NO_STREAM', [])).rejects.toThrow(TypeError);
    await expect(current.store.append(A, 'NO_STREAM', [event, event])).rejects.toThrow(TypeError);
    expect((await current.store.head()).position).toBe(0);
  });

  it('refuses a wrong revision both ways and says where the stream stands', async () => {
    await expect(current.store.append(A, 0, [someEvent()])).rejects.toMatchObject({ actual: 'NO_STREAM', expected: 0 });
    await current.store.append(A, 'NO_STREAM', [someEvent(), someEvent()]);
    for (const expected of ['NO_STREAM', 0, 2] as const) {
      const append = current.store.append(A, expected, [someEvent()]);
      await expect(append).rejects.toBeInstanceOf(WrongExpectedRevisionError);
      await expect(append).rejects.toMatchObject({ stream: A, actual: 1, expected });
    }
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('takes one of many appends to one stream at one revision', async () => {
    const contenders = Array.from({ length: 20 }, () => [someEvent(), someEvent()]);
    const results = await Promise.allSettled(contenders.map((events) => current.store.append(A, 'NO_STREAM', events)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WrongExpectedRevisionError);
    }
    const winner = contenders[results.findIndex((result) => result.status === 'fulfilled')]!;
    expect((await current.store.readStream(A)).map(idsOf)).toEqual(winner.map(idsOf));
  });

  it('gives a stream as it stands, however often it was read before and between', async () => {
    const shown: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      shown.push((await current.store.readStream(A)).length);
      const pair = [someEvent(), someEvent()];
      const { revision } = await current.store.append(A, n === 0 ? 'NO_STREAM' : n * 2 - 1, pair);
      expect((await current.store.readStream(A)).at(-1)).toMatchObject({ revision, eventId: pair[1]!.eventId });
      await current.store.append(A, n === 0 ? 'NO_STREAM' : n * 2 - 1, pair);
    }
    expect(shown).toEqual([0, 2, 4, 6]);
    expect(await current.store.readStream(A)).toEqual(await current.store.readAll({ after: 0, limit: 100 }));
  });

  it('answers each append on its own when good and bad ones arrive together', async () => {
    const [good, wrong, tooOld, goodToo] = await Promise.allSettled([
      current.store.append(A, 'NO_STREAM', [someEvent({ recordedAt: LATER })]),
      current.store.append(B, 7, [someEvent({ recordedAt: LATER })]),
      current.store.append(B, 'NO_STREAM', [someEvent()]),
      current.store.append(B, 'NO_STREAM', [someEvent({ recordedAt: LATER })]),
    ]);
    expect([good, wrong, tooOld, goodToo].map((result) => result!.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(await current.store.readAll({ after: 0, limit: 10 })).toHaveLength(2);
  });

  it('never lets recordedAt fall, between appends and within one, and says from when on it would take it', async () => {
    await current.store.append(A, 'NO_STREAM', [someEvent({ recordedAt: LATER })]);
    const behind = current.store.append(B, 'NO_STREAM', [someEvent()]);
    await expect(behind).rejects.toBeInstanceOf(RecordedAtBehindError);
    await expect(behind).rejects.toMatchObject({ notBefore: LATER });
    const falling = [someEvent({ recordedAt: '2025-10-15T15:00:00.000Z' }), someEvent({ recordedAt: LATER })];
    await expect(current.store.append(B, 'NO_STREAM', falling)).rejects.toBeInstanceOf(RecordedAtBehindError);
    await current.store.append(B, 'NO_STREAM', [someEvent({ recordedAt: LATER })]);
    expect((await current.store.head()).recordedAt).toBe(LATER);
  });

  it('takes an event near the largest size and refuses one beyond it', async () => {
    const near = { ...someEvent(), data: { text: 'x'.repeat(990_000) } };
    await current.store.append(A, 'NO_STREAM', [near]);
    expect((await current.store.readStream(A))[0]!.data).toEqual(near.data);
    const beyond = { ...someEvent(), data: { text: 'x'.repeat(1_000_001) } };
    await expect(current.store.append(A, 0, [someEvent(), beyond])).rejects.toBeInstanceOf(EventTooLargeError);
    expect(await current.store.readStream(A)).toHaveLength(1);
  });

  it('keeps every character, surrogate pairs and control characters included, and refuses half a pair', async () => {
    const data = {
      text: 'Ñandú – 計画 – \u{1F469}\u200d\u{1F3EB} – \u0000\u001f\u2028"\\',
      '10': [],
      __proto: {},
      é: 'e\u0301',
    };
    await current.store.append(A, 'NO_STREAM', [{ ...someEvent({ type: 'Größe' }), data }]);
    expect((await current.store.readStream(A))[0]).toMatchObject({ type: 'Größe', data });
    await expect(current.store.append(A, 0, [{ ...someEvent(), data: { text: '\ud83d' } }])).rejects.toThrow(TypeError);
  });
}

function sendingAgain(current: Current): void {
  it('takes the same events at the same revision again as done, and records nothing twice', async () => {
    const events = [someEvent(), someEvent()];
    const first = await current.store.append(A, 'NO_STREAM', events);
    await current.store.append(A, 1, [someEvent({ recordedAt: LATER })]);
    expect(await current.store.append(A, 'NO_STREAM', events)).toEqual(first);
    expect(await current.store.readStream(A)).toHaveLength(3);
  });

  it('takes the same events sent twice in one turn as done twice', async () => {
    const events = [someEvent(), someEvent()];
    const [first, second] = await Promise.all([
      current.store.append(A, 'NO_STREAM', events),
      current.store.append(A, 'NO_STREAM', events),
    ]);
    expect(second).toEqual(first);
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('refuses events of which some stand in the stream and some do not', async () => {
    const [one, two, three] = [someEvent(), someEvent(), someEvent()];
    await current.store.append(A, 'NO_STREAM', [one, two]);
    for (const events of [
      [one, three],
      [three, two],
      [one, two, three],
      [two, one],
    ]) {
      await expect(current.store.append(A, 'NO_STREAM', events)).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    }
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('does not take events of another stream as done', async () => {
    const event = someEvent();
    await current.store.append(A, 'NO_STREAM', [event]);
    await current.store.append(B, 'NO_STREAM', [someEvent()]);
    await expect(current.store.append(B, 'NO_STREAM', [event])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
  });
}

function readersAndWriters(current: Current): void {
  it('lets a reader that goes on after its position miss nothing while many streams are written', async () => {
    const writers = 20;
    const perWriter = 15;
    const seen: StoredEvent[] = [];
    let areWriting = true;
    const reader = (async () => {
      for (let isLast = false; !isLast;) {
        isLast = !areWriting;
        let page: readonly StoredEvent[];
        do {
          page = await current.store.readAll({ after: seen.at(-1)?.position ?? 0, limit: 7 });
          seen.push(...page);
        } while (page.length > 0);
        await new Promise(setImmediate);
      }
    })();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; n < perWriter; n += 1) {
          await current.store.append(streamName('plan', `w${writer}`), n === 0 ? 'NO_STREAM' : n - 1, [someEvent()]);
        }
      }),
    );
    areWriting = false;
    await reader;
    expect(seen).toHaveLength(writers * perWriter);
    expect(new Set(seen.map(idsOf)).size).toBe(writers * perWriter);
    expect(seen.every((event, index) => index === 0 || event.position > seen[index - 1]!.position)).toBe(true);
  });

  it('tells listeners the new head after a commit, until they stop listening', async () => {
    const heads: number[] = [];
    const stop = current.store.onAppended((position) => heads.push(position));
    const first = await current.store.append(A, 'NO_STREAM', [someEvent(), someEvent()]);
    await expect(current.store.append(A, 'NO_STREAM', [someEvent()])).rejects.toThrow();
    const second = await current.store.append(A, 1, [someEvent()]);
    await new Promise(setImmediate);
    expect(heads.at(-1)).toBe(second.position);
    expect(heads).toContain(first.position);
    stop();
    await current.store.append(A, 2, [someEvent()]);
    await new Promise(setImmediate);
    expect(heads.at(-1)).toBe(second.position);
  });
}

function reading(current: Current): void {
  const [isd, other, north, south] = ['isd', 'other', 'north', 'south'].map((name) => idOf<OrganisationId>(name));
  const about = (agency?: OrganisationId, district?: OrganisationId) => ({
    organisations: { ...(agency && { agency }), ...(district && { district }) },
  });
  const fill = (store: EventStore) =>
    appendRecorded(
      store,
      { stream: A, type: 'Opened', data: { n: 0 }, ...about(isd) },
      { stream: B, type: 'Opened', data: { n: 1 }, ...about(other, south) },
      { stream: A, type: 'Answered', data: { n: 2 }, ...about(isd, north) },
      { stream: A, type: 'Answered', data: { n: 3 }, ...about(isd, north) },
      { stream: B, type: 'Answered', data: { n: 4 }, ...about(other) },
      { stream: A, type: 'Closed', data: { n: 5 }, ...about(isd, isd) },
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
        expect(page.length).toBeLessThanOrEqual(limit);
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

function restarting(current: Current): void {
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

function closing(current: Current): void {
  it('finishes what was sent before it closes, then refuses every call', async () => {
    const { store } = current;
    const sent = store.append(A, 'NO_STREAM', [someEvent()]);
    await store.close();
    await expect(sent).resolves.toMatchObject({ revision: 0 });
    const calls: (() => Promise<unknown>)[] = [
      () => store.append(A, 0, [someEvent()]),
      () => store.readStream(A as StreamName),
      () => store.readAll({ after: 0, limit: 1 }),
      () => store.readEvents([]),
      () => store.readPositions([]),
      () => store.head(),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.close()).resolves.toBeUndefined();
  });
}

function idsOf(event: { readonly eventId: EventId }): EventId {
  return event.eventId;
}
