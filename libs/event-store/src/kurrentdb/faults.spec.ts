import {
  EventTooLargeError,
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  StoreUnavailableError,
  streamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { encodeStoredEvent } from '../stored-event.js';
import { appendRecorded, someEvent } from '../testing/index.js';
import { KurrentDouble, KurrentDoubleCluster } from '../testing/kurrentdb-double/index.js';
import { openKurrentEventStore } from './index.js';

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');
const C = streamName('plan', 'c');
/** Short enough for a test, long enough for a busy machine. */
const patience = { call: 400, connect: 2_000, outage: 8_000, swap: 50 };
const impatience = { call: 150, connect: 1_500, outage: 300, swap: 50 };

describe('KurrentDB event store in trouble', () => {
  let double: KurrentDouble;
  const stores: EventStore[] = [];
  async function open(options: Partial<Parameters<typeof openKurrentEventStore>[0]> = {}): Promise<EventStore> {
    const store = await openKurrentEventStore({ url: double.url, patience, ...options });
    stores.push(store);
    return store;
  }
  const ids = (stream: string) => double.log.events.filter((event) => event.stream === stream).map(({ id }) => id);

  beforeEach(async () => {
    double = await KurrentDouble.start();
  });
  afterEach(async () => {
    double.thaw();
    for (const store of stores.splice(0)) await store.close();
    await double.stop();
  });

  it('1 tells a conflict in words, though the client has none', async () => {
    const store = await open();
    await store.append(A, 'NO_STREAM', [someEvent()]);
    const conflict = store.append(A, 'NO_STREAM', [someEvent()]);
    await expect(conflict).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    await expect(conflict).rejects.toThrow('plan-a stands at 0, the append expected NO_STREAM');
  });

  it.each(['recorded', 'lost'] as const)(
    '2 sends the same ids at the same revision again when an append that was %s gets no answer',
    async (silent) => {
      const store = await open();
      const [first, second] = [[someEvent()], [someEvent(), someEvent()]];
      await store.append(A, 'NO_STREAM', first);
      double.faults.silent = silent;
      const append = store.append(A, 0, second);
      await until(() => double.faults.unanswered > 0);
      double.faults.silent = undefined;
      await expect(append).resolves.toMatchObject({ revision: 2 });
      expect(ids(A)).toEqual([...first, ...second].map(({ eventId }) => eventId));
    },
  );

  it('2 does not claim to know when nobody answers at all, and takes the same events as done later, also after others', async () => {
    const store = await open({ patience: impatience });
    const events = [someEvent()];
    double.faults.silent = 'recorded';
    await expect(store.append(A, 'NO_STREAM', events)).rejects.toBeInstanceOf(OutcomeUnknownError);
    double.faults.silent = undefined;
    await store.append(A, 0, [someEvent()]);
    await expect(store.append(A, 'NO_STREAM', events)).resolves.toMatchObject({ revision: 0 });
    expect(ids(A)).toHaveLength(2);
  });

  it('2 tells a certain conflict after an unknown outcome when another append took the place', async () => {
    const [store, other] = [await open(), await open()];
    double.faults.silent = 'lost';
    const append = store.append(A, 'NO_STREAM', [someEvent()]);
    const settled = append.catch((error: unknown) => error);
    await until(() => double.faults.unanswered > 0);
    double.faults.silent = undefined;
    await other.append(A, 'NO_STREAM', [someEvent()]);
    expect(await settled).toBeInstanceOf(WrongExpectedRevisionError);
    expect(ids(A)).toHaveLength(1);
  });

  it('2 refuses an id that stands in another stream', async () => {
    const store = await open();
    const event = someEvent();
    await store.append(A, 'NO_STREAM', [event]);
    await expect(store.append(B, 'NO_STREAM', [event])).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
    const fresh = await open();
    await fresh.readEvents([event.eventId]);
    await expect(fresh.append(B, 'NO_STREAM', [event])).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
    expect(ids(B)).toEqual([]);
  });

  it('3 reads on after the position, which the server reads from, and passes by the events of the server', async () => {
    const store = await open();
    const [first, second] = await appendRecorded(
      store,
      { stream: A, type: 'VisitorCame', data: {} },
      { stream: A, type: 'VisitorCameAgain', data: {} },
    );
    expect(double.log.events[0]!.type).toBe('$settings');
    expect(await store.readAll({ after: 0, limit: 1 })).toEqual([first]);
    expect(await store.readAll({ after: first!.position, limit: 9 })).toEqual([second]);
    expect(await store.readAll({ after: 0, limit: 9, types: ['VisitorCame'] })).toEqual([first]);
    expect(await store.readPositions([first!.position + 1, first!.position])).toEqual([first]);
    await expect(store.readAll({ after: first!.position + 1, limit: 9 })).rejects.toThrow(
      'not the one that was read before',
    );
  });

  it('3 does not take silence for a place in the log where no event begins', async () => {
    const store = await open({ patience: impatience });
    const { position } = await store.append(A, 'NO_STREAM', [someEvent()]);
    double.faults.isSilentForwards = true;
    for (const after of [0, position]) {
      await expect(store.readAll({ after, limit: 9 })).rejects.toMatchObject({ reason: 'UNREACHABLE' });
    }
  });

  it('4 tells a stream that was deleted on the server, softly or for good, and writes nothing that looks right', async () => {
    const store = await open();
    for (const stream of [A, B]) await store.append(stream, 'NO_STREAM', [someEvent(), someEvent()]);
    const repeated = [someEvent()];
    await store.append(C, 'NO_STREAM', repeated);
    for (const stream of [A, C]) double.log.delete(stream, false);
    double.log.delete(B, true);
    expect(await store.readStream(A)).toEqual([]);
    expect(await store.readAll({ after: 0, limit: 9 })).toHaveLength(5);
    // A server confirms that without a place.
    await expect(store.append(C, 'NO_STREAM', repeated)).rejects.toMatchObject({ reason: 'DAMAGED' });
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).rejects.toMatchObject({ reason: 'DAMAGED' });
    await expect(store.readStream(A)).rejects.toMatchObject({ reason: 'DAMAGED' });
    await expect(store.readStream(B)).rejects.toMatchObject({ reason: 'DAMAGED' });
    await expect(store.append(B, 1, [someEvent()])).rejects.toMatchObject({ reason: 'DAMAGED' });
  });

  it('5 refuses what no server takes before anything is sent, and says what a server with a smaller limit says', async () => {
    const store = await open();
    const large = () => ({ ...someEvent(), data: { text: 'x'.repeat(600_000) } });
    await expect(store.append(A, 'NO_STREAM', [large(), large()])).rejects.toBeInstanceOf(EventTooLargeError);
    double.log.maxAppendBytes = 500_000;
    await expect(store.append(A, 'NO_STREAM', [large()])).rejects.toThrow('500000');
    expect(ids(A)).toEqual([]);
  });

  it('6 takes the time from our metadata, and keeps the bytes that the digest is made of', async () => {
    const store = await open();
    const event = someEvent({ recordedAt: '2026-01-02T03:04:05.678Z', data: { z: 'é', '10': 1, '9': [1.5, null] } });
    await store.append(A, 'NO_STREAM', [event]);
    const [stored] = await store.readStream(A);
    expect(stored!.metadata.recordedAt).toBe('2026-01-02T03:04:05.678Z');
    expect((await store.head()).recordedAt).toBe('2026-01-02T03:04:05.678Z');
    const { metadata, data } = double.log.events.at(-1)!;
    const preimage = encodeStoredEvent(A, 0, { ...event, ...stored! });
    const parts = [metadata, data].map((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.byteLength);
      return Buffer.concat([length, bytes]);
    });
    expect(preimage).toEqual(encodeStoredEvent(A, 0, event));
    expect(preimage.subarray(-(parts[0]!.length + parts[1]!.length))).toEqual(Buffer.concat(parts));
  });

  it.each([
    ['is down', () => double.stop(), () => double.startAgain()],
    [
      'is starting',
      async () => void (double.faults.isNotReady = true),
      async () => void (double.faults.isNotReady = false),
    ],
    ['stands still', async () => double.freeze(), async () => double.thaw()],
    [
      'has no leader',
      async () => void (double.faults.notLeader = 'nobody'),
      async () => void (double.faults.notLeader = undefined),
    ],
  ])('8, 9 says so when the server %s, and goes on when it is back', async (_, fail, recover) => {
    const store = await open({ patience: impatience });
    await store.append(A, 'NO_STREAM', [someEvent()]);
    await fail();
    await expect(store.readStream(A)).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.head()).rejects.toThrow('127.0.0.1');
    const lost = store.append(A, 0, [someEvent()]).catch((error: unknown) => error as Error);
    expect(['StoreUnavailableError', 'OutcomeUnknownError']).toContain(((await lost) as Error).name);
    await recover();
    const patient = await open();
    const last = (await patient.readStream(A)).length - 1;
    await expect(store.append(A, last, [someEvent()])).resolves.toMatchObject({ revision: last + 1 });
  });

  it('8 waits out a restart, and finds everything that was acknowledged', async () => {
    const store = await open();
    const before = await appendRecorded(store, { stream: A, type: 'Opened', data: {} });
    await double.stop();
    const append = store.append(B, 'NO_STREAM', [someEvent()]);
    const read = store.readStream(A);
    await double.startAgain();
    await expect(append).resolves.toMatchObject({ revision: 0 });
    expect(await read).toEqual(before);
  });

  it('8 loses no append and records none twice while connections are cut under load', async () => {
    const store = await open();
    let isCutting = true;
    const cutter = (async () => {
      for (let cuts = 0; isCutting; cuts += 1) {
        await until(() => !isCutting || double.log.events.length > cuts * 40);
        double.drop();
      }
    })();
    const acknowledged = new Set<string>();
    const writer = async (n: number) => {
      const stream = streamName('plan', `w${n}`);
      for (let revision = 0; revision < 12; revision += 1) {
        const event = someEvent({ data: { text: 'x'.repeat(n % 2 === 0 ? 20_000 : 10) } });
        await store.append(stream, revision === 0 ? 'NO_STREAM' : revision - 1, [event]);
        acknowledged.add(event.eventId);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => writer(n)));
    isCutting = false;
    await cutter;
    const logged = double.log.events.filter(({ stream }) => !stream.startsWith('$')).map(({ id }) => id);
    expect(logged).toHaveLength(600);
    expect(new Set(logged)).toEqual(acknowledged);
  });

  it('reads again what was cancelled half way, and takes an answer that comes twice or late as one', async () => {
    const store = await open();
    double.faults.isAnsweringTwice = true;
    const events = await appendRecorded(
      store,
      ...Array.from({ length: 6 }, () => ({ stream: A, type: 'Opened', data: {} })),
    );
    double.faults.isAnsweringTwice = false;
    double.faults.readsToCancel = 1;
    expect(await store.readStream(A)).toEqual(events);
    double.faults.isLate = true;
    const append = store.append(A, 5, [someEvent()]);
    await until(() => ids(A).length === 7);
    double.faults.answer();
    await expect(append).resolves.toMatchObject({ revision: 6 });
  });

  it('10 goes on hearing of events of others after the subscription ended, each once', async () => {
    let interruptions = 0;
    const store = await open({ onInterrupted: () => (interruptions += 1) });
    const other = await open();
    const heard: number[] = [];
    store.onAppended((position) => heard.push(position));
    const written: number[] = [];
    const write = async () => {
      const last = written.length - 1;
      const event = someEvent();
      written.push((await other.append(A, last < 0 ? 'NO_STREAM' : last, [event])).position);
      await until(() => heard.at(-1) === written.at(-1));
    };
    await write();
    double.faults.cancelSubscriptions();
    await write();
    double.drop();
    await write();
    double.faults.isRepeating = true;
    await write();
    await double.stop();
    await double.startAgain();
    await write();
    expect(interruptions).toBeGreaterThanOrEqual(3);
    expect(heard).toEqual(written);
  });

  it('12 reads again with a new client when the old one stays broken', async () => {
    const store = await open();
    const events = await appendRecorded(store, { stream: A, type: 'Opened', data: {} });
    double.faults.severReads();
    expect(await store.readStream(A)).toEqual(events);
    expect(await store.readAll({ after: 0, limit: 9 })).toEqual(events);
  });

  it('13 makes the index anew when the log was set back', async () => {
    const store = await open();
    const [kept, lost] = await appendRecorded(
      store,
      { stream: A, type: 'Opened', data: {} },
      { stream: A, type: 'Closed', data: {} },
    );
    const indexFile = `${process.env['TMPDIR'] ?? '/tmp'}/waymark-index-${process.pid}-${Date.now()}.db`;
    const first = await open({ indexFile });
    expect(await first.readEvents([lost!.eventId])).toEqual([lost]);
    await first.close();
    double.log.truncate(1);
    const second = await open({ indexFile });
    expect(await second.readEvents([lost!.eventId, kept!.eventId])).toEqual([kept]);
  });
});

