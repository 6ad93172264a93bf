import type { KeyTuple, TableSession } from './projection.js';
import type { Row, TableDefinition } from './table.js';
import { tupleHash, TupleIndex } from './tuple-index.js';

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
  private isStuck = false;

  constructor(private readonly mostEntries = MOST_ENTRIES) {}

  /** From here on the tables need their own indexes: there is too much to remember, or something that cannot be remembered. */
  get needIndexes(): boolean {
    return this.isStuck;
  }

  /** The tables inside a transaction, with look-ups answered through the memory. */
  over(tables: TableSession): TableSession {
    return {
      load: (table, columns, tuples) => this.load(tables, table, columns, tuples),
      write: async (table, rows) => {
        await tables.write(table, rows);
        this.remember(table, rows);
      },
      remove: (table, keys) => tables.remove(table, keys),
    };
  }

  private async load(
    tables: TableSession,
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly KeyTuple[],
  ): Promise<Row[]> {
    if (beginKey(table, columns)) return tables.load(table, columns, tuples);
    const lookup = this.lookup(table, columns);
    if (lookup === undefined) {
      this.isStuck = true;
      return tables.load(table, columns, tuples);
    }
    const found = new Set<number>();
    for (const tuple of tuples) lookup.index.collect(tupleHash(tuple), found);
    if (found.size === 0) return [];
    const wanted = new Set(tuples.map(textOf));
    const rowIds = [...found].sort((a, b) => a - b).map((id) => [id]);
    const rows = await tables.load(table, table.primaryKey, rowIds);
    return rows.filter((row) => wanted.has(textOf(columns.map((column) => row[column]))));
  }

  private lookup(table: TableDefinition, columns: readonly string[]): Lookup | undefined {
    const ofTable = this.lookups.get(table) ?? [];
    const known = ofTable.find((lookup) => lookup.columns.join() === columns.join());
    if (known !== undefined) return known;
    const isIntegerKey = table.primaryKey.length === 1 && table.columns[table.primaryKey[0]!]!.type === 'integer';
    if (!isIntegerKey || this.written.has(table)) return undefined;
    const lookup = { columns, index: new TupleIndex() };
    this.lookups.set(table, [...ofTable, lookup]);
    return lookup;
  }

  private remember(table: TableDefinition, rows: readonly Row[]): void {
    this.written.add(table);
    const key = table.primaryKey[0]!;
    for (const { columns, index } of this.lookups.get(table) ?? []) {
      for (const row of rows) index.add(tupleHash(columns.map((column) => row[column])), row[key] as number);
    }
    let entries = 0;
    for (const lookups of this.lookups.values()) for (const { index } of lookups) entries += index.size;
    if (entries > this.mostEntries) this.isStuck = true;
  }
}

interface Lookup {
  readonly columns: readonly string[];
  readonly index: TupleIndex;
}

/** Whether the columns are the first ones of the primary key, in any order: then the key itself finds the rows. */
function beginKey(table: TableDefinition, columns: readonly string[]): boolean {
  return table.primaryKey.slice(0, columns.length).every((column) => columns.includes(column));
}

function textOf(tuple: readonly unknown[]): string {
  return tuple.join('\u0000');
}
