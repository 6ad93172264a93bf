// The adapter of castore for PostgreSQL. It knows no order over all streams, so there is nothing to scan.
import { createRequire } from 'node:module';

const { PostgresEventStorageAdapter } = createRequire(import.meta.url)('@castore/event-storage-adapter-postgres');
const tableName = 'castore_event';

export async function open({ url }) {
  const connectionString = `${url}?max=50`;
  await PostgresEventStorageAdapter.createEventTable({ connectionString, tableName, aggregateId: { type: 'VARCHAR', length: 200 } });
  const adapter = new PostgresEventStorageAdapter({ connectionString, tableName });
  return {
    append: (aggregateId, expected, [{ type, data: payload, metadata }]) =>
      adapter.pushEvent({ aggregateId, version: expected + 1, type, payload, metadata }, { eventStoreId: 'bench' }),
    // It offers no way to let go of its connections.
    close: () => adapter._sql.end(),
  };
}