describe('KurrentDB event store on three nodes', () => {
  let cluster: KurrentDoubleCluster;
  let store: EventStore;
  beforeEach(async () => {
    cluster = await KurrentDoubleCluster.start();
  });
  afterEach(async () => {
    await store.close();
    await cluster.stop();
  });

  it('11, 12 survives the death of leader after leader: nothing lost, nothing twice, reads go on', async () => {
    store = await openKurrentEventStore({ url: cluster.url, patience });
    const written: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const killed = round === 0 ? undefined : await cluster.killLeader();
      const event = someEvent();
      const append = store.append(A, written.length === 0 ? 'NO_STREAM' : written.length - 1, [event]);
      const read = store.readAll({ after: 0, limit: 100 });
      cluster.elect();
      await append;
      await read;
      written.push(event.eventId);
      expect((await store.readStream(A)).map(({ eventId }) => eventId)).toEqual(written);
      await killed?.start();
    }
  });

  it('11 names the remedy when the one node given does not lead', async () => {
    const follower = cluster.nodes[1]!;
    const url = `kurrentdb://127.0.0.1:${follower.port}?tls=false`;
    const opening = openKurrentEventStore({ url, patience: impatience });
    await expect(opening).rejects.toThrow('Name every node in EVENT_STORE_URL');
    store = await openKurrentEventStore({ url: cluster.url, patience });
  });
});
