import { existsSync } from 'node:fs';
import type { EventStore } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { StoreUnavailableError } from '@waymark/kernel';
import { type Config, sqliteFile } from '@waymark/nest-kit';
import type { ReadDatabase } from '@waymark/read-store';
import { openSqliteReadDatabase } from '@waymark/read-store/sqlite';
import { tables } from '../../projector/src/subscriptions.js';

/** The record and its tables, opened for reading beside whatever process writes them. */
export interface OpenRecord {
  readonly store: EventStore;
  readonly database: ReadDatabase;
}

/** Opens record and tables for reading, runs the work, closes them. Throws StoreUnavailableError when there is no record. */
export async function withRecord<T>(config: Config, work: (record: OpenRecord) => Promise<T>): Promise<T> {
  const [events, readModel] = [sqliteFile(config.eventStoreUrl), sqliteFile(config.readStoreUrl)];
  for (const file of [events, readModel]) {
    if (existsSync(file)) continue;
    throw new StoreUnavailableError(`There is no record at ${file}. Start Waymark once (npm start), or set DATA_DIR.`);
  }
  const store = openSqliteEventStore({ file: events, readOnly: true });
  try {
    const database = openSqliteReadDatabase({ file: readModel, tables });
    try {
      return await work({ store, database });
    } finally {
      await database.close();
    }
  } finally {
    await store.close();
  }
}
