import { streamName } from '@waymark/kernel';
import { someEvent } from '../testing/index.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
import { openKurrentEventStore, RecordUse, type RecordUseOptions } from './index.js';

const BEAT_MS = 300;

describe('the use of a record on KurrentDB', () => {
  const server = process.env['KURRENTDB_URL'];
  let double: KurrentDouble | undefined;
  let url: string;
  const uses: RecordUse[] = [];
  /** As a process that ends without a word: it gives no sign of life any more. */
  const kill = (use: RecordUse) => clearInterval((use as unknown as { timer: NodeJS.Timeout }).timer);
  const take = async (user: string, as: RecordUseOptions['as'], options: Partial<RecordUseOptions> = {}) => {
    const use = await RecordUse.take({ url, user, as, beatMs: BEAT_MS, ...options });
    if (use !== undefined) uses.push(use);
    return use;
  };
  beforeAll(async () => {
    double = server === undefined ? await KurrentDouble.start() : undefined;
    url = server ?? double!.url;
  });
  afterEach(async () => {
    for (const use of uses.splice(0)) await use.release();
  });
  afterAll(() => double?.stop());

  it('by one alone forbids every other, until the one has left', async () => {
    const first = (await take('first', 'ALONE'))!;
    expect(await take('second', 'ALONE')).toBeUndefined();
    expect(await take('second', 'SHARED')).toBeUndefined();
    await first.release();
    const began = performance.now();
    expect(await take('second', 'ALONE')).toBeDefined();
    expect(performance.now() - began).toBeLessThan(2 * BEAT_MS + 1_000);
  });

  it('by several who share forbids who must be alone, and no other who shares', async () => {
    const first = (await take('first', 'SHARED'))!;
    const second = (await take('second', 'SHARED'))!;
    expect(await take('third', 'ALONE')).toBeUndefined();
    await first.release();
    expect(await take('third', 'ALONE')).toBeUndefined();
    await second.release();
    expect(await take('third', 'ALONE')).toBeDefined();
  });

  it('is given to one of those that ask at the same moment', async () => {
    const taken = await Promise.all(['a', 'b', 'c'].map((user) => take(user, 'ALONE', { beatMs: 2_000 })));
    expect(taken.filter((use) => use !== undefined)).toHaveLength(1);
  });

  it('passes on when the user was killed: at once to the same one, to another after signs of life have failed to come', async () => {
    kill((await take('first', 'ALONE'))!);
    const again = (await take('first', 'ALONE'))!;
    kill(again);
    const began = performance.now();
    expect(await take('second', 'ALONE')).toBeDefined();
    expect(performance.now() - began).toBeGreaterThan(3 * BEAT_MS - 20);
  });

  it('is known to be lost by who stood still for too long, and is not taken back', async () => {
    let isLost = false;
    const paused = (await take('first', 'ALONE', { onLost: () => (isLost = true) }))!;
    kill(paused);
    expect(await take('second', 'ALONE')).toBeDefined();
    await (paused as unknown as { beat(): Promise<void> }).beat();
    expect(isLost).toBe(true);
    expect(await take('third', 'SHARED')).toBeUndefined();
  });

  it('is no part of the record', async () => {
    const store = await openKurrentEventStore({ url });
    const stream = streamName('plan', `use-${Date.now()}`);
    const { position: before } = await store.append(stream, 'NO_STREAM', [someEvent()]);
    await take('first', 'ALONE');
    await store.append(stream, 0, [someEvent()]);
    const streams = (await store.readAll({ after: before, limit: 1_000 })).map(({ stream: of }) => of as string);
    expect(streams).toContain(stream);
    expect(streams.filter((name) => name.includes('waymark-use'))).toEqual([]);
    await store.close();
  });
});
