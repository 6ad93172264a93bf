import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { appendRecorded, type Happened } from '@waymark/event-store/testing';
import { openSqliteReadDatabase } from '@waymark/read-store/sqlite';
import { type ProjectionHost, readTable, startProjectionWorker } from '../index.js';
import { plainModules } from '../testing/plain-modules.js';

const ENTRY = `
import { workerData } from 'node:worker_threads';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { readTable, rowProjection, rowsOf, runProjectionWorker } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';

const { folder, version } = workerData;
const totals = readTable({
  name: 'totals',
  columns: { name: { type: 'text' }, total: { type: 'integer' } },
  primaryKey: ['name'],
});
const projection = rowProjection({
  name: 'totals',
  version,
  tables: [totals],
  handles: ['Counted'],
  keys: ({ data }) => [rowsOf(totals, { name: data.name })],
  apply({ data }, rows) {
    if (data.name === 'crash') setImmediate(() => { throw new Error('The thread was struck'); });
    if (data.name === 'poison') throw new Error('Not digestible');
    const before = rows.get(totals, { name: data.name })?.total ?? 0;
    rows.put(totals, { name: data.name, total: before + data.by * version });
  },
});
await runProjectionWorker({
  projections: [projection],
  catalogue: { decode: (stored) => stored },
  openEventStore: () => openSqliteEventStore({ file: folder + '/events.db', readOnly: true }),
  openReadStore: () => openSqliteReadStore({ file: folder + '/readmodel.db' }),
});
`;

const totals = readTable({
  name: 'totals',
  columns: { name: { type: 'text' }, total: { type: 'integer' } },
  primaryKey: ['name'],
});
const counted = (name: string, by = 1): Happened => ({ type: 'Counted', data: { name, by } });

describe('the thread that projects', () => {
  let entry: URL;
  let modules: string;
  let folder: string;
  let events: EventStore;
  let host: ProjectionHost | undefined;
  let faults: string[];

  const start = async (version = 1) => {
    faults = [];
    const onFault = (message: string) => faults.push(message);
    host = await startProjectionWorker({ entry, workerData: { folder, version }, onFault });
    return host;
  };
  const append = async (...happened: Happened[]) => (await appendRecorded(events, ...happened)).at(-1)!.position;
  const rows = async () => {
    const database = openSqliteReadDatabase({ file: join(folder, 'readmodel.db'), tables: [totals] });
    const found = await database.rows<{ name: string; total: number }>('SELECT * FROM totals ORDER BY name');
    await database.close();
    return Object.fromEntries(found.map(({ name, total }) => [name, total]));
  };

  beforeAll(() => {
    modules = mkdtempSync(join(tmpdir(), 'waymark-modules-'));
    entry = plainModules(modules, ['kernel', 'event-store', 'read-store'], ENTRY);
  });
  afterAll(() => rmSync(modules, { recursive: true }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-worker-'));
    events = openSqliteEventStore({ file: join(folder, 'events.db') });
  });
  afterEach(async () => {
    await host?.stop();
    await events.close();
    rmSync(folder, { recursive: true });
  });

  it('shows what was recorded to those who wait for it, and to all later starts', async () => {
    const running = await start();
    await running.waitFor(await append(counted('a'), counted('a', 4)), ['totals']);
    expect(await rows()).toEqual({ a: 5 });
    await running.stop();
    expect(running.status().state).toBe('STOPPED');

    const position = await append(counted('b'));
    await (await start()).waitFor(position);
    expect(await rows()).toEqual({ a: 5, b: 1 });
  });

  it('has the rows of one event ready within milliseconds of the hint', async () => {
    const running = await start();
    await running.waitFor(await append(counted('a')));
    const taken: number[] = [];
    for (let turn = 0; turn < 50; turn += 1) {
      const position = await append(counted('a'));
      const from = performance.now();
      await running.waitFor(position);
      taken.push(performance.now() - from);
    }
    // Polling alone would take some 125 ms.
    expect(taken.sort((a, b) => a - b)[25]!).toBeLessThan(20);
  });

  it('believes nobody who waits for a position that does not exist', async () => {
    const running = await start();
    await running.waitFor(await append(counted('a')));
    await expect(running.waitFor(2 ** 40)).rejects.toMatchObject({ code: 'READ_TABLES_BEHIND', stopped: undefined });
    expect(running.status()).toMatchObject({ head: 1, projections: [{ lag: 0 }] });
  });

  it('finds events without a hint', async () => {
    const running = await start();
    await append(counted('a'));
    const behind = await new Promise<number>((resolve) => {
      const look = setInterval(() => {
        if (running.status().projections[0]!.checkpoint === 0) return;
        clearInterval(look);
        resolve(running.status().projections[0]!.lag);
      }, 5);
    });
    expect(behind).toBe(0);
  });

  it('rebuilds beside the live tables when asked, and when the version has changed', async () => {
    const running = await start();
    await running.waitFor(await append(counted('a', 2)));
    const progress: string[] = [];
    running.onProgress(({ kind, done, total }) => progress.push(`${kind} ${done}/${total}`));
    await running.rebuild(['totals']);
    expect(await rows()).toEqual({ a: 2 });
    expect(progress.at(-1)).toBe('REBUILD 1/1');
    await expect(running.rebuild(['nothing'])).rejects.toThrow('There is no projection "nothing"');
    await running.stop();

    const second = await start(2);
    await second.waitFor(await append(counted('b')));
    expect(await rows()).toEqual({ a: 4, b: 2 });
    expect(second.status().projections).toMatchObject([{ name: 'totals', version: 2, state: 'RUNNING' }]);
  });

  it('stops a projection at a poison event and says so at once to those who wait', async () => {
    const running = await start();
    const good = await append(counted('a'));
    const bad = await append(counted('poison'), counted('a'));
    await expect(running.waitFor(bad)).rejects.toMatchObject({ code: 'READ_TABLES_BEHIND', stopped: 'totals' });
    await running.waitFor(good);
    expect(await rows()).toEqual({ a: 1 });
    expect(running.status().projections).toMatchObject([
      { state: 'STOPPED', lag: 2, poison: { position: 2, type: 'Counted', message: 'Not digestible' } },
    ]);
  });

  it('is started again when it falls, and loses nothing', async () => {
    const running = await start();
    const position = await append(counted('crash'), counted('a'));
    await running.waitFor(position);
    const later = await append(counted('a'));
    await running.waitFor(later);
    expect(faults).toEqual(['The thread was struck']);
    expect(await rows()).toEqual({ a: 2, crash: 1 });
    expect(running.status()).toMatchObject({ state: 'RUNNING', fault: undefined });
  });

  it('says why it cannot start', async () => {
    rmSync(folder, { recursive: true });
    await expect(start()).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'UNREACHABLE' });
    host = undefined;
    folder = mkdtempSync(join(tmpdir(), 'waymark-worker-'));
  });
});
