import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StreamName } from '@waymark/kernel';
import { eventStoreContract, type StoreUnderContract } from '../contract/event-store.contract.js';
import { encodeStoredEvent } from '../stored-event.js';
import { appendRecorded, someEvent } from '../testing/index.js';
import { bundledDriver, openSqliteEventStore, type SqliteDatabase, type SqliteDriver } from './index.js';

/** A driver that keeps hold of the connection it opened last. */
function watched(driver: SqliteDriver): { driver: SqliteDriver; database(): SqliteDatabase } {
  let last: SqliteDatabase;
  return { driver: (file, options) => (last = driver(file, options)), database: () => last };
}

function skipPositions(database: SqliteDatabase, to: number): void {
  const skipped = encodeStoredEvent('skipped-1' as StreamName, 0, someEvent({ type: 'Skipped' }));
  database.prepare('INSERT INTO event_log VALUES (?, ?)').run(to, skipped);
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

it('a stopped store is one file: a copy of it holds every event', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-events-'));
  const file = join(folder, 'events.db');
  const store = openSqliteEventStore({ file });
  const events = await appendRecorded(store, { type: 'VisitorCame', data: {} }, { type: 'VisitorLeft', data: {} });
  await store.close();
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  copyFileSync(file, join(folder, 'copy.db'));
  const copy = openSqliteEventStore({ file: join(folder, 'copy.db') });
  expect(await copy.readAll({ after: 0, limit: 10 })).toEqual(events);
  await copy.close();
  rmSync(folder, { recursive: true });
});

it('appends of one turn share a commit, and whoever wants to know hears how many', async () => {
  const commits: number[] = [];
  const store = openSqliteEventStore({ file: ':memory:', onCommit: (appends) => commits.push(appends) });
  const append = (stream: string) => store.append(stream as StreamName, 'NO_STREAM', [someEvent()]);
  await Promise.all(['visit-1', 'visit-2', 'visit-3'].map(append));
  await append('visit-4');
  expect(commits).toEqual([3, 1]);
  await store.close();
});
