import 'reflect-metadata';
import type { EventStore } from '@waymark/event-store';
import {
  ConfigError,
  createLogger,
  HealthChecks,
  isSqliteUrl,
  measureProjections,
  Metrics,
  noTracing,
  readConfig,
  startTracing,
} from '@waymark/nest-kit';
import { openEventStore } from './event-stores.js';
import { OperationsServer } from './operations-server.js';
import type { Projector } from './postgres-tables.js';
import { traceProjections } from './projection-traces.js';
import { endWith } from './start-faults.js';
import { catalogue, projections } from './subscriptions.js';

/** The projector: keeps the read tables of apis that only read them. Any number may run; one projects, the others stand by. */
async function run(): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const { eventStoreUrl, readStoreUrl, host, projectorPort } = config;
  if (isSqliteUrl(readStoreUrl)) {
    throw new ConfigError([
      'READ_STORE_URL names a file, whose tables the api keeps itself. Example: READ_STORE_URL=postgres://waymark:password@db.example.org/waymark',
    ]);
  }
  const logger = createLogger(config.logLevel);
  const tracing = await startTracing('waymark-projector');
  const metrics = new Metrics();
  let record: EventStore | undefined;
  const onReconnect = () => metrics.storeReconnected();
  const { Projector: PostgresProjector } = await import('./postgres-tables.js');
  const projector = new PostgresProjector({
    url: readStoreUrl,
    projections,
    catalogue,
    openEventStore: async () => (record = await openEventStore(eventStoreUrl, { readOnly: true, onReconnect })),
    onNews: (message) => logger.info({ event: 'projector', message }),
    onProgress: (progress) => {
      const { kind, done, total, etaSeconds } = progress;
      logger.info({ event: 'projector', kind, done, total, etaSeconds });
      metrics.projectionRun(progress);
    },
    onRefused: (error) => {
      endWith(error);
      void stop();
    },
    onLease: (isHeld, epoch) => metrics.projectionLease(isHeld, epoch),
    ...(tracing !== noTracing && { onProjected: traceProjections(tracing) }),
  });
  const health = new HealthChecks();
  health.register('projector', () => projector.fault());
  health.register('projections', () => stoppedOf(projector.status()));
  measureProjections(
    metrics,
    { status: () => projector.status() },
    { readAll: async (options) => (await record?.readAll(options)) ?? [] },
  );
  const server = await OperationsServer.listen({ health, metrics, port: projectorPort, host });
  projector.start();
  process.stdout.write(`Waymark projects; health and metrics: ${server.address}\n`);
  const stop = async () => {
    await projector.stop();
    await server.close();
    await tracing.stop();
    metrics.onModuleDestroy();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

function stoppedOf(status: ReturnType<Projector['status']>): string | undefined {
  const stopped = status?.projections.find(({ state }) => state === 'STOPPED');
  return stopped && `"${stopped.name}" stopped at event ${stopped.poison?.eventId}: an operator must mend it`;
}

try {
  await run();
} catch (error) {
  endWith(error);
}
