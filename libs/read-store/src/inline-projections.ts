import type { EventStore } from '@waymark/event-store';
import type { AnyEventCatalogue } from '@waymark/kernel';
import { ProjectionEngine } from './projection-engine.js';
import type { ProjectedBatch } from './projected-batch.js';
import type { HostStatus, ProjectionHost, ProjectionProgress } from './projection-host.js';
import { ProjectionLoop } from './projection-loop.js';
import type { Projection } from './projection.js';
import type { ReadStore } from './read-store.js';
import { ReadWaiters } from './read-waiters.js';

export interface InlineProjectionsOptions {
  readonly projections: readonly Projection[];
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly batchSize?: number;
  /** See {@link ProjectionEngineOptions.replacesOtherRecord}. */
  readonly replacesOtherRecord?: boolean;
  /** Called after each transaction with what it took; for traces. */
  readonly onProjected?: (taken: ProjectedBatch) => void;
}

/**
 * Runs projections on the calling thread: for databases in memory, which no other thread sees, and for tests.
 * Listens to the store by itself. The stores stay the caller's to close, after `stop`.
 */
export async function inlineProjections(options: InlineProjectionsOptions): Promise<ProjectionHost> {
  const listeners = new Set<(progress: ProjectionProgress) => void>();
  const { eventStore, ...rest } = options;
  const engine = await ProjectionEngine.open({
    ...rest,
    events: eventStore,
    onProgress: (progress) => listeners.forEach((listener) => listener(progress)),
  });
  return new InlineProjections(engine, eventStore, listeners);
}

class InlineProjections implements ProjectionHost {
  private readonly waiters = new ReadWaiters();
  private readonly loop: ProjectionLoop;
  private readonly stopListening: () => void;
  private fault: string | undefined;
  private isStopped = false;

  constructor(
    private readonly engine: ProjectionEngine,
    eventStore: EventStore,
    private readonly listeners: Set<(progress: ProjectionProgress) => void>,
  ) {
    this.waiters.update(engine.statuses());
    this.loop = new ProjectionLoop({
      engine,
      onChange: (fault) => {
        this.fault = fault;
        this.waiters.update(engine.statuses());
      },
    });
    this.stopListening = eventStore.onAppended(() => this.loop.hint());
  }

  hint(): void {
    this.loop.hint();
  }

  async waitFor(position: number, projections?: readonly string[]): Promise<void> {
    await this.waiters.wait(position, projections);
  }

  status(): HostStatus {
    const state = this.isStopped ? 'STOPPED' : 'RUNNING';
    return { state, fault: this.fault, head: this.engine.headPosition(), projections: this.engine.statuses() };
  }

  stateOf(projection: string): number | undefined {
    return this.engine.stateOf(projection);
  }

  async rebuild(projections?: readonly string[]): Promise<void> {
    const { done } = await this.loop.between((engine) => engine.beginRebuild(projections));
    await done;
  }

  onProgress(listener: (progress: ProjectionProgress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.stopListening();
    await this.loop.stop();
    this.isStopped = true;
    this.waiters.close();
  }
}
