import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { AnyTables, ReadSession, SqlValue } from '../read-database.js';
import type { ColumnType, TableDefinition } from '../table.js';
import { asReadStoreError, type SqliteDatabase, type SqliteStatement, type SqliteValue } from './driver.js';
import { type Grammar, ReadDialect } from '../read-dialect.js';
import { logicalName } from '../row-values.js';
import { type Decoder, decoderOf } from './table-sql.js';

const MOST_STATEMENTS = 1_000;

const GRAMMAR: Grammar = {
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (database) => new SqliteIntrospector(database),
};

interface PreparedRead {
  readonly statement: SqliteStatement;
  readonly columns: readonly { readonly name: string; readonly decode: Decoder | undefined }[];
}

/** A list of values in the order of the columns, or (where the driver has no lists) an object by column name. */
type StoredRow = unknown[] | { readonly [column: string]: unknown };

/** Types of those columns that do not come as they are stored, by table and column. */
export type DecodedColumns = ReadonlyMap<string, ReadonlyMap<string, ColumnType>>;

export function decodedColumns(tables: readonly TableDefinition[]): DecodedColumns {
  return new Map(
    tables.map(({ name, columns }) => [
      name,
      new Map(
        Object.entries(columns)
          .filter(([, { type }]) => decoderOf(type) !== undefined)
          .map(([column, { type }]) => [column, type]),
      ),
    ]),
  );
}

export interface ReadConnectionOptions {
  /** Wraps each read, where the connection is shared with whoever writes. */
  readonly turn?: <T>(work: () => Promise<T>) => Promise<T>;
  /** See {@link SqliteReadDatabaseOptions}. */
  readonly isSteady?: boolean;
}

/**
 * One connection that reads. A value is decoded by the table column it comes from, which SQLite names even through views and
 * aliases; the value of an expression comes as SQLite gives it.
 */
export class ReadConnection implements ReadSession {
  readonly query: Kysely<AnyTables>;
  private prepared = new Map<string, PreparedRead>();
  private readonly schemaVersion: SqliteStatement;
  private knownSchema: unknown;
  private isHeld = false;
  /** Rows as they are stored, of the reads since {@link hold} began. */
  private readonly answered = new Map<string, readonly unknown[]>();

  constructor(
    readonly database: SqliteDatabase,
    private readonly columns: DecodedColumns,
    private readonly file: string,
    private readonly options: ReadConnectionOptions = {},
  ) {
    this.schemaVersion = database.prepare('PRAGMA schema_version');
    this.query = new Kysely<AnyTables>({ dialect: new ReadDialect(GRAMMAR, (sql, values) => this.rows(sql, values)) });
  }

  tables<D>(): Kysely<D> {
    return this.query as unknown as Kysely<D>;
  }

  rows<R = Record<string, unknown>>(sql: string, parameters: readonly SqlValue[] = []): Promise<R[]> {
    const read = async () => this.read(sql, parameters) as R[];
    return this.options.turn === undefined ? read() : this.options.turn(read);
  }

  async checkpoint(projection: string): Promise<number> {
    const sql = 'SELECT checkpoint FROM projection_state WHERE name = ?';
    const [row] = await this.rows<{ checkpoint: number }>(sql, [projection]);
    return row?.checkpoint ?? 0;
  }

  private read(sql: string, parameters: readonly SqlValue[]): unknown[] {
    const values = parameters.map(bound);
    try {
      if (this.options.isSteady === true) this.hold();
      for (;;) {
        const known = this.prepared.get(sql);
        const statement = known?.statement ?? this.prepare(sql);
        const rows = this.isHeld ? this.seen(sql, values, statement) : statement.all(...values);
        if (!this.isHeld && !this.isSchemaKnown()) continue;
        const { columns } = known ?? this.keep(sql, statement);
        return rows.map((row) => decoded(columns, row as StoredRow));
      }
    } catch (error) {
      throw asReadStoreError(error, this.file);
    }
  }

  /** Ends what {@link hold} began; call it before the database is closed. */
  letGo(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.answered.clear();
    this.database.exec('ROLLBACK');
  }

  // One state has one answer: rights, circumstances and rules of one request ask for the same organisation again and again.
  private seen(sql: string, values: readonly SqliteValue[], statement: SqliteStatement): readonly unknown[] {
    const asked = `${sql}\u0000${JSON.stringify(values)}`;
    let rows = this.answered.get(asked);
    if (rows === undefined) {
      rows = statement.all(...values);
      this.answered.set(asked, rows);
    }
    return rows;
  }

  // The tick queue comes after all that follows from here without waiting, and before anything from outside is heard.
  private hold(): void {
    if (this.isHeld) return;
    this.database.exec('BEGIN');
    this.isHeld = true;
    process.nextTick(() => this.letGo());
    this.isSchemaKnown();
  }

  private prepare(sql: string): SqliteStatement {
    const statement = this.database.prepare(sql);
    statement.setReturnArrays?.(true);
    return statement;
  }

  // SQLite prepares a statement anew by itself after a swap; its columns are then no longer those we know. So they are asked
  // for after it has run, and all are forgotten, and the rows read again, when the schema was another one by then.
  private isSchemaKnown(): boolean {
    const { schema_version: now } = this.schemaVersion.get() as { schema_version: number };
    if (now === this.knownSchema) return true;
    this.knownSchema = now;
    this.prepared.clear();
    return false;
  }

  private keep(sql: string, statement: SqliteStatement): PreparedRead {
    if (this.prepared.size >= MOST_STATEMENTS) this.prepared = new Map();
    const columns = statement.columns().map(({ name, table, column }) => {
      const type = table === null || column === null ? undefined : this.columns.get(logicalName(table))?.get(column);
      return { name, decode: type === undefined ? undefined : decoderOf(type) };
    });
    const prepared = { statement, columns };
    this.prepared.set(sql, prepared);
    return prepared;
  }
}

/** The row by column name. Of columns of one name the last one counts. */
function decoded(columns: PreparedRead['columns'], stored: StoredRow) {
  const row: Record<string, unknown> = {};
  for (const [i, { name, decode }] of columns.entries()) {
    const value = Array.isArray(stored) ? stored[i] : stored[name];
    row[name] = decode === undefined ? value : decode(value);
  }
  return row;
}

function bound(value: SqlValue): SqliteValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
