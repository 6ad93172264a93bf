import { parentPort } from 'node:worker_threads';
import type { EventStore } from '@waymark/event-store';
import { type AnyEventCatalogue, StoreUnavailableError } from '@waymark/kernel';
import { ProjectionEngine } from '../projection-engine.js';
import { ProjectionLoop } from '../projection-loop.js';
import type { ProjectedBatch } from '../projected-batch.js';
import type { ProjectionStatus } from '../projection-host.js';
import type { Projection } from '../projection.js';
import type { ReadStore } from '../read-store.js';
import { unpacked } from './event-parcel.js';
import type { Instruction, Report } from './messages.js';

export interface ProjectionWorkerOptions {
  readonly projections: readonly Projection[];
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  /** Opens the record for reading alone. */
  readonly openEventStore: () => EventStore | Promise<EventStore>;
  /** Opens the read tables for writing: this thread is their one writer. */
  readonly openReadStore: () => ReadStore | Promise<ReadStore>;
  readonly batchSize?: number;
  /** Called after each transaction with what it took; for traces. */
  readonly onProjected?: (taken: ProjectedBatch) => void;
}

/**
 * The whole of a worker's entry file: opens the stores, projects until told to stop, closes the stores, and lets the thread end.
 * Throws a TypeError when it is not called in a worker thread.
 */
export async function runProjectionWorker(options: ProjectionWorkerOptions): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('runProjectionWorker runs in a worker thread only');
  const report = (message: Report) => port.postMessage(message);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const readStore = await options.openReadStore();
    opened.unshift(readStore);
    const events = await options.openEventStore();
    opened.unshift(events);
    const { projections, catalogue, batchSize, onProjected } = options;
    const engine = await ProjectionEngine.open({
      projections,
      catalogue,
      events,
      readStore,
      ...(batchSize !== undefined && { batchSize }),
      ...(onProjected !== undefined && { onProjected }),
      onProgress: (progress) => report({ kind: 'PROGRESS', progress }),
    });
    await followInstructions(engine, port, report);
  } catch (error) {
    report(notStarted(error));
  } finally {
    for (const store of opened) await store.close();
    port.close();
  }
}

/** Ends when told to stop, after the batch in hand. */
function followInstructions(
  engine: ProjectionEngine,
  port: NonNullable<typeof parentPort>,
  report: (message: Report) => void,
): Promise<void> {
  let told: Extract<Report, { kind: 'STANDING' }> | undefined;
  const standing = (fault?: string) => {
    const projections = engine.statuses();
    const head = engine.headPosition();
    const states = projections.map(({ name }) => engine.stateOf(name));
    if (told !== undefined && told.fault === fault && areAlike(told.projections, projections)) {
      report({ kind: 'REACHED', head, checkpoints: projections.map(({ checkpoint }) => checkpoint), states });
      return;
    }
    told = { kind: 'STANDING', head, projections, states, fault };
    report(told);
  };
  const loop = new ProjectionLoop({ engine, onChange: standing });
  const rebuild = async (id: number, projections: readonly string[] | undefined) => {
    try {
      const { done } = await loop.between((free) => free.beginRebuild(projections));
      await done;
      report({ kind: 'REBUILT', id, error: undefined });
    } catch (error) {
      report({ kind: 'REBUILT', id, error: (error as Error).message });
    }
  };
  standing();
  return new Promise((resolve, reject) => {
    port.on('message', (instruction: Instruction) => {
      switch (instruction.kind) {
        case 'HINT':
          if (instruction.position <= engine.headPosition()) return;
          loop.hint(instruction.committed && unpacked(instruction.committed));
          return;
        case 'REBUILD':
          void rebuild(instruction.id, instruction.projections);
          return;
        case 'STOP':
          loop.stop().then(resolve, reject);
      }
    });
  });
}

/** Whether the statuses differ in nothing but how far the projections have come. */
function areAlike(some: readonly ProjectionStatus[], others: readonly ProjectionStatus[]): boolean {
  return some.every(({ version, state, poison }, index) => {
    const other = others[index]!;
    return version === other.version && state === other.state && poison === other.poison;
  });
}

function notStarted(error: unknown): Report {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'NOT_STARTED', message, reason: error instanceof StoreUnavailableError ? error.reason : undefined };
}
