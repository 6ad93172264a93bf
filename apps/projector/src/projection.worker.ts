import { workerData } from 'node:worker_threads';
import { noTracing, startTracing } from '@waymark/nest-kit';
import { runProjectionWorker } from '@waymark/read-store';
import { openEventStore } from './event-stores.js';
import { traceProjections } from './projection-traces.js';
import { openReadStore } from './read-stores.js';
import { catalogue, projections } from './subscriptions.js';

// The thread that writes the read tables: events read-only, tables as their one writer; both by URL.
const { events, tables } = workerData as { events: string; tables: string };

const tracing = await startTracing('waymark-projector');
await runProjectionWorker({
  projections,
  catalogue,
  openEventStore: () => openEventStore(events, { readOnly: true }),
  // The host starts this thread again, which then waits for its turn.
  openReadStore: () => openReadStore(tables, { onLost: () => process.exit(1) }),
  ...(tracing !== noTracing && { onProjected: traceProjections(tracing) }),
});
await tracing.stop();
