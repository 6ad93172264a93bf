import { type BinaryEventData, KurrentDBClient, type ReadAllOptions } from '@kurrent/kurrentdb-client';
import { randomUUID } from 'node:crypto';
import { KurrentDouble } from './index.js';

const bytes = (what: object) => new Uint8Array(Buffer.from(JSON.stringify(what)));

/** An event that Waymark can read, so that other suites can share the server; `size` bytes of data, or a few more. */
const event = (size = 10): BinaryEventData => ({
  id: randomUUID(),
  type: 'Opened',
  contentType: 'application/octet-stream',
  data: bytes({ text: 'x'.repeat(size) }),
  metadata: bytes({ recordedAt: new Date().toISOString() }),
});

async function all<T>(elements: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const element of elements) found.push(element);
  return found;
}

/** What EventStoreDB 24.6 says, and its double after it. Run against a server too when KURRENTDB_URL names one. */
function theProtocol(start: () => Promise<{ url: string; stop(): Promise<void> }>): void {
  let served: { url: string; stop(): Promise<void> };
  let client: KurrentDBClient;
  let stream: string;
  beforeAll(async () => {
    served = await start();
    client = KurrentDBClient.connectionString(served.url);
  });
  afterAll(async () => {
    await client.dispose();
    await served.stop();
  });
  beforeEach(() => {
    stream = `said-${randomUUID()}`;
  });
  const append = (events: BinaryEventData[], streamState: 'no_stream' | bigint, to = stream) =>
    client.appendToStream(to, events, { streamState });
  const readAt = async (position: bigint, options: ReadAllOptions = {}) =>
    all(client.readAll({ maxCount: 2, ...options, fromPosition: { commit: position, prepare: position } }));

  it('takes the same ids at the same revision as done, also when others follow, and a part of them with others as a conflict', async () => {
    const events = [event(), event(), event()];
    const first = await append(events, 'no_stream');
    expect((await all(client.readStream(stream))).at(-1)!.event!.position).toEqual(first.position);
    expect(await append(events, 'no_stream')).toEqual(first);
    expect(await append(events.slice(0, 2), 'no_stream')).toMatchObject({ nextExpectedRevision: 1n });
    await expect(append([events[0]!, event()], 'no_stream')).rejects.toMatchObject({ actualState: 2n, message: '' });
    await expect(append([...events, event()], 'no_stream')).rejects.toMatchObject({ type: 'wrong-expected-version' });
    expect(await append([events[2]!], 2n)).toMatchObject({ nextExpectedRevision: 3n });
  });

  /** Two events, and the place of the first. */
  const twoEvents = async () => {
    await append([event(), event()], 'no_stream');
    return (await all(client.readStream(stream)))[0]!.event!.position!;
  };

  it('finds no event where none begins, whichever way it reads, and nothing beyond the end', async () => {
    const position = await twoEvents();
    const filter: NonNullable<ReadAllOptions['filter']> = {
      filterOn: 'eventType',
      prefixes: ['Opened'],
      checkpointInterval: 1,
    };
    const ways: ReadAllOptions[] = [{}, { filter }, { direction: 'backwards' }];
    for (const options of ways) {
      await expect(readAt(position.commit + 1n, options)).rejects.toMatchObject({ type: 'unavailable' });
    }
    expect((await readAt(position.commit))[0]!.event!.position).toEqual(position);
    expect(await readAt(2n ** 40n)).toEqual([]);
    await expect(readAt(2n ** 40n, { direction: 'backwards' })).rejects.toMatchObject({ type: 'unavailable' });
  });

  it('ends a subscription that begins where no event does', async () => {
    const place = (await twoEvents()).commit + 1n;
    const heard = all(client.subscribeToAll({ fromPosition: { commit: place, prepare: place } }));
    await expect(heard).rejects.toMatchObject({ code: 3 });
  });

  it('refuses an append beyond 1 MiB by itself, and a message beyond 16 MiB as such', async () => {
    const tooLarge = { type: 'maximum-append-size-exceeded', maxAppendSize: 1024 * 1024 };
    await expect(append([event(600_000), event(600_000)], 'no_stream')).rejects.toMatchObject(tooLarge);
    await expect(append([event(1024 * 1024 + 1)], 'no_stream')).rejects.toMatchObject(tooLarge);
    await expect(append([event(16 * 1024 * 1024)], 'no_stream')).rejects.toMatchObject({ code: 8 });
    await append([event(1024 * 1024 - 1_000)], 'no_stream');
  });

  it('hides a stream that was deleted, goes on counting, and confirms a repetition from before without its place', async () => {
    const events = [event(), event()];
    const { position } = await append(events, 'no_stream');
    await client.deleteStream(stream);
    await expect(all(client.readStream(stream))).rejects.toMatchObject({ type: 'stream-not-found' });
    const after = (await readAt(position!.commit, { maxCount: 9 })).map(({ event: one }) => one!);
    expect(after.find(({ streamId }) => streamId === `$$${stream}`)).toMatchObject({ type: '$metadata' });
    const again = await append(events, 'no_stream');
    expect(again.nextExpectedRevision).toBe(1n);
    expect(again.position).toBeUndefined();
    expect(await append([event()], 'no_stream')).toMatchObject({ nextExpectedRevision: 2n });
    expect((await all(client.readStream(stream))).map(({ event: one }) => one!.revision)).toEqual([2n]);
  });

  it('closes a stream for good by an event of its own', async () => {
    const { position } = await append([event()], 'no_stream');
    await client.tombstoneStream(stream);
    const gone = { type: 'stream-deleted' };
    await expect(all(client.readStream(stream))).rejects.toMatchObject(gone);
    await expect(append([event()], 0n)).rejects.toMatchObject(gone);
    const after = (await readAt(position!.commit, { maxCount: 9 })).map(({ event: one }) => one!);
    expect(after.find(({ type, streamId }) => type === '$streamDeleted' && streamId === stream)).toBeDefined();
  });
}

describe('what the double of KurrentDB says', () => {
  theProtocol(() => KurrentDouble.start());

  it('of a repetition of what is still under way: nothing for a while, then that it took too long', async () => {
    const double = await KurrentDouble.start();
    const clients = [1, 2].map(() => KurrentDBClient.connectionString(double.url));
    const [first, second] = clients as [KurrentDBClient, KurrentDBClient];
    const events = [event()];
    double.faults.isLate = true;
    double.faults.writeTimeout = 200;
    const original = first.appendToStream('said', events, { streamState: 'no_stream' });
    for (; double.log.events.at(-1)!.stream !== 'said';) await new Promise(setImmediate);
    const repetition = second.appendToStream('said', events, { streamState: 'no_stream' });
    await expect(repetition).rejects.toMatchObject({ type: 'deadline-exceeded' });
    double.faults.answer();
    expect(await second.appendToStream('said', events, { streamState: 'no_stream' })).toEqual(await original);
    await Promise.all(clients.map((client) => client.dispose()));
    await double.stop();
  });
});

const url = process.env['KURRENTDB_URL'];
if (url !== undefined) {
  describe('what a server of KurrentDB says', () => theProtocol(async () => ({ url, stop: async () => undefined })));
}
