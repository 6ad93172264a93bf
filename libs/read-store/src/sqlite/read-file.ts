// Format of readmodel.db, version 1: three tables of the engine, and generations of read tables behind views. Disposable.
import { StoreUnavailableError } from '@waymark/kernel';
import { asReadStoreError, type SqliteDatabase, type SqliteDriver } from './driver.js';

/** "WYMR": says that a SQLite file holds Waymark read tables. */
const APPLICATION_ID = 0x57594d52;
const FILE_VERSION = 1;
const MOST_WAIT_MS = 5_000;

const SCHEMA = `
  CREATE TABLE projection_state (
    name             TEXT PRIMARY KEY,
    version          INTEGER NOT NULL,
    shape            TEXT NOT NULL,
    generation       INTEGER NOT NULL,
    checkpoint       INTEGER NOT NULL,
    checkpoint_event TEXT,
    state            TEXT NOT NULL CHECK (state IN ('RUNNING', 'REBUILDING', 'STOPPED')),
    poison           TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE projection_table (
    name       TEXT NOT NULL,
    generation INTEGER NOT NULL,
    projection TEXT NOT NULL,
    PRIMARY KEY (name, generation)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FILE_VERSION};
`;
/** Came later: a file without it is completed, and releases that do not know it leave it alone. */
const BUILT_FROM = `
  CREATE TABLE IF NOT EXISTS built_from (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL
  ) STRICT;
`;

/**
 * Opens a file of read tables, creating it when it is not there (unless read-only).
 * NORMAL sync is enough: rows and checkpoint are in one transaction, and what a power cut takes is projected again.
 */
export function openReadFile(driver: SqliteDriver, file: string, readOnly: boolean): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = driver(file, { readOnly, timeout: MOST_WAIT_MS });
    if (!readOnly) {
      pragma(database, 'journal_mode = WAL');
      database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000');
    }
    database.exec('PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY');
    prepareFormat(database, file, readOnly);
    return database;
  } catch (error) {
    database?.close();
    throw asReadStoreError(error, file);
  }
}

/** Closes a file that was written, and empties the log file beside it unless somebody reads it just now. */
export function closeReadFile(database: SqliteDatabase, readOnly: boolean): void {
  try {
    if (!readOnly) pragma(database, 'wal_checkpoint(TRUNCATE)');
  } catch {
    // A failing disk: the log file stays, and the next open takes it up.
  } finally {
    database.close();
  }
}

/** Id of the record that the tables of the file are built from; undefined when that was never said. */
export function recordBuiltFrom(database: SqliteDatabase): string | undefined {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'built_from'").get() !== undefined;
  const row = isThere ? database.prepare('SELECT record FROM built_from').get() : undefined;
  return (row as { record: string } | undefined)?.record;
}

function prepareFormat(database: SqliteDatabase, file: string, readOnly: boolean): void {
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (!readOnly && tables === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
  if (pragma(database, 'application_id') === APPLICATION_ID && pragma(database, 'user_version') === FILE_VERSION) {
    if (!readOnly) database.exec(BUILT_FROM);
    return;
  }
  throw new StoreUnavailableError(
    `The file ${file} does not hold read tables of this release. If it is Waymark's, remove it: it is built anew from the events.`,
    'DAMAGED',
  );
}

function pragma(database: SqliteDatabase, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0];
}
