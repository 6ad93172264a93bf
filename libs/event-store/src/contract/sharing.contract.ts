import { type StoredEvent, streamName, WrongExpectedRevisionError } from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { someEvent } from '../testing/index.js';
import { A, B, type Current, idsOf } from './store-under-contract.js';

/** Several processes over the same events; for stores that allow it. */
export function sharing(current: Current): void {
  let other: EventStore;
  beforeEach(async () => {
    other = await current.context.another!();
  });
  afterEach(() => other.close());

  it('lets a reader that goes on after its position miss nothing while several processes write', async () => {
    const isOver = { value: false };
    const reader = readOn(current.store, isOver);
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        const store = writer % 2 === 0 ? current.store : other;
        for (let n = 0; n < 15; n += 1) {
          await store.append(streamName('plan', `w${writer}`), n === 0 ? 'NO_STREAM' : n - 1, [someEvent()]);
        }
      }),
    );
    isOver.value = true;
    expectWhole(await reader, 16 * 15);
  });

  it('shows each process what the others wrote to a stream, and refuses what was decided without it', async () => {
    await current.store.append(A, 'NO_STREAM', [someEvent()]);
    expect(await current.store.readStream(A)).toHaveLength(1);
    expect(await other.readStream(A)).toHaveLength(1);
    const theirs = someEvent();
    await other.append(A, 0, [theirs]);
    await expect(current.store.append(A, 0, [someEvent()])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    expect((await current.store.readStream(A)).map(idsOf).at(-1)).toBe(theirs.eventId);
    await current.store.append(A, 1, [someEvent()]);
    expect(await other.readStream(A)).toEqual(await current.store.readStream(A));
  });

  it('takes the same events sent by two processes at once as done twice', async () => {
    const events = [someEvent(), someEvent()];
    const [one, two] = await Promise.all([current.store, other].map((store) => store.append(A, 'NO_STREAM', events)));
    expect(one).toEqual(two);
    expect(await current.store.readAll({ after: 0, limit: 10 })).toHaveLength(2);
  });

  it('tells listeners of one process what another has written', async () => {
    const heads: number[] = [];
    current.store.onAppended((position) => heads.push(position));
    const { position } = await other.append(A, 'NO_STREAM', [someEvent()]);
    await until(() => heads.includes(position));
  });
}

/** A store whose server other programs use too, and whose connections may be lost. */
export function disturbed(current: Current): void {
  it('goes on while another program keeps a transaction open for long, and readers miss nothing', async () => {
    const endTransaction = await current.context.disturb!.holdTransaction();
    const isOver = { value: false };
    const reader = readOn(current.store, isOver);
    for (let n = 0; n < 10; n += 1) await current.store.append(A, n === 0 ? 'NO_STREAM' : n - 1, [someEvent()]);
    expect(await current.store.readAll({ after: 0, limit: 100 })).toHaveLength(10);
    await endTransaction();
    await current.store.append(B, 'NO_STREAM', [someEvent()]);
    isOver.value = true;
    expectWhole(await reader, 11);
  });

  it('reads and appends again after its connections were cut, and listeners hear again', async () => {
    const heads: number[] = [];
    current.store.onAppended((position) => heads.push(position));
    const other = await current.context.another!();
    await current.store.append(A, 'NO_STREAM', [someEvent()]);
    await current.context.disturb!.cutConnections();
    await current.store.append(A, 0, [someEvent()]);
    expect(await current.store.readStream(A)).toHaveLength(2);
    const { position } = await other.append(A, 1, [someEvent()]);
    await until(() => heads.includes(position));
    await other.close();
  });

  it('loses and doubles nothing when its connections are cut again and again under load', async () => {
    const isOver = { value: false };
    const reader = readOn(current.store, isOver);
    const cuts = (async () => {
      for (let n = 0; n < 5; n += 1) {
        await until(async () => (await current.store.head()).position > n * 20);
        await current.context.disturb!.cutConnections();
      }
    })();
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 20; n += 1) {
          await current.store.append(streamName('plan', `w${writer}`), n === 0 ? 'NO_STREAM' : n - 1, [someEvent()]);
        }
      }),
    );
    await cuts;
    isOver.value = true;
    expectWhole(await reader, 8 * 20);
  });
}

/** Reads page by page until the writers are done and the end is reached. */
async function readOn(store: EventStore, isOver: { readonly value: boolean }): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  for (let isLast = false; !isLast;) {
    isLast = isOver.value;
    let page: readonly StoredEvent[];
    do {
      page = await store.readAll({ after: seen.at(-1)?.position ?? 0, limit: 7 });
      seen.push(...page);
    } while (page.length > 0);
    await new Promise(setImmediate);
  }
  return seen;
}

function expectWhole(seen: readonly StoredEvent[], count: number): void {
  expect(seen).toHaveLength(count);
  expect(new Set(seen.map(idsOf)).size).toBe(count);
  expect(seen.every((event, index) => index === 0 || event.position > seen[index - 1]!.position)).toBe(true);
}
