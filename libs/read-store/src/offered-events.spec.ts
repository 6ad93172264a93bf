import { decodeStoredEvent, type EventStore } from '@waymark/event-store';
import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import type { StoredEvent } from '@waymark/kernel';
import { type Projection, ProjectionEngine, readTable } from './index.js';
import { openSqliteReadStore, type SqliteReadStore } from './sqlite/index.js';

const counted = readTable({ name: 'counted', columns: { position: { type: 'integer' } }, primaryKey: ['position'] });
const projection = (version = 1): Projection => ({
  name: 'counted',
  version,
  tables: [counted],
  handles: ['A'],
  project: (events, tables) =>
    tables.write(
      counted,
      events.map(({ position }) => ({ position })),
    ),
});
const one = (type = 'A'): Happened => ({ type, data: {} });

describe('events that are offered to the engine', () => {
  let events: EventStore;
  let readStore: SqliteReadStore;
  let reads: number[];
  beforeEach(() => {
    events = memoryEventStore();
    readStore = openSqliteReadStore({ file: ':memory:' });
    reads = [];
    const { readAll } = events;
    events.readAll = (options) => (reads.push(options.after), readAll.call(events, options));
  });
  afterEach(async () => {
    await readStore.close();
    await events.close();
  });

  const open = (version?: number) =>
    ProjectionEngine.open({
      ...{ projections: [projection(version)], events, readStore, batchSize: 4 },
      catalogue: { decode: (stored) => stored },
    });
  const append = async (count: number): Promise<readonly StoredEvent[]> => {
    const after = (await events.head()).position;
    await appendRecorded(events, ...Array.from({ length: count }, () => one()));
    return (await events.readStored({ after, limit: count })).map(({ stored, position }) =>
      decodeStoredEvent(stored, position),
    );
  };
  const shown = async () => {
    const rows = await readStore.reads([]).rows<{ position: number }>('SELECT position FROM counted ORDER BY position');
    return rows.map(({ position }) => position);
  };

  it('are taken without reading the record when they follow', async () => {
    const engine = await open();
    engine.offer(await append(3));
    await engine.step();
    expect([await shown(), reads]).toEqual([[1, 2, 3], []]);
    expect(engine.statuses()).toMatchObject([{ checkpoint: 3, lag: 0 }]);
  });

  it('are taken from where the tables end when these know some of them already', async () => {
    const engine = await open();
    const rows = await append(3);
    engine.offer(rows.slice(0, 2));
    await engine.step();
    engine.offer(rows);
    await engine.step();
    expect([await shown(), reads]).toEqual([[1, 2, 3], []]);
  });

  it.each([
    ['behind a gap', (rows: readonly StoredEvent[]) => rows.slice(1)],
    ['with a gap', (rows: readonly StoredEvent[]) => [rows[0]!, rows[2]!]],
    ['none', () => []],
  ])('%s: the record is read', async (_, offered) => {
    const engine = await open();
    engine.offer(offered(await append(5)));
    await engine.catchUp();
    expect(await shown()).toEqual([1, 2, 3, 4, 5]);
    expect(reads[0]).toBe(0);
  });

  it('are used once', async () => {
    const engine = await open();
    engine.offer(await append(1));
    await engine.step();
    await append(1);
    await engine.step();
    expect([await shown(), reads]).toEqual([[1, 2], [1]]);
  });
});

describe('the state of tables', () => {
  let events: EventStore;
  let readStore: SqliteReadStore;
  beforeEach(() => {
    events = memoryEventStore();
    readStore = openSqliteReadStore({ file: ':memory:' });
  });
  afterEach(async () => {
    await readStore.close();
    await events.close();
  });

  it('is another one after an event that they show, after a rebuild, and after nothing else', async () => {
    const engine = await ProjectionEngine.open({
      ...{ projections: [projection()], events, readStore },
      catalogue: { decode: (stored) => stored },
    });
    const states = [engine.stateOf('counted')];
    const then = async (step: () => Promise<unknown>) => {
      await step();
      await engine.catchUp();
      states.push(engine.stateOf('counted'));
    };
    await then(() => appendRecorded(events, one()));
    await then(() => appendRecorded(events, one('B')));
    await then(() => Promise.resolve());
    await then(() => engine.beginRebuild());
    const [first, shown, unconcerned, still, rebuilt] = states;
    expect(new Set([first, shown, rebuilt]).size).toBe(3);
    expect([unconcerned, still]).toEqual([shown, shown]);
  });
});
