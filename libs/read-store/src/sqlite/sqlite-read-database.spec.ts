import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Projection, readTable, type ReadDatabase, type Row, type TablesOf } from '../index.js';
import {
  publishThings,
  type Thing,
  thing,
  things,
  thingsProjection,
  turnedThings,
  writeThings,
} from '../testing/things.js';
import { openSqliteReadDatabase, openSqliteReadStore, type SqliteReadStore } from './index.js';

describe.each(['a file', 'memory'])('reading tables in %s', (where) => {
  let folder: string;
  let store: SqliteReadStore;
  let reads: ReadDatabase;

  const write = (...rows: Thing[]) => writeThings(store, ...rows);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-reads-'));
    const file = where === 'memory' ? ':memory:' : join(folder, 'readmodel.db');
    store = openSqliteReadStore({ file });
    await publishThings(store);
    reads = where === 'memory' ? store.reads([things]) : openSqliteReadDatabase({ file, tables: [things] });
  });
  afterEach(async () => {
    await reads.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('decodes booleans and JSON by the columns they come from, under any alias', async () => {
    await write(thing('a', 1, { is_old: true, tags: { x: [1, 'é'] } }), thing('b', 2, { is_old: null }));
    const found = await reads.rows('SELECT t.is_old AS old, tags, count(*) OVER () AS n FROM things t ORDER BY id');
    expect(found).toEqual([
      { old: true, tags: { x: [1, 'é'] }, n: 2 },
      { old: null, tags: [], n: 2 },
    ]);
  });

  it('answers the query builder, loosely or by table definitions', async () => {
    await write(thing('a', 1), thing('a', 2, { is_old: true }), thing('b', 1));
    const typed = reads.tables<TablesOf<[typeof things]>>();
    const old = await typed.selectFrom('things').select(['id', 'number']).where('is_old', '=', true).execute();
    expect(old).toEqual([{ id: 'a', number: 2 }]);
    const counted = await reads.query
      .selectFrom('things')
      .select(['id', (e) => e.fn.countAll<number>().as('n')])
      .groupBy('id')
      .orderBy('id')
      .execute();
    expect(counted).toEqual([
      { id: 'a', n: 2 },
      { id: 'b', n: 1 },
    ]);
    const plain = await sql<{ n: number }>`SELECT max(number) AS n FROM things WHERE id = ${'a'}`.execute(reads.query);
    expect(plain.rows).toEqual([{ n: 2 }]);
  });

  it('writes nothing', async () => {
    await expect(reads.query.deleteFrom('things').execute()).rejects.toThrow('written by projections alone');
    await expect(reads.query.transaction().execute(async () => 1)).rejects.toThrow('use snapshot()');
  });

  it('reads several times from one state in a snapshot: rows and checkpoint agree', async () => {
    await write(thing('a', 1));
    let written: Promise<void> | undefined;
    const inside = await reads.snapshot(async (session) => {
      const before = await session.rows('SELECT id FROM things');
      written = write(thing('b', 1), thing('c', 1));
      if (where === 'a file') await written;
      const after = await session.query.selectFrom('things').select('id').execute();
      return { before, after, checkpoint: await session.checkpoint('things') };
    });
    expect(inside).toEqual({ before: [{ id: 'a' }], after: [{ id: 'a' }], checkpoint: 1 });
    await written;
    expect(await reads.rows('SELECT id FROM things')).toHaveLength(3);
    expect(await reads.checkpoint('things')).toBe(2);
  });

  it('gives snapshots to many at once, and goes on after one that failed', async () => {
    await write(thing('a', 1));
    const failed = reads.snapshot(() => Promise.reject(new Error('a fault in the rule')));
    await expect(failed).rejects.toThrow('a fault in the rule');
    const many = Array.from({ length: 20 }, () =>
      reads.snapshot(async (session) => {
        await session.rows('SELECT 1');
        return session.rows('SELECT count(*) AS n FROM things');
      }),
    );
    expect((await Promise.all(many)).flat()).toEqual(Array.from({ length: 20 }, () => ({ n: 1 })));
  });

  it('sees no rows of a transaction that is still open', async () => {
    let seen: Promise<unknown[]> | undefined;
    await store
      .transaction(async (transaction) => {
        await transaction.tables(thingsProjection, 1).write(things, [thing('a', 1)]);
        seen = reads.rows('SELECT * FROM things');
        await Promise.resolve();
        throw new Error('undo');
      })
      .catch(() => undefined);
    expect(await seen).toEqual([]);
  });

  it('follows the tables when another generation takes their place', async () => {
    await write(thing('a', 1, { tags: ['x'] }));
    const text = 'SELECT * FROM things';
    expect(await reads.rows(text)).toEqual([thing('a', 1, { tags: ['x'] })]);
    await store.transaction(async (transaction) => {
      const next = { ...thingsProjection, tables: [turnedThings] };
      const generation = await transaction.createTables(next, 'INDEXED');
      await transaction.tables(next, generation).write(turnedThings, [{ id: 'b', tags: '["y"]' }]);
      await transaction.publish(next, generation);
    });
    expect(await reads.rows(text)).toEqual([{ tags: ['y'], id: 'b' }]);
  });
});

