import { workerData } from 'node:worker_threads';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { runProjectionWorker } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { catalogue, projections } from './subscriptions.js';

// The thread that writes the read tables of the embedded profile: events read-only, tables as their one writer.
const { events, readModel } = workerData as { events: string; readModel: string };

await runProjectionWorker({
  projections,
  catalogue,
  openEventStore: () => openSqliteEventStore({ file: events, readOnly: true }),
  openReadStore: () => openSqliteReadStore({ file: readModel }),
});
