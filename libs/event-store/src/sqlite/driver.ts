import { DatabaseSync } from '@photostructure/sqlite';

export type SqliteValue = null | number | string | Uint8Array;

/** A prepared statement. Rows come as objects by column name, blobs as Uint8Array. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly lastInsertRowid: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

/** One connection. Every call blocks its thread until SQLite has answered. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/**
 * How a connection is opened; the part of `node:sqlite` that the store needs, so that the built-in module fits on Node 22
 * and later. Failures carry SQLite's extended result code as `errcode`. `timeout` in milliseconds is spent waiting for a lock.
 */
export type SqliteDriver = (
  file: string,
  options: { readonly readOnly: boolean; readonly timeout: number },
) => SqliteDatabase;

/** The bundled driver, @photostructure/sqlite 1.2.1 (SQLite 3.53.0). */
export const bundledDriver: SqliteDriver = (file, options) => new DatabaseSync(file, options) as SqliteDatabase;
