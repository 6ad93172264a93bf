import { arrayText } from '@waymark/postgres';
import type { KeyTuple, TableSession } from '../projection.js';
import {
  assertColumns,
  assertKey,
  physicalName,
  rowEncoder,
  type RowEncoder,
  rowOf,
  type StoredValue,
} from '../row-values.js';
import type { Row, RowValues, TableDefinition } from '../table.js';
import { columnsOf, deleteSql, lastSql, lookupSql, upsertSql } from './table-sql.js';

/** Runs one statement of the transaction in hand. Texts are few, so that each is prepared once. Rows come as lists of their values. */
export type RunStatement = (text: string, values: readonly string[]) => Promise<RowValues[]>;

interface TableCodec {
  readonly physical: string;
  readonly columns: readonly string[];
  readonly encode: RowEncoder;
  /** Places of the key among the columns. */
  readonly keyPlaces: readonly number[];
  readonly upsert: string;
  readonly remove: string;
  readonly last: string;
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
        columns,
        encode: rowEncoder(table),
        keyPlaces: table.primaryKey.map((column) => columns.indexOf(column)),
        upsert: upsertSql(table, physical),
        remove: deleteSql(table, physical),
        last: lastSql(table, physical),
        lookups: new Map(),
      });
    }
  }

  async load(table: TableDefinition, columns: readonly string[], tuples: readonly KeyTuple[]): Promise<Row[]> {
    const codec = this.codec(table);
    return (await this.loadValues(table, columns, tuples)).map((values) => rowOf(codec.columns, values));
  }

  async loadValues(
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly KeyTuple[],
  ): Promise<RowValues[]> {
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

  async last(table: TableDefinition): Promise<Row | undefined> {
    const codec = this.codec(table);
    const [values] = await this.run(codec.last, []);
    return values && rowOf(codec.columns, values);
  }

  async write(table: TableDefinition, rows: readonly Row[]): Promise<void> {
    const codec = this.codec(table);
    await this.upsert(codec, rows.map(codec.encode.ofRow));
  }

  async writeValues(table: TableDefinition, rows: readonly RowValues[]): Promise<void> {
    const codec = this.codec(table);
    await this.upsert(codec, rows.map(codec.encode.ofValues));
  }

  private async upsert(
    { columns, keyPlaces, upsert }: TableCodec,
    rows: readonly (readonly StoredValue[])[],
  ): Promise<void> {
    if (rows.length === 0) return;
    // A statement may touch a row once: of rows with one key the last counts, as if they were written one after the other.
    const lasting = new Map<StoredValue, readonly StoredValue[]>();
    const [only] = keyPlaces;
    for (const values of rows) {
      const key = keyPlaces.length === 1 ? values[only!]! : keyPlaces.map((place) => values[place]).join('\0');
      lasting.set(key, values);
    }
    const all = [...lasting.values()];
    await this.run(
      upsert,
      columns.map((_, place) => arrayText(all.map((values) => values[place]!))),
    );
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
