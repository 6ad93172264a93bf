import { existsSync } from 'node:fs';
import { type EventStore, recordIdOf } from '@waymark/event-store';
import { StoreUnavailableError } from '@waymark/kernel';
import { type Config, isSqliteUrl, sqliteFile } from '@waymark/nest-kit';
import { assertBuiltFrom, type ReadDatabase } from '@waymark/read-store';
import { openEventStore } from '../../projector/src/event-stores.js';
import { openReadDatabase } from '../../projector/src/read-stores.js';

/** The record and its tables, opened for reading beside whatever process writes them. */
export interface OpenRecord {
  readonly store: EventStore;
  readonly database: ReadDatabase;
}

/** Opens record and tables for reading, runs the work, closes them. Throws StoreUnavailableError when there is no record, OtherRecordError. */
export async function withRecord<T>(config: Config, work: (record: OpenRecord) => Promise<T>): Promise<T> {
  for (const file of [config.eventStoreUrl, config.readStoreUrl].filter(isSqliteUrl).map(sqliteFile)) {
    if (existsSync(file)) continue;
    throw new StoreUnavailableError(`There is no record at ${file}. Start Waymark once (npm start), or set DATA_DIR.`);
  }
  const store = await openEventStore(config.eventStoreUrl, { readOnly: true });
  try {
    const database = await openReadDatabase(config.readStoreUrl);
    try {
      assertBuiltFrom(await recordIdOf(store), await database.builtFrom());
      return await work({ store, database });
    } finally {
      await database.close();
    }
  } finally {
    await store.close();
  }
}
