// The limit of the database file: one INSERT of the event's bytes a transaction, with the driver and the settings of the record.
import { DatabaseSync } from '@photostructure/sqlite';
import { PAGE, storedBytes } from '../measure.mjs';
import { pages } from '../writing.mjs';

export async function open({ file }) {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (position INTEGER PRIMARY KEY AUTOINCREMENT, stored BLOB)');
  const insert = database.prepare('INSERT INTO t (stored) VALUES (?)');
  const select = database.prepare(`SELECT position, stored FROM t WHERE position > ? ORDER BY position LIMIT ${PAGE}`);
  return {
    append: async (stream, expected, [event]) => void insert.run(storedBytes(stream, expected, event)),
    scan: () => pages(async (after) => select.all(after)),
    close: async () => database.close(),
  };
}
