import type { KeyTuple, TableSession } from './projection.js';
import { rowOf } from './row-values.js';
import type { RowValues, TableDefinition } from './table.js';
import { finishedHash, HASH_START, hashed, tupleHash, TupleIndex } from './tuple-index.js';

/** Most entries that stand in for the indexes of one generation: about 100 MiB. */
const MOST_ENTRIES = 5_000_000;

/**
 * Stands in for the indexes of a generation of tables while it is filled from nothing: rows are written without them, many times faster,
 * and what a projection looks up is found through a small index in memory. The database's own indexes are made when the
 * tables are full, in one sweep each, or when this one has become too large.
 *
 * Holds for tables whose key is one integer; other look-ups go to the database, by the beginning of a key if they can. What was rolled
 * back does no harm: each row that is found is looked at in the tables.
 */
export class BareTables {
  private readonly lookups = new Map<TableDefinition, Lookup[]>();
  private readonly written = new Set<TableDefinition>();
  private entries = 0;
  private isStuck = false;

  constructor(private readonly mostEntries = MOST_ENTRIES) {}

  /** From here on the tables need their own indexes: there is too much to remember, or something that cannot be remembered. */
  get needIndexes(): boolean {
    return this.isStuck || this.entries > this.mostEntries;
  }

  /** The tables inside a transaction, with look-ups answered through the memory. */
  over(tables: TableSession): TableSession {
    return {
      load: async (table, columns, tuples) => {
        const names = Object.keys(table.columns);
        return (await this.load(tables, table, columns, tuples)).map((values) => rowOf(names, values));
      },
      loadValues: (table, columns, tuples) => this.load(tables, table, columns, tuples),
      last: (table) => tables.last(table),
      write: async (table, rows) => {
        await tables.write(table, rows);
        this.remember(table, rows, (row, { name }) => row[name]);
      },
      writeValues: async (table, rows) => {
        await tables.writeValues(table, rows);
        this.remember(table, rows, (values, { place }) => values[place]);
      },
      remove: (table, keys) => tables.remove(table, keys),
    };
  }

  private async load(
    tables: TableSession,
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly KeyTuple[],
  ): Promise<RowValues[]> {
    if (beginKey(table, columns)) return tables.loadValues(table, columns, tuples);
    const lookup = this.lookup(table, columns);
    if (lookup === undefined) {
      this.isStuck = true;
      return tables.loadValues(table, columns, tuples);
    }
    const found = new Set<number>();
    for (const tuple of tuples) lookup.index.collect(tupleHash(tuple), found);
    if (found.size === 0) return [];
    const wanted = new Set(tuples.map(textOf));
    const rowIds = [...found].sort((a, b) => a - b).map((id) => [id]);
    const rows = await tables.loadValues(table, table.primaryKey, rowIds);
    return rows.filter((values) => wanted.has(textOf(lookup.columns.map(({ place }) => values[place]))));
  }

  private lookup(table: TableDefinition, names: readonly string[]): Lookup | undefined {
    const ofTable = this.lookups.get(table) ?? [];
    const asked = names.join();
    const known = ofTable.find((lookup) => lookup.asked === asked);
    if (known !== undefined) return known;
    const isIntegerKey = table.primaryKey.length === 1 && table.columns[table.primaryKey[0]!]!.type === 'integer';
    if (!isIntegerKey || this.written.has(table)) return undefined;
    const columns = names.map((name) => placed(table, name));
    const lookup = { asked, columns, key: placed(table, table.primaryKey[0]!), index: new TupleIndex() };
    this.lookups.set(table, [...ofTable, lookup]);
    return lookup;
  }

  private remember<R>(table: TableDefinition, rows: readonly R[], valueOf: (row: R, column: Placed) => unknown): void {
    this.written.add(table);
    for (const { columns, key, index } of this.lookups.get(table) ?? []) {
      const before = index.size;
      for (const row of rows) {
        let hash = HASH_START;
        for (const column of columns) hash = hashed(hash, valueOf(row, column));
        index.add(finishedHash(hash), valueOf(row, key) as number);
      }
      this.entries += index.size - before;
    }
  }
}

/** A column, and its place in the lists of values of its table. */
interface Placed {
  readonly name: string;
  readonly place: number;
}

interface Lookup {
  /** Names of the columns, in the order asked for. */
  readonly asked: string;
  readonly columns: readonly Placed[];
  readonly key: Placed;
  readonly index: TupleIndex;
}

function placed(table: TableDefinition, name: string): Placed {
  return { name, place: Object.keys(table.columns).indexOf(name) };
}

/** Whether the columns are the first ones of the primary key, in any order: then the key itself finds the rows. */
function beginKey(table: TableDefinition, columns: readonly string[]): boolean {
  return table.primaryKey.slice(0, columns.length).every((column) => columns.includes(column));
}

function textOf(tuple: readonly unknown[]): string {
  return tuple.join('\u0000');
}
