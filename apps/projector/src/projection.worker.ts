import { workerData } from 'node:worker_threads';
import { runProjectionWorker } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { openEventStore } from './event-stores.js';
import { catalogue, projections } from './subscriptions.js';

// The thread that writes the read tables: events (by URL) read-only, tables as their one writer.
const { events, readModel } = workerData as { events: string; readModel: string };

await runProjectionWorker({
  projections,
  catalogue,
  openEventStore: () => openEventStore(events, { readOnly: true }),
  openReadStore: () => openSqliteReadStore({ file: readModel }),
});
