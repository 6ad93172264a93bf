import type { EventStore } from '../event-store.js';
import { openSqliteEventStore } from '../sqlite/index.js';
import type { KurrentDouble } from './kurrentdb-double/index.js';

export * from './append-recorded.js';
export type { KurrentDouble } from './kurrentdb-double/index.js';
export * from './test-line.js';
export * from './test-postgres.js';

/** A real event store that lives in memory and is gone with its last reference. For tests of other libs. */
export function memoryEventStore(): EventStore {
  return openSqliteEventStore({ file: ':memory:' });
}

/** A double of KurrentDB on loopback, to be stopped by the caller. Loaded only when asked for: it brings gRPC along. */
export async function startKurrentDouble(): Promise<KurrentDouble> {
  const { KurrentDouble: Double } = await import('./kurrentdb-double/index.js');
  return Double.start();
}
