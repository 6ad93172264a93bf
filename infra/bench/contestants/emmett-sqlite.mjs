// @event-driven-io/emmett-sqlite as its documentation opens it.
import { getSQLiteEventStore, readMessagesBatch, sqliteConnection } from '@event-driven-io/emmett-sqlite';
import { PAGE } from '../measure.mjs';
import { emmettStore } from './emmett-store.mjs';

export async function open({ file }) {
  const store = getSQLiteEventStore({ fileName: file, schema: { autoMigration: 'CreateOrUpdate' } });
  await store.schema.migrate();
  const reader = sqliteConnection({ fileName: file });
  return emmettStore({
    store,
    readAfter: (after) => readMessagesBatch(reader, { after, batchSize: PAGE }),
    close: async () => reader.close(),
  });
}
