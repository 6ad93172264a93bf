import type { EventStore } from '@waymark/event-store';
import { appendRecorded, memoryEventStore } from '@waymark/event-store/testing';
import { ProjectionEngine } from './index.js';
import { openSqliteReadStore, type SqliteReadStore } from './sqlite/index.js';
import { noting, saw, times } from './testing/noting.js';

describe('filling tables for the first time from a long record', () => {
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

  const open = () =>
    ProjectionEngine.open({
      projections: [noting('seen', ['A'])],
      catalogue: { decode: (stored) => stored },
      events,
      readStore,
      batchSize: 1,
    });
  const rows = () => readStore.reads([]).rows('SELECT * FROM seen');
  const tablesAndIndexes = async () => {
    const sql = "SELECT name FROM sqlite_schema WHERE type <> 'view' AND name GLOB 'seen_v*' ORDER BY name";
    return (await readStore.reads([]).rows<{ name: string }>(sql)).map(({ name }) => name);
  };

  it('shows readers nothing before the end, and then tables with their indexes', async () => {
    await appendRecorded(events, ...times(15, 'A'));
    const engine = await open();
    await engine.step();
    expect(await rows()).toEqual([]);
    expect(engine.statuses()[0]).toMatchObject({ state: 'REBUILDING', checkpoint: 0, lag: 15 });
    expect(await tablesAndIndexes()).toEqual(['seen_v1', 'seen_v1_type', 'seen_v2']);
    await engine.catchUp();
    expect(await rows()).toHaveLength(15);
    expect(await tablesAndIndexes()).toEqual(['seen_v2', 'seen_v2_type']);
    expect(engine.statuses()[0]).toMatchObject({ state: 'RUNNING', checkpoint: 15, lag: 0 });
  });

  it('begins again at the next start when it was cut off', async () => {
    await appendRecorded(events, ...times(15, 'A'));
    await (await open()).step();
    const next = await open();
    expect(next.statuses()[0]).toMatchObject({ state: 'REBUILDING', checkpoint: 0 });
    await next.catchUp();
    expect(await rows()).toHaveLength(15);
    expect(await tablesAndIndexes()).toEqual(['seen_v2', 'seen_v2_type']);
  });

  it('shows what comes before an event that cannot be projected', async () => {
    await appendRecorded(events, ...times(13, 'A'), saw('A', { bad: 'seen' }), ...times(3, 'A'));
    const engine = await open();
    await engine.catchUp();
    expect(engine.statuses()[0]).toMatchObject({ state: 'STOPPED', checkpoint: 13, poison: { position: 14 } });
    expect(await rows()).toHaveLength(13);
    expect(await tablesAndIndexes()).toEqual(['seen_v2', 'seen_v2_type']);
  });

  it('fills before the eyes of readers when the record is short', async () => {
    await appendRecorded(events, ...times(10, 'A'));
    const engine = await open();
    expect(engine.statuses()[0]).toMatchObject({ state: 'RUNNING' });
    await engine.step();
    expect(await rows()).toEqual([{ position: 1, type: 'A' }]);
    expect(await tablesAndIndexes()).toEqual(['seen_v1', 'seen_v1_type']);
  });
});
