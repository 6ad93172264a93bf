import { testPostgres } from '@waymark/event-store/testing';
import { StoreUnavailableError } from '@waymark/kernel';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Projection, ReadDatabase, Row, TablesOf } from '../index.js';
import {
  publishThings,
  type Thing,
  thing,
  things,
  thingsProjection,
  turnedThings,
  writeThings,
} from '../testing/things.js';
import { openPostgresReadDatabase, openPostgresReadStore, type PostgresReadStore } from './index.js';

describe('read tables in PostgreSQL', () => {
  const postgres = testPostgres();
  let url: string;
  let schemas = 0;
  let store: PostgresReadStore;
  let reads: ReadDatabase;

  const write = (...rows: Thing[]) => writeThings(store, ...rows);
  const publish = (next: Projection, row: Row) =>
    store.transaction(async (transaction) => {
      const generation = await transaction.createTables(next, 'BARE');
      await transaction.tables(next, generation).write(next.tables[0]!, [row]);
      await transaction.publish(next, generation);
      await transaction.dropTables('things', generation);
    });
  const direct = async (text: string) => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };

  beforeEach(async () => {
    url = `${postgres.url}?schema=reads_${(schemas += 1)}`;
    store = await openPostgresReadStore({ url });
    await publishThings(store);
    reads = await openPostgresReadDatabase({ url });
  });
  afterEach(async () => {
    await reads.close();
    await store.close();
  });

  it('takes odd texts as they are, and loads rows by any set of columns', async () => {
    const odd = `"';-- \t ünï 😀 {a,"b"} \\ NULL`;
    const tags = { zebra: [1, odd], apple: null };
    await store.transaction(async (transaction) => {
      const tables = transaction.tables(thingsProjection, 1);
      await tables.write(things, [
        thing(odd, 1, { is_old: true, tags }),
        thing('b', 2),
        thing('b', 3, { is_old: null }),
      ]);
      expect(await tables.load(things, ['id'], [[odd], [odd], ['x']])).toEqual([thing(odd, 1, { is_old: true, tags })]);
      const twice = [[2, 'b'], [2, 'b'], [1, 'b']] as const; // prettier-ignore
      expect(await tables.load(things, ['number', 'id'], twice)).toEqual([thing('b', 2)]);
      await tables.remove(things, [['b', 2], ['none', 9]]); // prettier-ignore
      expect(await tables.load(things, ['id'], [['b']])).toEqual([thing('b', 3, { is_old: null })]);
      await expect(tables.load(things, ['colour'], [['red']])).rejects.toThrow('things has no column colour');
    });
    const [stored] = await direct(`SELECT tags::text AS tags FROM reads_${schemas}.things WHERE number = 1`);
    expect(stored).toEqual({ tags: JSON.stringify(tags) });
  });

  it('writes rows of one key as if one after the other, though one statement touches a row once', async () => {
    await write(thing('a', 1, { tags: ['first'] }), thing('a', 1, { tags: ['last'] }));
    await write(thing('a', 1, { is_old: true }));
    expect(await reads.rows('SELECT * FROM things')).toEqual([thing('a', 1, { is_old: true })]);
  });

  it('answers SQL with question marks, the query builder, and counts as numbers', async () => {
    await write(thing('a', 1), thing('a', 2, { is_old: true, tags: { x: 'é' } }), thing('B', 1));
    const asked = `SELECT t.is_old AS old, tags, count(*) OVER () AS n, sum(number) OVER () AS total, '?' AS mark
      FROM things t WHERE id = ? AND number > ? ORDER BY id`;
    expect(await reads.rows(asked, ['a', 1])).toEqual([{ old: true, tags: { x: 'é' }, n: 1, total: 2, mark: '?' }]);
    const typed = reads.tables<TablesOf<[typeof things]>>();
    const old = await typed.selectFrom('things').select(['id', 'number']).where('is_old', '=', true).execute();
    expect(old).toEqual([{ id: 'a', number: 2 }]);
    const plain = await sql<{ n: number }>`SELECT max(number) AS n FROM things WHERE id = ${'a'}`.execute(reads.query);
    expect(plain.rows).toEqual([{ n: 2 }]);
    const byBytes = await reads.rows<{ id: string }>('SELECT DISTINCT id FROM things ORDER BY id');
    expect(byBytes.map(({ id }) => id)).toEqual(['B', 'a']);
    await expect(reads.query.deleteFrom('things').execute()).rejects.toThrow('written by projections alone');
  });

  it('reads several times from one state in a snapshot, through many at once and one that fails', async () => {
    await write(thing('a', 1));
    const inside = await reads.snapshot(async (session) => {
      const before = await session.rows('SELECT id FROM things');
      await write(thing('b', 1), thing('c', 1));
      const after = await session.query.selectFrom('things').select('id').execute();
      return { before, after, checkpoint: await session.checkpoint('things') };
    });
    expect(inside).toEqual({ before: [{ id: 'a' }], after: [{ id: 'a' }], checkpoint: 1 });
    expect(await reads.checkpoint('things')).toBe(2);
    await expect(reads.snapshot(() => Promise.reject(new Error('a fault in the rule')))).rejects.toThrow('a fault in');
    const many = Array.from({ length: 20 }, () =>
      reads.snapshot((session) => session.rows('SELECT count(*) AS n FROM things')),
    );
    expect((await Promise.all(many)).flat()).toEqual(Array.from({ length: 20 }, () => ({ n: 3 })));
  });

  it('lets a snapshot end on the tables of its time before others take their place', async () => {
    await write(thing('old', 1));
    let swapped: Promise<void> | undefined;
    const inside = await reads.snapshot(async (session) => {
      const before = await session.rows('SELECT id FROM things');
      swapped = publish(thingsProjection, thing('new', 1));
      return [before, await session.rows('SELECT id FROM things')];
    });
    expect(inside).toEqual([[{ id: 'old' }], [{ id: 'old' }]]);
    await swapped;
    expect(await reads.snapshot((session) => session.rows('SELECT id FROM things'))).toEqual([{ id: 'new' }]);
  });

  it('follows a view to columns of another shape, in a snapshot too', async () => {
    await write(thing('a', 1, { tags: ['x'] }));
    const text = 'SELECT * FROM things';
    for (let i = 0; i < 3; i += 1) await reads.rows(text);
    await reads.snapshot((session) => session.rows(text));
    await publish({ ...thingsProjection, tables: [turnedThings] }, { id: 'b', tags: '["y"]' });
    expect(await reads.rows(text)).toEqual([{ tags: '["y"]', id: 'b' }]);
    expect(await reads.snapshot((session) => session.rows(text))).toEqual([{ tags: '["y"]', id: 'b' }]);
  });

  it('makes the indexes that a bare generation lacks, one at a time', async () => {
    const next: Projection = { ...thingsProjection, tables: [things] };
    const generation = await store.transaction((transaction) => transaction.createTables(next, 'BARE'));
    expect(await store.createIndex(next, generation)).toBe(true);
    expect(await store.createIndex(next, generation)).toBe(false);
  });

  it('undoes what a transaction wrote when it fails, and takes the next', async () => {
    const failed = store.transaction(async (transaction) => {
      await transaction.tables(thingsProjection, 1).write(things, [thing('a', 1)]);
      throw new Error('undo');
    });
    await expect(failed).rejects.toThrow('undo');
    expect(await reads.rows('SELECT * FROM things')).toEqual([]);
    await write(thing('a', 1));
    expect(await reads.rows('SELECT id FROM things')).toEqual([{ id: 'a' }]);
  });

  it('is done with a connection that was cut, and goes on with another', async () => {
    const cut = () =>
      direct(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    const during = store.transaction(async (transaction) => {
      await transaction.tables(thingsProjection, 1).write(things, [thing('lost', 1)]);
      await cut();
      await transaction.tables(thingsProjection, 1).write(things, [thing('lost', 2)]);
    });
    await expect(during).rejects.toBeInstanceOf(StoreUnavailableError);
    await write(thing('a', 1));
    await cut();
    expect(await reads.rows('SELECT id FROM things')).toEqual([{ id: 'a' }]);
    expect(await reads.snapshot((session) => session.rows('SELECT id FROM things'))).toEqual([{ id: 'a' }]);
  });

  it('refuses tables of a newer release, and a database without tables, with what to do', async () => {
    await direct(`INSERT INTO reads_${schemas}.migration (version) VALUES (99)`);
    await expect(openPostgresReadStore({ url })).rejects.toThrow('Install the newer release. Nothing was changed.');
    const empty = openPostgresReadDatabase({ url: `${postgres.url}?schema=nothing_here` });
    await expect(empty).rejects.toThrow('Start the projector, or correct READ_STORE_URL.');
  });
});
