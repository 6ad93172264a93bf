import { type StoredEvent, StoreUnavailableError, streamName } from '@waymark/kernel';
import type { EventStore } from '../event-store.js';
import { someEvent } from '../testing/index.js';
import { appending, sendingAgain } from './appending.contract.js';
import { copying } from './copying.contract.js';
import { reading, restarting } from './reading.contract.js';
import { disturbed, sharing } from './sharing.contract.js';
import { A, type Current, idsOf, type StoreUnderContract } from './store-under-contract.js';

export type { StoreUnderContract };

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
    copying(current);
    if (underContract().reopen !== undefined) restarting(current);
    if (underContract().another !== undefined) describe('shared by processes', () => sharing(current));
    if (underContract().disturb !== undefined) describe('on a server', () => disturbed(current));
    closing(current);
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

function closing(current: Current): void {
  it('finishes what was sent before it closes, then refuses every call', async () => {
    const { store } = current;
    const sent = store.append(A, 'NO_STREAM', [someEvent()]);
    await store.close();
    await expect(sent).resolves.toMatchObject({ revision: 0 });
    const calls: (() => Promise<unknown>)[] = [
      () => store.append(A, 0, [someEvent()]),
      () => store.readStream(A),
      () => store.readAll({ after: 0, limit: 1 }),
      () => store.readEvents([]),
      () => store.readPositions([]),
      () => store.head(),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.close()).resolves.toBeUndefined();
  });
}