describe('a snapshot', () => {
  it('that began before a swap still reads the tables of that time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-reads-'));
    const file = join(folder, 'readmodel.db');
    const store = openSqliteReadStore({ file });
    const publish = (row: Thing) =>
      store.transaction(async (transaction) => {
        const generation = await transaction.createTables(thingsProjection, 'INDEXED');
        await transaction.tables(thingsProjection, generation).write(things, [row]);
        await transaction.publish(thingsProjection, generation);
        await transaction.dropTables('things', generation);
      });
    await publish(thing('old', 1));
    const reads = openSqliteReadDatabase({ file, tables: [things] });
    const inside = await reads.snapshot(async (session) => {
      const before = await session.rows('SELECT id FROM things');
      await publish(thing('new', 1));
      return [before, await session.rows('SELECT id FROM things')];
    });
    expect(inside).toEqual([[{ id: 'old' }], [{ id: 'old' }]]);
    expect(await reads.snapshot((session) => session.rows('SELECT id FROM things'))).toEqual([{ id: 'new' }]);
    await reads.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe('steady reads', () => {
  it('see one state while nothing outside is waited for, then the newest, through a swap as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-reads-'));
    const file = join(folder, 'readmodel.db');
    const store = openSqliteReadStore({ file });
    const publish = (next: Projection, row: Row) =>
      store.transaction(async (transaction) => {
        const generation = await transaction.createTables(next, 'INDEXED');
        await transaction.tables(next, generation).write(next.tables[0]!, [row]);
        await transaction.publish(next, generation);
      });
    await publish(thingsProjection, thing('old', 1));
    const reads = openSqliteReadDatabase({ file, tables: [things], isSteady: true });
    await turnEnd();

    const before = await reads.rows('SELECT * FROM things');
    await publish({ ...thingsProjection, tables: [turnedThings] }, { id: 'new', tags: '["y"]' });
    const again = await reads.rows<Thing>('SELECT * FROM things');
    expect(again).toEqual(before);
    again[0]!.tags = 'changed by whoever asked';
    expect(await reads.rows('SELECT * FROM things')).toEqual(before);
    expect(await reads.rows('SELECT * FROM things WHERE id = ?', ['new'])).toEqual([]);
    await turnEnd();
    expect(await reads.rows('SELECT * FROM things')).toEqual([{ tags: ['y'], id: 'new' }]);

    await reads.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe('the tables of a projection inside a transaction', () => {
  it('are loaded by any set of columns, and take odd texts as they are', async () => {
    const store = openSqliteReadStore({ file: ':memory:' });
    await store.transaction(async (transaction) => {
      const generation = await transaction.createTables(thingsProjection, 'INDEXED');
      const tables = transaction.tables(thingsProjection, generation);
      const odd = `"';-- \t ünï 😀`;
      await tables.write(things, [thing(odd, 1), thing('b', 2), thing('b', 3)]);
      expect(await tables.load(things, ['id'], [[odd], [odd], ['x']])).toEqual([thing(odd, 1)]);
      expect(
        await tables.load(
          things,
          ['number', 'id'],
          [
            [2, 'b'],
            [2, 'b'],
            [1, 'b'],
          ],
        ),
      ).toEqual([thing('b', 2)]);
      expect(await tables.load(things, ['number'], [[2], [3]])).toHaveLength(2);
      await tables.remove(things, [
        ['b', 2],
        ['none', 9],
      ]);
      expect(await tables.load(things, ['id'], [['b']])).toEqual([thing('b', 3)]);
      await expect(tables.load(things, ['colour'], [['red']])).rejects.toThrow('things has no column colour');
    });
    await store.close();
  });

  it('keep a text with U+0000 to its end, and refuse it in keys', async () => {
    const store = openSqliteReadStore({ file: ':memory:' });
    const notes = readTable({
      name: 'notes',
      columns: { id: { type: 'text' }, text: { type: 'text' } },
      primaryKey: ['id'],
    });
    const noted: Projection = { ...thingsProjection, tables: [notes] };
    await store.transaction(async (transaction) => {
      const tables = transaction.tables(noted, await transaction.createTables(noted, 'INDEXED'));
      await tables.write(notes, [{ id: 'a', text: 'one\u0000two' }]);
      expect(await tables.load(notes, ['id'], [['a']])).toEqual([{ id: 'a', text: 'one\uFFFDtwo' }]);
      await expect(tables.write(notes, [{ id: 'a\u0000', text: '' }])).rejects.toThrow('A key of notes holds U+0000');
      await expect(tables.load(notes, ['id'], [['a\u0000']])).rejects.toThrow('A key of notes holds U+0000');
      await expect(tables.remove(notes, [['a\u0000']])).rejects.toThrow('A key of notes holds U+0000');
    });
    await store.close();
  });
});
