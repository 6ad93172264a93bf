import { copyEvents, type EventStore, recordIdOf } from '@waymark/event-store';
import { appendRecorded, type Happened, memoryEventStore, testPostgres } from '@waymark/event-store/testing';
import { until } from '@waymark/kernel/testing';
import { OtherRecordError, type Projection, ProjectionEngine, readTable } from './index.js';
import { openPostgresReadStore, Projector, watchProjections } from './postgres/index.js';
import { readDatabases, type TestTables, testTables } from './testing/index.js';

const seen = readTable({ name: 'seen', columns: { position: { type: 'integer' } }, primaryKey: ['position'] });
const projection: Projection = {
  name: 'seen',
  version: 1,
  tables: [seen],
  handles: ['A'],
  project: (events, tables) =>
    tables.write(
      seen,
      events.map(({ position }) => ({ position })),
    ),
};
const catalogue = { decode: (stored: unknown) => stored } as never;
const times = (n: number): Happened[] => Array.from({ length: n }, () => ({ type: 'A', data: {} }));

const opened: { close(): Promise<void> }[] = [];
const kept = <T extends { close(): Promise<void> }>(one: T) => {
  opened.unshift(one);
  return one;
};
const record = async (events: number) => {
  const store = kept(memoryEventStore());
  await appendRecorded(store, ...times(events));
  return store;
};
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe.each(readDatabases)('tables on %s and the record that they are built from', (where) => {
  let tables: TestTables;
  const projected = async (events: EventStore, replacesOtherRecord = false) => {
    const { readStore } = tables;
    const engine = await ProjectionEngine.open({
      projections: [projection],
      ...{ catalogue, events, readStore, replacesOtherRecord },
    });
    await engine.catchUp();
  };
  const standing = async () => {
    const reads = await tables.reads([seen]);
    const rows = await reads.rows<{ position: number }>('SELECT position FROM seen ORDER BY position');
    return { builtFrom: await reads.builtFrom(), rows, records: await tables.readStore.records() };
  };
  beforeEach(async () => {
    tables = kept(await testTables(where));
  });

  it('say it from the first event on, and go on with the same record', async () => {
    const events = await record(0);
    await projected(events);
    expect(await tables.readStore.builtFrom()).toBeUndefined();
    await appendRecorded(events, ...times(2));
    await projected(events);
    await appendRecorded(events, ...times(1));
    await projected(events);
    expect(await standing()).toMatchObject({ builtFrom: await recordIdOf(events), rows: { length: 3 } });
    expect(await tables.readStore.builtFrom()).toBe(await recordIdOf(events));
  });

  it('say it within the run in which the first event came', async () => {
    const events = await record(0);
    const engine = await ProjectionEngine.open({
      projections: [projection],
      ...{ catalogue, events, readStore: tables.readStore },
    });
    await engine.catchUp();
    await appendRecorded(events, ...times(1));
    await engine.catchUp();
    expect((await standing()).builtFrom).toBe(await recordIdOf(events));
  });

  it.each([
    ['another record of the same length', 3],
    ['an empty record', 0],
  ])('refuse %s, and nothing is changed', async (_, events) => {
    await projected(await record(3));
    const before = await standing();
    const refused = projected(await record(events));
    await expect(refused).rejects.toBeInstanceOf(OtherRecordError);
    await expect(refused).rejects.toMatchObject({ name: 'OtherRecordError', reason: 'UNREACHABLE' });
    expect(await standing()).toEqual(before);
  });

  it('go on with a copy of their record, whose events stand at the same positions', async () => {
    const source = await record(2);
    await projected(source);
    const copy = kept(memoryEventStore());
    await copyEvents({ from: source, to: copy });
    await appendRecorded(copy, ...times(1));
    await projected(copy);
    expect((await standing()).rows).toHaveLength(3);
  });

  it('of a release that did not say it are taken for those of the record they are opened with', async () => {
    const events = await record(2);
    await projected(events);
    await tables.readStore.transaction((transaction) => transaction.buildFrom(undefined));
    await projected(events);
    expect((await standing()).builtFrom).toBe(await recordIdOf(events));
    await expect(projected(await record(2))).rejects.toBeInstanceOf(OtherRecordError);
  });

  it('are made anew from another record when that is asked for', async () => {
    await projected(await record(5));
    const other = await record(2);
    await projected(other, true);
    expect(await standing()).toMatchObject({
      builtFrom: await recordIdOf(other),
      rows: [{ position: 1 }, { position: 2 }],
      records: [{ checkpoint: 2, state: 'RUNNING' }],
    });
    await projected(await record(0), true);
    expect(await standing()).toMatchObject({ builtFrom: undefined, rows: [] });
  });
});

describe('tables in PostgreSQL of another record', () => {
  const postgres = testPostgres();
  let mine: EventStore;
  const build = async (id: string) => {
    const store = await openPostgresReadStore({ url: postgres.url });
    await store.transaction((transaction) => transaction.buildFrom(id));
    await store.close();
  };
  beforeEach(async () => {
    mine = await record(1);
  });

  it('are refused by whoever watches them, and become a fault when they turn out to be such later', async () => {
    const watch = () =>
      watchProjections({ url: postgres.url, projections: [projection], record: () => recordIdOf(mine) });
    await build('another');
    await expect(watch()).rejects.toBeInstanceOf(OtherRecordError);
    await build((await recordIdOf(mine))!);
    const host = await watch();
    await build('another');
    await until(() => host.status().fault?.includes('another record') === true);
    expect(host.status().state).toBe('RESTARTING');
    await host.stop();
  });

  it('end a projector, which takes no lease and writes nothing', async () => {
    await build('another');
    let refusal: OtherRecordError | undefined;
    const leases: boolean[] = [];
    const projector = new Projector({
      url: postgres.url,
      projections: [projection],
      catalogue,
      openEventStore: async () => Object.assign(Object.create(mine) as EventStore, { close: async () => undefined }),
      onRefused: (error) => (refusal = error),
      onLease: (isHeld) => leases.push(isHeld),
    });
    projector.start();
    await until(() => refusal !== undefined);
    await projector.stop();
    expect([refusal, leases]).toEqual([expect.any(OtherRecordError), []]);
    expect(projector.fault()).toContain('another record');
    const store = kept(await openPostgresReadStore({ url: postgres.url }));
    expect(await store.records()).toEqual([]);
  });
});
