import { DatabaseSync } from '@photostructure/sqlite';
import { StoreUnavailableError } from '@waymark/kernel';

export type SqliteValue = null | number | string;

/** Where a column of a result comes from: undefined members for an expression. */
export interface SqliteColumn {
  readonly name: string;
  readonly table: string | null;
  readonly column: string | null;
}

/** A prepared statement. Rows come as objects by column name. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown;
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
  columns(): SqliteColumn[];
  /** From now on rows come as lists of values in the order of the columns, which costs half as much. Node 22 has it from 22.16 on. */
  setReturnArrays?(on: boolean): void;
}

/** One connection. Every call blocks its thread until SQLite has answered. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** How a connection is opened: the part of `node:sqlite` that is needed, so that the built-in module fits on Node 22 and later. */
export type SqliteDriver = (
  file: string,
  options: { readonly readOnly: boolean; readonly timeout: number },
) => SqliteDatabase;

/** The bundled driver, @photostructure/sqlite 1.2.1 (SQLite 3.53.0). */
export const bundledDriver: SqliteDriver = (file, options) => new DatabaseSync(file, options) as SqliteDatabase;

/** Primary result codes that speak of the file or the machine, not of what was asked. */
const ENVIRONMENT: Readonly<Record<number, StoreUnavailableError['reason']>> = {
  5: 'LOCKED', // SQLITE_BUSY
  6: 'LOCKED', // SQLITE_LOCKED
  7: 'UNREACHABLE', // SQLITE_NOMEM
  8: 'READ_ONLY', // SQLITE_READONLY
  10: 'UNREACHABLE', // SQLITE_IOERR
  11: 'DAMAGED', // SQLITE_CORRUPT
  13: 'DISK_FULL', // SQLITE_FULL
  14: 'UNREACHABLE', // SQLITE_CANTOPEN
  15: 'LOCKED', // SQLITE_PROTOCOL
  26: 'DAMAGED', // SQLITE_NOTADB
};

/** The error as the port promises it: StoreUnavailableError for what the file or the machine denies, else the error itself. */
export function asReadStoreError(error: unknown, file: string): unknown {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  const reason = typeof code === 'number' ? ENVIRONMENT[code & 0xff] : undefined;
  if (reason === undefined) return error;
  const detail = `The read tables in ${file} cannot be used (${(error as Error).message}).`;
  const way = reason === 'DAMAGED' ? ' Remove the file: it is built anew from the events at the next start.' : '';
  return new StoreUnavailableError(detail + way, reason, { cause: error });
}

/** Prepared statements by their text, the least recently used dropped beyond a limit. */
export class StatementCache {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(
    private readonly database: SqliteDatabase,
    private readonly most = 500,
  ) {}

  prepare(sql: string): SqliteStatement {
    const known = this.statements.get(sql);
    if (known !== undefined) {
      this.statements.delete(sql);
      this.statements.set(sql, known);
      return known;
    }
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    if (this.statements.size > this.most) this.statements.delete(this.statements.keys().next().value!);
    return statement;
  }

  clear(): void {
    this.statements.clear();
  }
}
