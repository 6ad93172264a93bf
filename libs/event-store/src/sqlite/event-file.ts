// Storage format of events.db. The column `stored` is the record; everything else is copied from it, for finding.
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { StoreUnavailableError } from '@waymark/kernel';
import type { SqliteDatabase, SqliteDriver } from './driver.js';
import { asStoreError } from './sqlite-errors.js';

/** "WYMK": says that a SQLite file holds Waymark events. */
const APPLICATION_ID = 0x57594d4b;
/** Version of the file format that this release writes. */
const FILE_VERSION = 2;
const MOST_WAIT_MS = 1_000;
/** Pages of the write-ahead log before they are copied into the file: each copying costs syncs of its own. */
const CHECKPOINT_PAGES = 2_000;
/** Length of the write-ahead log when it is full: a header, and a header for each page of 4 KiB. */
const LOG_BYTES = 32 + CHECKPOINT_PAGES * (24 + 4_096);

// One tree grows with each append: the log. Nothing is ever deleted, so that positions rise without AUTOINCREMENT, whose counter
// would be another. Ids and the listing are written in lots: see event-listing.ts. `event` shows the log as people read it; numbers in
// a blob are read byte by byte, by the place of each in the row of all bytes.
const SCHEMA = `
  CREATE TABLE event_log (
    position    INTEGER PRIMARY KEY,
    stored      BLOB    NOT NULL
  ) STRICT;
  CREATE TABLE event_place (
    event_id    BLOB    PRIMARY KEY CHECK (length(event_id) = 16),
    position    INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE event_listing (
    term        TEXT    NOT NULL,
    lot         INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    positions   TEXT    NOT NULL,
    PRIMARY KEY (term, lot, type)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE event_listed (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    position    INTEGER NOT NULL
  ) STRICT;
  INSERT INTO event_listed VALUES (1, 0);
  ${eventView()}
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FILE_VERSION};
`;

/** The view of the log with the parts of each stored event (see stored-event.ts) as columns. */
function eventView(): string {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex');
  const byte = (at: string) => `(instr(x'${everyByte}', substr(stored, ${at}, 1)) - 1)`;
  const length = (at: string) => `(${byte(`${at} + 1`)} * 65536 + ${byte(`${at} + 2`)} * 256 + ${byte(`${at} + 3`)})`;
  const part = (at: string, size: string) => `CAST(substr(stored, ${at} + 4, ${size}) AS TEXT)`;
  return `
  CREATE VIEW event AS
    WITH one AS (SELECT position, stored, 41 AS a, ${length('41')} AS stream FROM event_log),
         two AS (SELECT *, a + 4 + stream AS b, ${length('(a + 4 + stream)')} AS type FROM one),
         three AS (SELECT *, b + 4 + type AS c, ${length('(b + 4 + type)')} AS metadata FROM two),
         four AS (SELECT *, c + 4 + metadata AS d, ${length('(c + 4 + metadata)')} AS data FROM three)
    SELECT position, lower(hex(substr(stored, 17, 16))) AS event_id,
      (${byte('37')} * 256 + ${byte('38')}) * 65536 + ${byte('39')} * 256 + ${byte('40')} AS revision,
      ${part('a', 'stream')} AS stream, ${part('b', 'type')} AS type,
      ${part('c', 'metadata')} AS metadata, ${part('d', 'data')} AS data
    FROM four;`;
}

/**
 * Opens a file of events, creating it when it is not there (unless read-only). Throws StoreUnavailableError when it
 * cannot be opened, is no file of events, or was written by a newer release.
 */
export function openEventFile(driver: SqliteDriver, file: string, readOnly: boolean): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = driver(file, { readOnly, timeout: MOST_WAIT_MS });
    if (!readOnly) makeDurable(database, file);
    database.exec('PRAGMA cache_size = -32768');
    prepareFormat(database, file, readOnly);
    if (!readOnly) growLog(database);
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, file);
  }
}

/** Acknowledged means on disk. A WAL file opened again falls back to NORMAL, so FULL is set, and checked, on every open. */
function makeDurable(database: SqliteDatabase, file: string): void {
  pragma(database, 'journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  pragma(database, `wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const mode = pragma(database, 'journal_mode');
  if ((mode !== 'wal' && mode !== 'memory') || pragma(database, 'synchronous') !== 2) {
    throw new StoreUnavailableError(
      `The file ${file} cannot be written safely here (journal ${String(mode)}). Put the data folder on a local disk.`,
    );
  }
}

/**
 * Closes a file that was written: afterwards it holds everything by itself, and the log file beside it is empty, so that a copy
 * of the one file is a whole backup. While somebody else reads it the log file stays as it is; the next open takes it up.
 */
export function closeEventFile(database: SqliteDatabase, readOnly: boolean): void {
  try {
    if (!readOnly) pragma(database, 'wal_checkpoint(TRUNCATE)');
  } catch {
    // A full or failing disk: nothing is lost, what was acknowledged stands in the log file.
  } finally {
    database.close();
  }
}

function prepareFormat(database: SqliteDatabase, file: string, readOnly: boolean): void {
  if (!readOnly && isEmpty(database)) {
    database.exec('BEGIN IMMEDIATE');
    if (isEmpty(database)) database.exec(SCHEMA);
    database.exec('COMMIT');
  }
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new StoreUnavailableError(
      `The file ${file} does not hold Waymark events. Name another data folder.`,
      'DAMAGED',
    );
  }
  const version = pragma(database, 'user_version') as number;
  if (version !== FILE_VERSION) {
    const [age, way] =
      version > FILE_VERSION
        ? ['a newer release', 'Install the newer release']
        : ['a trial version', 'Export what is needed with that version, then begin with an empty data folder'];
    throw new StoreUnavailableError(
      `The file ${file} has format ${version}, written by ${age} of Waymark; this one knows format ${FILE_VERSION}. ` +
        `${way}. Nothing was changed.`,
    );
  }
}

/**
 * Writes the log out to its full length, with zeros, which SQLite takes for no frames. While a file grows, each sync waits for the
 * file system's journal too; inside a file of settled length it does not. For speed alone: a log that cannot grow works as well.
 */
function growLog(database: SqliteDatabase): void {
  const { file } = database.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").get() as {
    file: string;
  };
  if (file === '') return;
  try {
    // SQLite locks the file of events and its index, never the log, so that opening and closing it here frees no lock.
    const log = openSync(`${file}-wal`, 'r+');
    try {
      const { size } = fstatSync(log);
      if (size < LOG_BYTES) writeSync(log, Buffer.alloc(LOG_BYTES - size), 0, LOG_BYTES - size, size);
      fsyncSync(log);
    } finally {
      closeSync(log);
    }
  } catch {
    // The disk is full, or there is no log yet: it grows as it is written.
  }
}

function isEmpty(database: SqliteDatabase): boolean {
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  return tables === 0 && pragma(database, 'application_id') === 0 && pragma(database, 'user_version') === 0;
}

function pragma(database: SqliteDatabase, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0];
}
