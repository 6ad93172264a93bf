import { arrayText } from '@waymark/postgres';
import type { KeyTuple, TableSession } from '../projection.js';
import { assertColumns, assertKey, physicalName, rowEncoder, type StoredValue } from '../row-values.js';
import type { Row, TableDefinition } from '../table.js';
import { columnsOf, deleteSql, lookupSql, upsertSql } from './table-sql.js';

/** Runs one statement of the transaction in hand. Texts are few, so that each is prepared once. */
export type RunStatement = (text: string, values: readonly string[]) => Promise<Row[]>;

interface TableCodec {
  readonly physical: string;
  readonly encode: (row: Row) => StoredValue[];
  /** Places of the key among the columns. */
  readonly keyPlaces: readonly number[];
  readonly upsert: string;
  readonly remove: string;
  readonly lookups: Map<string, string>;
}

/** The tables of one projection in one generation: one statement for any number of rows. */
export class PostgresTableSession implements TableSession {
  private readonly codecs = new Map<TableDefinition, TableCodec>();

  constructor(
    tables: readonly TableDefinition[],
    generation: number,
    private readonly run: RunStatement,
  ) {
    for (const table of tables) {
      const physical = physicalName(table.name, generation);
      const columns = Object.keys(table.columns);
      this.codecs.set(table, {
        physical,
        encode: rowEncoder(table),
        keyPlaces: table.primaryKey.map((column) => columns.indexOf(column)),
        upsert: upsertSql(table, physical),
        remove: deleteSql(table, physical),
        lookups: new Map(),
      });
    }
  }

  async load(table: TableDefinition, columns: readonly string[], tuples: readonly KeyTuple[]): Promise<Row[]> {
    if (tuples.length === 0) return [];
    const codec = this.codec(table);
    const id = columns.join();
    let sql = codec.lookups.get(id);
    if (sql === undefined) {
      assertColumns(table, columns);
      sql = lookupSql(table, codec.physical, columns);
      codec.lookups.set(id, sql);
    }
    for (const tuple of tuples) assertKey(table, tuple);
    return this.run(sql, columnsOf(tuples, columns.length).map(arrayText));
  }

  async write(table: TableDefinition, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const { encode, keyPlaces, upsert } = this.codec(table);
    // A statement may touch a row once: of rows with one key the last counts, as if they were written one after the other.
    const lasting = new Map<string, StoredValue[]>();
    for (const row of rows) {
      const values = encode(row);
      lasting.set(keyPlaces.map((place) => values[place]).join('\0'), values);
    }
    const all = [...lasting.values()];
    const columns = Object.keys(table.columns).map((_, place) => arrayText(all.map((values) => values[place]!)));
    await this.run(upsert, columns);
  }

  async remove(table: TableDefinition, keys: readonly KeyTuple[]): Promise<void> {
    if (keys.length === 0) return;
    for (const key of keys) assertKey(table, key);
    await this.run(this.codec(table).remove, columnsOf(keys, table.primaryKey.length).map(arrayText));
  }

  private codec(table: TableDefinition): TableCodec {
    const codec = this.codecs.get(table);
    if (codec === undefined) throw new TypeError(`The table ${table.name} does not belong to this projection`);
    return codec;
  }
}
