// @event-driven-io/emmett-postgresql, with one connection for each writer.
import pg from 'pg';
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql';
import { dumbo } from '@event-driven-io/dumbo';
import { PAGE } from '../measure.mjs';
import { emmettStore } from './emmett-store.mjs';

export async function open({ url }) {
  const connections = new pg.Pool({ connectionString: url, max: 50 });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool: connections } });
  await store.schema.migrate();
  const reader = dumbo({ connectionString: url });
  return emmettStore({
    store,
    readAfter: async (after) => readMessagesBatch(reader.execute, { after, batchSize: PAGE }),
    async close() {
      await store.close();
      await reader.close();
      await connections.end();
    },
  });
}
