import type { EventStore } from '@waymark/event-store';
import { appendRecorded, memoryEventStore } from '@waymark/event-store/testing';
import { StoreUnavailableError, type StoredEvent } from '@waymark/kernel';
import {
  inlineProjections,
  type Projection,
  ProjectionEngine,
  type ProjectionProgress,
  readTable,
  type ReadStore,
} from './index.js';
import { openSqliteReadStore, type SqliteReadStore } from './sqlite/index.js';
import { noting, saw, seenColumns, times } from './testing/noting.js';

const catalogue = {
  decode(stored: StoredEvent) {
    if (stored.data['unreadable'] === true) throw new Error('is from the future');
    return stored;
  },
};

describe('the projection engine', () => {
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

  const open = (projections: Projection[], options: { batchSize?: number; over?: ReadStore } = {}) =>
    ProjectionEngine.open({
      projections,
      catalogue,
      events,
      readStore: options.over ?? readStore,
      batchSize: options.batchSize ?? 4,
      onProgress: (progress) => reported.push(progress),
    });
  let reported: ProjectionProgress[] = [];
  const positionsIn = async (table: string) => {
    const rows = await readStore
      .reads([])
      .rows<{ position: number }>(`SELECT position FROM ${table} ORDER BY position`);
    return rows.map(({ position }) => position);
  };
  const physicalTables = async () => {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '*_v[0-9]*' ORDER BY name";
    return (await readStore.reads([]).rows<{ name: string }>(sql)).map(({ name }) => name);
  };

  it('gives each projection the events it handles, in order, and moves every checkpoint to the end', async () => {
    await appendRecorded(events, saw('A'), saw('B'), ...times(8, 'A'), saw('B'), saw('C'));
    const engine = await open([noting('first', ['A']), noting('second', ['B', 'A'])]);
    await engine.catchUp();
    expect(await positionsIn('first')).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await positionsIn('second')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(engine.statuses()).toMatchObject([
      { name: 'first', checkpoint: 12, lag: 0 },
      { name: 'second', checkpoint: 12, lag: 0 },
    ]);
  });

  it('goes on from the checkpoint after a restart, and fills a new projection from the beginning', async () => {
    await appendRecorded(events, ...times(6, 'A'));
    await (await open([noting('first', ['A'])])).catchUp();
    await appendRecorded(events, saw('A'));
    const given: number[] = [];
    const first = noting('first', ['A']);
    const watched: Projection = {
      ...first,
      project: (batch, tables) => (given.push(...batch.map(({ position }) => position)), first.project(batch, tables)),
    };
    await (await open([watched, noting('second', ['A'])])).catchUp();
    expect(given).toEqual([7]);
    expect(await positionsIn('second')).toHaveLength(7);
  });

  it('stops a projection at an event it cannot take, keeps what came before, and lets the others go on', async () => {
    await appendRecorded(events, ...times(5, 'A'), saw('A', { bad: 'first' }), ...times(3, 'A'));
    const engine = await open([noting('first', ['A']), noting('second', ['A'])]);
    await engine.catchUp();
    expect(await positionsIn('first')).toEqual([1, 2, 3, 4, 5]);
    expect(await positionsIn('second')).toHaveLength(9);
    const [sixth] = await events.readPositions([6]);
    expect(engine.statuses()).toMatchObject([
      {
        state: 'STOPPED',
        checkpoint: 5,
        lag: 4,
        poison: { eventId: sixth!.eventId, position: 6, type: 'A', message: 'first cannot take it' },
      },
      { state: 'RUNNING', checkpoint: 9, poison: null },
    ]);
  });

  it('stops those projections at an unreadable event that handle its type, and no others', async () => {
    await appendRecorded(events, saw('A'), saw('B', { unreadable: true }), saw('A'));
    const engine = await open([noting('first', ['A']), noting('second', ['A', 'B'])]);
    await engine.catchUp();
    expect(await positionsIn('first')).toEqual([1, 3]);
    expect(await positionsIn('second')).toEqual([1]);
    expect(engine.statuses()[1]).toMatchObject({
      state: 'STOPPED',
      poison: { position: 2, message: 'is from the future' },
    });
  });

  it('takes a transaction again in which one projection fails, so that the others lose nothing', async () => {
    await appendRecorded(events, ...times(3, 'A'), saw('A', { bad: 'second' }), saw('A'));
    const engine = await open([noting('first', ['A']), noting('second', ['A']), noting('third', ['A'])]);
    await engine.step();
    expect([await positionsIn('first'), await positionsIn('third')]).toEqual([[1, 2, 3, 4], [1, 2, 3, 4]]); // prettier-ignore
    expect(await positionsIn('second')).toEqual([1, 2, 3]);
    const records = await readStore.records();
    expect(records.map(({ state, checkpoint }) => `${state} ${checkpoint}`)).toEqual(['RUNNING 4', 'STOPPED 3', 'RUNNING 4']); // prettier-ignore
  });

  it('tries the event again after a restart, and skips nothing', async () => {
    await appendRecorded(events, saw('A'), saw('A', { bad: 'first' }), saw('A'));
    await (await open([noting('first', ['A'])])).catchUp();
    const again = await open([noting('first', ['A'])]);
    await again.catchUp();
    expect(again.statuses()[0]).toMatchObject({ state: 'STOPPED', checkpoint: 1 });
    const { project } = noting('repaired', ['A']);
    const mended: Projection['project'] = (batch, tables) =>
      project(batch, { ...tables, write: (_, rows) => tables.write(first.tables[0]!, rows) });
    const first: Projection = noting('first', ['A'], { project: mended });
    const repaired = await open([first]);
    await repaired.catchUp();
    expect(await positionsIn('first')).toEqual([1, 2, 3]);
    expect(repaired.statuses()[0]).toMatchObject({ state: 'RUNNING', poison: null, lag: 0 });
  });

  it('changes nothing when the database fails, and takes the step again', async () => {
    await appendRecorded(events, ...times(3, 'A'));
    let isFull = false;
    const over: ReadStore = {
      records: () => readStore.records(),
      builtFrom: () => readStore.builtFrom(),
      close: () => readStore.close(),
      createIndex: (...what) => readStore.createIndex(...what),
      transaction: (work) =>
        readStore.transaction(async (transaction) => {
          const result = await work(transaction);
          if (isFull) throw new StoreUnavailableError('The disk is full', 'DISK_FULL');
          return result;
        }),
    };
    const engine = await open([noting('first', ['A'])], { over });
    isFull = true;
    await expect(engine.step()).rejects.toThrow('The disk is full');
    expect(await positionsIn('first')).toEqual([]);
    expect(engine.statuses()[0]).toMatchObject({ state: 'RUNNING', checkpoint: 0, poison: null });
    isFull = false;
    await engine.catchUp();
    expect(await positionsIn('first')).toEqual([1, 2, 3]);
  });

  describe('rebuilding', () => {
    const changed = (name: string) => noting(name, ['A', 'B'], { version: 2 });

    it('fills the next generation beside the tables that readers see, swaps, and drops the old ones', async () => {
      await appendRecorded(events, ...times(9, 'A'), saw('B'));
      await (await open([noting('first', ['A'])])).catchUp();
      const engine = await open([changed('first')]);
      expect(engine.statuses()[0]).toMatchObject({ version: 1, state: 'REBUILDING', checkpoint: 10 });
      await engine.step();
      expect(await positionsIn('first')).toHaveLength(9);
      expect(await physicalTables()).toEqual(['first_v1', 'first_v2']);
      await engine.catchUp();
      expect(await positionsIn('first')).toHaveLength(10);
      expect(await physicalTables()).toEqual(['first_v2']);
      expect(engine.statuses()[0]).toMatchObject({ version: 2, state: 'RUNNING', checkpoint: 10 });
    });

    it('follows a change of the tables without a new version number too', async () => {
      await appendRecorded(events, saw('A'));
      await (await open([noting('first', ['A'])])).catchUp();
      const wider = readTable({
        name: 'first',
        columns: { ...seenColumns, note: { type: 'text', nullable: true } },
        primaryKey: ['position'],
      });
      const project: Projection['project'] = (batch, tables) =>
        tables.write(
          wider,
          batch.map(({ position, type }) => ({ position, type, note: 'new' })),
        );
      await (await open([noting('first', ['A'], { tables: [wider], project })])).catchUp();
      expect(await readStore.reads([wider]).rows('SELECT * FROM first')).toEqual([
        { position: 1, type: 'A', note: 'new' },
      ]);
    });

    it('keeps the live tables up to date meanwhile', async () => {
      await appendRecorded(events, ...times(20, 'A'));
      const engine = await open([noting('first', ['A'])]);
      await engine.catchUp();
      const { done } = await engine.beginRebuild(['first']);
      await appendRecorded(events, saw('A'));
      await engine.step();
      expect(await physicalTables()).toEqual(['first_v1', 'first_v2']);
      expect(engine.statuses()[0]).toMatchObject({ state: 'REBUILDING', checkpoint: 21 });
      expect(await positionsIn('first')).toHaveLength(21);
      await engine.catchUp();
      await done;
      expect(await physicalTables()).toEqual(['first_v2']);
      expect(await positionsIn('first')).toHaveLength(21);
    });

    it('begins again at the next start when it was cut off', async () => {
      await appendRecorded(events, ...times(9, 'A'));
      const engine = await open([noting('first', ['A'])]);
      await engine.catchUp();
      await engine.beginRebuild();
      await engine.step();
      const next = await open([noting('first', ['A'])]);
      expect(next.statuses()[0]!.state).toBe('REBUILDING');
      await next.catchUp();
      expect(next.statuses()[0]!.state).toBe('RUNNING');
      expect(await positionsIn('first')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await physicalTables()).toHaveLength(1);
    });

    it('builds several projections in one pass over the events, and reports how far it is', async () => {
      await appendRecorded(events, ...times(12, 'A'));
      await (await open([noting('first', ['A']), noting('second', ['A'])])).catchUp();
      const readFrom: number[] = [];
      const { readAll } = events;
      events.readAll = (options) => (readFrom.push(options.after), readAll.call(events, options));
      reported = [];
      const engine = await open([changed('first'), changed('second')]);
      await engine.catchUp();
      expect(readFrom.filter((after) => after < 12)).toEqual([0, 4, 8]);
      expect(reported[0]).toMatchObject({ kind: 'REBUILD', projections: ['first', 'second'], done: 4, total: 12 });
      expect(reported.at(-1)).toMatchObject({ done: 12, total: 12, etaSeconds: 0 });
    });

    it('leaves the old tables to readers when an event cannot be projected', async () => {
      await appendRecorded(events, saw('A'), saw('B', { bad: 'first' }));
      await (await open([noting('first', ['A'])])).catchUp();
      const engine = await open([changed('first')]);
      const { done } = await engine.beginRebuild(['first']);
      await engine.catchUp();
      await expect(done).rejects.toThrow('first cannot take it');
      expect(engine.statuses()[0]).toMatchObject({ version: 1, state: 'STOPPED', poison: { position: 2 } });
      expect(await positionsIn('first')).toEqual([1]);
      expect(await physicalTables()).toEqual(['first_v1']);
    });

    it('happens when the record was set back to an older copy and went on from there', async () => {
      await appendRecorded(events, ...times(5, 'A'));
      await (await open([noting('first', ['A'])])).catchUp();
      const older = await events.readStored({ after: 0, limit: 3 });
      await events.close();
      events = memoryEventStore();
      await events.appendStored(0, older);
      await appendRecorded(events, saw('B'), ...times(3, 'A'));
      const engine = await open([noting('first', ['A'])]);
      expect(engine.statuses()[0]).toMatchObject({ state: 'REBUILDING', checkpoint: 0 });
      await engine.catchUp();
      expect(await positionsIn('first')).toEqual([1, 2, 3, 5, 6, 7]);
    });
  });

  it('drops the tables of a projection that is no longer there', async () => {
    await (await open([noting('first', ['A']), noting('second', ['A'])])).catchUp();
    await open([noting('second', ['A'])]);
    expect(await physicalTables()).toEqual(['second_v1']);
    await expect(positionsIn('first')).rejects.toThrow('no such table');
  });

  it('lets a table move to another projection', async () => {
    await appendRecorded(events, saw('A'));
    const both = noting('second', ['A'], { version: 1 });
    await (await open([noting('first', ['A']), both])).catchUp();
    const taker = noting('first', ['A'], { name: 'taker' });
    await (await open([taker, both])).catchUp();
    expect(await positionsIn('first')).toEqual([1]);
    expect(await positionsIn('second')).toEqual([1]);
  });

  it('refuses two projections of one name, or with one table', async () => {
    await expect(open([noting('first', []), noting('first', [])])).rejects.toThrow('claim the projection first');
    await expect(open([noting('first', []), noting('first', [], { name: 'b' })])).rejects.toThrow(
      'claim the table first',
    );
  });

  it('runs on the calling thread behind the same door as the worker', async () => {
    const host = await inlineProjections({
      projections: [noting('first', ['A'])],
      catalogue,
      eventStore: events,
      readStore,
    });
    const [event] = await appendRecorded(events, saw('A'));
    await host.waitFor(event!.position, ['first']);
    expect(await positionsIn('first')).toEqual([1]);
    await host.rebuild();
    expect(await physicalTables()).toEqual(['first_v2']);
    await expect(host.waitFor(1, ['nothing'])).rejects.toThrow('There is no projection "nothing"');
    await host.stop();
    expect(host.status()).toMatchObject({ state: 'STOPPED', head: 1, projections: [{ checkpoint: 1 }] });
  });

  it('shows a failing database as a fault, goes on when it is well again, and stops without waiting', async () => {
    let isFull = false;
    const over: ReadStore = {
      records: () => readStore.records(),
      builtFrom: () => readStore.builtFrom(),
      close: () => readStore.close(),
      createIndex: (...what) => readStore.createIndex(...what),
      transaction: (work) =>
        isFull
          ? Promise.reject(new StoreUnavailableError('The disk is full', 'DISK_FULL'))
          : readStore.transaction(work),
    };
    const projections = [noting('first', ['A'])];
    const host = await inlineProjections({ projections, catalogue, eventStore: events, readStore: over });
    isFull = true;
    const [event] = await appendRecorded(events, saw('A'));
    const shown = host.waitFor(event!.position);
    while (host.status().fault === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(host.status()).toMatchObject({
      state: 'RUNNING',
      fault: 'The disk is full',
      projections: [{ state: 'RUNNING' }],
    });
    isFull = false;
    await shown;
    expect(host.status().fault).toBeUndefined();
    await host.stop();
  });
});
