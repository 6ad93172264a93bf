import type { EventStore } from '../event-store.js';
import { openSqliteEventStore } from '../sqlite/index.js';

export * from './append-recorded.js';
export * from './test-postgres.js';

/** A real event store that lives in memory and is gone with its last reference. For tests of other libs. */
export function memoryEventStore(): EventStore {
  return openSqliteEventStore({ file: ':memory:' });
}
