import type { KeyTuple, TableSession } from '../projection.js';
import type { Row, RowValues, TableDefinition } from '../table.js';
import { asReadStoreError, type SqliteStatement, type SqliteValue, type StatementCache } from './driver.js';
import { assertColumns, assertKey, physicalName, rowEncoder, type RowEncoder, rowOf } from '../row-values.js';
import { deleteSql, lastSql, lookupOneSql, lookupSql, upsertSql, valuesDecoder } from './table-sql.js';

interface TableCodec {
  readonly physical: string;
  readonly columns: readonly string[];
  readonly encode: RowEncoder;
  readonly decode: (values: unknown[]) => RowValues;
  readonly upsert: string;
  readonly remove: string;
  readonly last: string;
  readonly lookups: Map<string, LookupTexts>;
}

interface LookupTexts {
  readonly one: string;
  readonly many: string;
}

/** The tables of one projection in one generation. Texts and codecs are made once, statements are kept by the cache. */
export class SqliteTableSession implements TableSession {
  private readonly codecs = new Map<TableDefinition, TableCodec>();

  constructor(
    tables: readonly TableDefinition[],
    generation: number,
    private readonly statements: StatementCache,
    private readonly file: string,
  ) {
    for (const table of tables) {
      const physical = physicalName(table.name, generation);
      this.codecs.set(table, {
        physical,
        columns: Object.keys(table.columns),
        encode: rowEncoder(table),
        decode: valuesDecoder(table),
        upsert: upsertSql(table, physical),
        remove: deleteSql(table, physical),
        last: lastSql(table, physical),
        lookups: new Map(),
      });
    }
  }

  async load(table: TableDefinition, columns: readonly string[], tuples: readonly KeyTuple[]): Promise<Row[]> {
    const codec = this.codec(table);
    return this.lookUp(codec, table, columns, tuples).map((values) => rowOf(codec.columns, values));
  }

  async loadValues(
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly KeyTuple[],
  ): Promise<RowValues[]> {
    return this.lookUp(this.codec(table), table, columns, tuples);
  }

  async last(table: TableDefinition): Promise<Row | undefined> {
    const codec = this.codec(table);
    const [values] = this.lists(codec, codec.last);
    return values && rowOf(codec.columns, values);
  }

  async write(table: TableDefinition, rows: readonly Row[]): Promise<void> {
    const { encode, upsert } = this.codec(table);
    this.each(upsert, rows, encode.ofRow);
  }

  async writeValues(table: TableDefinition, rows: readonly RowValues[]): Promise<void> {
    const { encode, upsert } = this.codec(table);
    this.each(upsert, rows, encode.ofValues);
  }

  async remove(table: TableDefinition, keys: readonly KeyTuple[]): Promise<void> {
    for (const key of keys) assertKey(table, key);
    this.each(this.codec(table).remove, keys, (key) => key);
  }

  private lookUp(
    codec: TableCodec,
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly KeyTuple[],
  ): RowValues[] {
    if (tuples.length === 0) return [];
    const id = columns.join();
    let texts = codec.lookups.get(id);
    if (texts === undefined) {
      assertColumns(table, columns);
      const { physical } = codec;
      texts = { one: lookupOneSql(table, physical, columns), many: lookupSql(table, physical, columns) };
      codec.lookups.set(id, texts);
    }
    for (const tuple of tuples) assertKey(table, tuple);
    // One key bound as it is costs a third of one in a list.
    if (tuples.length === 1) return this.lists(codec, texts.one, ...tuples[0]!);
    const keys = columns.length === 1 ? tuples.map((tuple) => tuple[0]) : tuples;
    return this.lists(codec, texts.many, JSON.stringify(keys));
  }

  private lists(codec: TableCodec, sql: string, ...values: SqliteValue[]): RowValues[] {
    return this.run(sql, (statement) => {
      statement.setReturnArrays?.(true);
      const rows = statement.all(...values) as (unknown[] | object)[];
      return rows.map((row) => codec.decode(Array.isArray(row) ? row : Object.values(row)));
    });
  }

  // `get` makes no object for each row to say how many rows have changed, as `run` does.
  private each<T>(sql: string, rows: readonly T[], encode: (row: T) => readonly SqliteValue[]): void {
    this.run(sql, (statement) => {
      for (const row of rows) statement.get(...encode(row));
    });
  }

  private run<T>(sql: string, work: (statement: SqliteStatement) => T): T {
    try {
      return work(this.statements.prepare(sql));
    } catch (error) {
      throw asReadStoreError(error, this.file);
    }
  }

  private codec(table: TableDefinition): TableCodec {
    const codec = this.codecs.get(table);
    if (codec === undefined) throw new TypeError(`The table ${table.name} does not belong to this projection`);
    return codec;
  }
}
