import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract, type StoreUnderContract } from '../contract/event-store.contract.js';
import { bundledDriver, openSqliteEventStore, type SqliteDatabase, type SqliteDriver } from './index.js';

/** A driver that keeps hold of the connection it opened last. */
function watched(driver: SqliteDriver): { driver: SqliteDriver; database(): SqliteDatabase } {
  let last: SqliteDatabase;
  return { driver: (file, options) => (last = driver(file, options)), database: () => last };
}

function skipPositions(database: SqliteDatabase, to: number): void {
  database
    .prepare("INSERT INTO event_log VALUES (?, 'skipped', 0, zeroblob(16), 'Skipped', NULL, NULL, 0, x'')")
    .run(to);
}

function inFile(driver: SqliteDriver) {
  return (): StoreUnderContract => {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-events-'));
    const { driver: watching, database } = watched(driver);
    const open = () => openSqliteEventStore({ file: join(folder, 'events.db'), driver: watching });
    return {
      open,
      reopen: open,
      skipPositions: (to) => skipPositions(database(), to),
      cleanUp: () => rmSync(folder, { recursive: true }),
    };
  };
}

function inMemory(driver: SqliteDriver) {
  return (): StoreUnderContract => {
    const { driver: watching, database } = watched(driver);
    return {
      open: () => openSqliteEventStore({ file: ':memory:', driver: watching }),
      skipPositions: (to) => skipPositions(database(), to),
    };
  };
}

eventStoreContract('SQLite file', inFile(bundledDriver));
eventStoreContract('SQLite in memory', inMemory(bundledDriver));

// The built-in module of Node 22 and later; Node 20 does not have it.
if (isBuiltin('node:sqlite')) {
  const builtIn = createRequire(__filename)('node:sqlite') as {
    DatabaseSync: new (file: string, options: object) => SqliteDatabase;
  };
  eventStoreContract(
    'node:sqlite file',
    inFile((file, options) => new builtIn.DatabaseSync(file, options)),
  );
}
