import { type EventToAppend, OutcomeUnknownError, StoreUnavailableError, type StreamName } from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { KurrentNodes } from '../testing/kurrentdb-nodes.js';
import { someEvent } from '../testing/index.js';
import { openKurrentEventStore } from './index.js';

jest.setTimeout(600_000);

const WRITERS = 20;

/** Writers that go on through trouble: each sends the same events at the same revision until they are taken. */
class Load {
  readonly acknowledged = new Map<string, { readonly stream: StreamName; readonly revision: number }>();
  readonly troubles: Error[] = [];
  /** When something was acknowledged last, on the clock of `performance`. */
  private last = performance.now();
  private isOver = false;
  private readonly writers: Promise<void>[];

  constructor(private readonly store: EventStore) {
    this.writers = Array.from({ length: WRITERS }, (_, n) => this.write(`visit-${n}` as StreamName));
  }

  /** Resolves after so many more acknowledgements. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged.size + count;
    await until(() => this.acknowledged.size >= enough || this.isOver, 120_000);
  }

  /** Resolves when nothing was acknowledged for so many milliseconds. */
  async stalled(milliseconds: number): Promise<void> {
    await until(() => performance.now() - this.last > milliseconds);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.writers);
  }

  private async write(stream: StreamName): Promise<void> {
    for (let last: number | 'NO_STREAM' = 'NO_STREAM'; !this.isOver;) {
      const events = Array.from({ length: (this.acknowledged.size % 3) + 1 }, () => someEvent());
      last = await this.taken(stream, last, events);
      this.last = performance.now();
      events.forEach(({ eventId }, n) =>
        this.acknowledged.set(eventId, { stream, revision: (last as number) - events.length + 1 + n }),
      );
    }
  }

  private async taken(stream: StreamName, last: number | 'NO_STREAM', events: EventToAppend[]): Promise<number> {
    for (;;) {
      try {
        return (await this.store.append(stream, last, events)).revision;
      } catch (error) {
        this.troubles.push(error as Error);
        if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;
      }
    }
  }
}

/** Follows the record while it is written, page by page, through trouble. */
async function follow(store: EventStore, isOver: () => boolean): Promise<{ id: string; position: number }[]> {
  const seen: { id: string; position: number }[] = [];
  for (let isLast = false; !isLast;) {
    isLast = isOver();
    for (;;) {
      const page = await store.readAll({ after: seen.at(-1)?.position ?? 0, limit: 500 }).catch(() => undefined);
      if (page === undefined) continue;
      seen.push(...page.map(({ eventId, position }) => ({ id: eventId as string, position })));
      if (page.length === 0) break;
    }
    await new Promise(setImmediate);
  }
  return seen;
}

/** Everything acknowledged is there, once, at its place; nothing else is; and whoever followed saw just that. */
async function expectWhole(url: string, load: Load, seen: readonly { id: string; position: number }[]): Promise<void> {
  const fresh = await openKurrentEventStore({ url });
  const events = await fresh.readAll({ after: 0, limit: 10_000_000 });
  await fresh.close();
  const found = new Map(events.map(({ eventId, stream, revision }) => [eventId as string, { stream, revision }]));
  expect(found.size).toBe(events.length);
  expect(found).toEqual(load.acknowledged);
  expect(seen.map(({ id }) => id)).toEqual(events.map(({ eventId }) => eventId));
}

// Needs a server program: KURRENTDB_PROGRAM=/usr/bin/eventstored npx jest libs/event-store/src/kurrentdb/server -i
const ifThereIsAProgram = process.env['KURRENTDB_PROGRAM'] === undefined ? describe.skip : describe;

