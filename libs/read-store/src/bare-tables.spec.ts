import { BareTables } from './bare-tables.js';
import { type Projection, readTable, type TableSession } from './index.js';
import { openSqliteReadStore, type SqliteReadStore } from './sqlite/index.js';
import { tupleHash, TupleIndex } from './tuple-index.js';

const needs = readTable({
  name: 'needs',
  columns: { id: { type: 'integer' }, district: { type: 'text' }, year: { type: 'integer' } },
  primaryKey: ['id'],
  indexes: [['district', 'year']],
});
const cycles = readTable({
  name: 'cycles',
  columns: { subject: { type: 'text' }, cycle: { type: 'integer' }, state: { type: 'text' } },
  primaryKey: ['subject', 'cycle'],
  indexes: [['state']],
});
const projection: Projection = {
  name: 'needs',
  version: 1,
  handles: [],
  tables: [needs, cycles],
  project: () => Promise.resolve(),
};
const need = (id: number, district: string, year: number) => ({ id, district, year });
const PLACE = ['district', 'year'];

describe('tables that are filled before they have indexes', () => {
  let store: SqliteReadStore;
  let generation: number;

  beforeEach(async () => {
    store = openSqliteReadStore({ file: ':memory:' });
    generation = await store.transaction((transaction) => transaction.createTables(projection, 'BARE'));
  });
  afterEach(() => store.close());

  const within = <T>(bare: BareTables, work: (tables: TableSession) => Promise<T>) =>
    store.transaction((transaction) => work(bare.over(transaction.tables(projection, generation))));
  const asked = async () => {
    const bare = new BareTables();
    await within(bare, (tables) => tables.load(needs, PLACE, [['A', 2025]]));
    return bare;
  };
  const found = (bare: BareTables, ...tuples: [string, number][]) =>
    within(bare, (tables) => tables.load(needs, PLACE, tuples));

  it('find rows of earlier batches by any columns', async () => {
    const bare = await asked();
    const rows = [need(1, 'A', 2025), need(2, 'B', 2025), need(3, 'A', 2024), need(4, 'A', 2025)];
    await within(bare, (tables) => tables.write(needs, rows));
    expect(await found(bare, ['A', 2025], ['A', 2023])).toEqual([rows[0], rows[3]]);
    expect(await found(bare, ['B', 2025], ['A', 2024])).toEqual([rows[1], rows[2]]);
    expect(bare.needIndexes).toBe(false);
  });

  it('find a row where it stands now, and not where it stood', async () => {
    const bare = await asked();
    await within(bare, (tables) => tables.write(needs, [need(1, 'A', 2025), need(2, 'A', 2025)]));
    await within(bare, (tables) => tables.write(needs, [need(1, 'A', 2026)]));
    await within(bare, (tables) => tables.remove(needs, [[2]]));
    expect(await found(bare, ['A', 2025])).toEqual([]);
    expect(await found(bare, ['A', 2026])).toEqual([need(1, 'A', 2026)]);
  });

  it('do not find what was rolled back, and find it once written again', async () => {
    const bare = await asked();
    const fails = within(bare, async (tables) => {
      await tables.write(needs, [need(1, 'A', 2025)]);
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(await found(bare, ['A', 2025])).toEqual([]);
    await within(bare, (tables) => tables.write(needs, [need(1, 'A', 2025)]));
    expect(await found(bare, ['A', 2025])).toEqual([need(1, 'A', 2025)]);
  });

  it('leave look-ups by the beginning of a key to the database', async () => {
    const bare = new BareTables();
    const row = { subject: 'A', cycle: 1, state: 'OPEN' };
    await within(bare, (tables) => tables.write(cycles, [row]));
    expect(await within(bare, (tables) => tables.load(cycles, ['subject'], [['A']]))).toEqual([row]);
    expect(bare.needIndexes).toBe(false);
  });

  it.each([
    ['a look-up comes too late to have been remembered', needs, PLACE, ['A', 2025], need(1, 'A', 2025)],
    ['a table has no integer key', cycles, ['state'], ['OPEN'], { subject: 'A', cycle: 1, state: 'OPEN' }],
  ])('need their indexes when %s, and answer all the same', async (_, table, columns, tuple, row) => {
    const bare = new BareTables();
    await within(bare, (tables) => tables.write(table, [row]));
    expect(await within(bare, (tables) => tables.load(table, columns, [tuple]))).toEqual([row]);
    expect(bare.needIndexes).toBe(true);
  });

  it('need their indexes when there is too much to remember', async () => {
    const bare = new BareTables(2);
    await found(bare, ['A', 2025]);
    await within(bare, (tables) => tables.write(needs, [need(1, 'A', 2025), need(2, 'B', 2025)]));
    expect(bare.needIndexes).toBe(false);
    await within(bare, (tables) => tables.write(needs, [need(3, 'C', 2025)]));
    expect(bare.needIndexes).toBe(true);
  });

  it('get one index after the other, and then no more', async () => {
    const made = [];
    for (let i = 0; i < 3; i += 1) made.push(await store.createIndex(projection, generation));
    expect(made).toEqual([true, true, false]);
  });
});

describe('an index of tuples in memory', () => {
  it('holds every row it was given, however large it grows', () => {
    const index = new TupleIndex();
    const hashOf = (row: number) => tupleHash([`district ${row % 7_000}`, 2020 + (row % 3)]);
    for (let row = 0; row < 21_000; row += 1) index.add(hashOf(row), row);
    for (let row = 0; row < 21_000; row += 1) {
      const found = new Set<number>();
      index.collect(hashOf(row), found);
      if (!found.has(row)) throw new Error(`lost row ${row}`);
    }
    expect(index.size).toBe(21_000);
  });

  it('keeps rows of one hash apart, and each once', () => {
    const index = new TupleIndex();
    for (const row of [5, 6, 5]) index.add(9, row);
    index.add(9 + 1_024, 7);
    const found = new Set<number>();
    index.collect(9, found);
    expect([...found]).toEqual([5, 6]);
  });
});
