import type { KeyTuple, TableSession } from '../projection.js';
import type { Row, TableDefinition } from '../table.js';
import { asReadStoreError, type SqliteStatement, type SqliteValue, type StatementCache } from './driver.js';
import { assertColumns, assertKey, physicalName, rowEncoder } from '../row-values.js';
import { deleteSql, lookupSql, rowDecoder, upsertSql } from './table-sql.js';

interface TableCodec {
  readonly physical: string;
  readonly encode: (row: Row) => SqliteValue[];
  readonly decode: (rows: unknown[]) => Row[];
  readonly upsert: string;
  readonly remove: string;
  readonly lookups: Map<string, string>;
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
        encode: rowEncoder(table),
        decode: rowDecoder(table),
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
      sql = lookupSql(codec.physical, columns);
      codec.lookups.set(id, sql);
    }
    for (const tuple of tuples) assertKey(table, tuple);
    const keys = columns.length === 1 ? tuples.map((tuple) => tuple[0]) : tuples;
    return codec.decode(this.run(sql, (statement) => statement.all(JSON.stringify(keys))));
  }

  async write(table: TableDefinition, rows: readonly Row[]): Promise<void> {
    const { encode, upsert } = this.codec(table);
    this.run(upsert, (statement) => {
      for (const row of rows) statement.run(...encode(row));
    });
  }

  async remove(table: TableDefinition, keys: readonly KeyTuple[]): Promise<void> {
    this.run(this.codec(table).remove, (statement) => {
      for (const key of keys) {
        assertKey(table, key);
        statement.run(...key);
      }
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