ifThereIsAProgram.each([
  ['one node', 1, 3],
  ['three nodes', 3, 4],
])('a KurrentDB server of %s', (_, size, rounds) => {
  let nodes: KurrentNodes;
  let store: EventStore;
  beforeEach(async () => {
    nodes = await KurrentNodes.start(size);
    store = await openKurrentEventStore({ url: nodes.url });
  });
  afterEach(async () => {
    await store.close();
    await nodes.remove();
  });

  async function underLoad(harm: (load: Load) => Promise<void>): Promise<Load> {
    const load = new Load(store);
    let isOver = false;
    const seen = follow(store, () => isOver);
    for (let round = 0; round < rounds; round += 1) {
      await load.more(500);
      await harm(load);
    }
    await load.more(500);
    await load.end();
    isOver = true;
    await expectWhole(nodes.url, load, await seen);
    return load;
  }

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'loses nothing and records nothing twice when its leader is ended under load (%s), time after time',
    async (signal) => {
      await underLoad(async () => {
        const leader = await nodes.leader();
        await nodes.endNode(leader, signal);
        // Of several, another takes over before this one is back.
        if (size > 1) await nodes.leader();
        nodes.startNode(leader);
        await nodes.leader();
      });
    },
  );

  it('goes on after its leader stood still under load', async () => {
    await underLoad(async (load) => {
      const leader = await nodes.leader();
      nodes.signalNode(leader, 'SIGSTOP');
      // Of several, another takes over meanwhile, or not: both may be.
      if (size === 1) await load.stalled(1_500);
      else await load.more(100);
      nodes.signalNode(leader, 'SIGCONT');
      await nodes.leader();
    });
  });

  it('tells listeners of events of others after its leader was killed', async () => {
    const other = await openKurrentEventStore({ url: nodes.url });
    const heard: number[] = [];
    store.onAppended((position) => heard.push(position));
    const stream = 'visit-heard' as StreamName;
    const first = await other.append(stream, 'NO_STREAM', [someEvent()]);
    await until(() => heard.includes(first.position));
    const leader = await nodes.leader();
    await nodes.endNode(leader);
    nodes.startNode(leader);
    const second = await other.append(stream, 0, [someEvent()]);
    await until(() => heard.includes(second.position));
    expect(heard).toEqual([first.position, second.position]);
    await other.close();
  });
});

ifThereIsAProgram('a KurrentDB server of three nodes', () => {
  let nodes: KurrentNodes;
  beforeEach(async () => {
    nodes = await KurrentNodes.start(3);
  });
  afterEach(() => nodes.remove());

  it('takes again what a leader had not passed on when it was killed, and comes back without it', async () => {
    const store = await openKurrentEventStore({ url: nodes.url });
    const stream = 'visit-cut-off' as StreamName;
    await store.append(stream, 'NO_STREAM', [someEvent()]);
    const leader = await nodes.leader();
    const followers = [0, 1, 2].filter((node) => node !== leader);
    for (const node of followers) nodes.signalNode(node, 'SIGSTOP');
    const before = await nodes.endOfLog(leader);
    const event = someEvent();
    let isSettled = false;
    const append = store.append(stream, 0, [event]).finally(() => (isSettled = true));
    append.catch(() => undefined);
    await until(async () => (await nodes.endOfLog(leader)) > before);
    expect(isSettled).toBe(false);
    await nodes.endNode(leader);
    for (const node of followers) nodes.signalNode(node, 'SIGCONT');
    const answer = await append.catch(() => store.append(stream, 0, [event]));
    nodes.startNode(leader);
    await nodes.leader();
    expect(answer.revision).toBe(1);
    await until(async () => (await store.readStream(stream)).length === 2);
    expect((await store.readStream(stream)).at(-1)).toMatchObject({
      eventId: event.eventId,
      position: answer.position,
    });
    expect((await store.readAll({ after: 0, limit: 10 })).map(({ revision }) => revision)).toEqual([0, 1]);
    await store.close();
  });

  it('is not disturbed by the death of a follower', async () => {
    const store = await openKurrentEventStore({ url: nodes.url });
    const load = new Load(store);
    await load.more(300);
    const leader = await nodes.leader();
    await nodes.endNode((leader + 1) % 3);
    await load.more(600);
    await load.end();
    expect(load.troubles).toEqual([]);
    await expectWhole(nodes.url, load, [...(await follow(store, () => true))]);
    await store.close();
  });
});
