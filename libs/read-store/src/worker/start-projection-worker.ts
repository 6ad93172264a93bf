import { Worker } from 'node:worker_threads';
import type { StoredRow } from '@waymark/event-store';
import { StoreUnavailableError } from '@waymark/kernel';
import type { HostStatus, ProjectionHost, ProjectionProgress, ProjectionStatus } from '../projection-host.js';
import { ReadWaiters } from '../read-waiters.js';
import { packed } from './event-parcel.js';
import type { Instruction, Report } from './messages.js';

export interface StartProjectionWorkerOptions {
  /** The entry file, which calls {@link runProjectionWorker}. */
  readonly entry: URL;
  /** Plain data for the entry file: where the stores lie. */
  readonly workerData?: unknown;
  /** Told each fault of the thread or its database, for the log. */
  readonly onFault?: (message: string) => void;
}

const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 10_000;
/** A thread that has run this long is sound: the next fault is answered quickly again. */
const SOUND_AFTER_MS = 30_000;
/** Further events are left for the thread to read, which has that many to project already. */
const MOST_HANDED_OVER = 500;
const STATES_OF_ONE_START = 2 ** 40;

/**
 * Starts the thread that writes the read tables. Resolves when the tables can be read (they may still be behind).
 * Rejects when the thread cannot start; StoreUnavailableError when a store is the reason.
 */
export async function startProjectionWorker(options: StartProjectionWorkerOptions): Promise<ProjectionHost> {
  const host = new WorkerProjections(options);
  await host.start();
  return host;
}

type Standing = Extract<Report, { kind: 'STANDING' }>;

interface Rebuild {
  readonly projections: readonly string[] | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class WorkerProjections implements ProjectionHost {
  private readonly waiters = new ReadWaiters();
  private readonly listeners = new Set<(progress: ProjectionProgress) => void>();
  private readonly rebuilds = new Map<number, Rebuild>();
  private worker: Worker | undefined;
  private projections: readonly ProjectionStatus[] = [];
  private state: HostStatus['state'] = 'RESTARTING';
  private fault: string | undefined;
  private head = 0;
  /** How far the thread says that it has read. */
  private reported = 0;
  /** How far it was last told to read. */
  private hinted = 0;
  /** Events behind that, which it need not read. */
  private committed: StoredRow[] = [];
  /** States of tables as the thread counts them, by projection; empty while it is being started. */
  private states: ReadonlyMap<string, number> = new Map();
  private starts = 0;
  private rebuildsAsked = 0;
  private backOff = FIRST_BACK_OFF_MS;
  private restart: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(private readonly options: StartProjectionWorkerOptions) {}

  /** Starts the thread; resolves with its first report. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.options.entry, { workerData: this.options.workerData });
      const startedAt = performance.now();
      let reason: Error | undefined;
      let isReady = false;
      this.worker = worker;
      this.reported = 0;
      this.hinted = 0;
      this.starts += 1;
      worker.on('message', (report: Report) => {
        if (report.kind === 'NOT_STARTED') reason = faultOf(report);
        else this.take(report);
        if (report.kind !== 'STANDING' || isReady) return;
        isReady = true;
        this.isReadyAgain();
        resolve();
      });
      worker.on('error', (error) => (reason = error));
      worker.on('exit', () => {
        this.worker = undefined;
        this.states = new Map();
        if (this.isStopping) return;
        const ended = reason ?? new Error('The thread that projects ended by itself');
        if (performance.now() - startedAt > SOUND_AFTER_MS) this.backOff = FIRST_BACK_OFF_MS;
        if (isReady) this.startAgain(ended);
        else reject(ended);
      });
    });
  }

  hint(position: number, committed: readonly StoredRow[] = []): void {
    if (position <= this.head) return;
    this.head = position;
    if (this.committed.length < MOST_HANDED_OVER) this.committed.push(...committed);
    this.hintOnce();
  }

  stateOf(projection: string): number | undefined {
    const state = this.states.get(projection);
    return state === undefined ? undefined : this.starts * STATES_OF_ONE_START + state;
  }

  async waitFor(position: number, projections?: readonly string[]): Promise<void> {
    // The position comes from a caller and may not exist: the thread is to look, and nothing else is believed.
    if (position > this.head) this.tell({ kind: 'HINT', position });
    await this.waiters.wait(position, projections);
  }

  status(): HostStatus {
    const projections = this.projections.map((status) => ({
      ...status,
      lag: Math.max(0, this.head - status.checkpoint),
    }));
    return { state: this.state, fault: this.fault, head: this.head, projections };
  }

  rebuild(projections?: readonly string[]): Promise<void> {
    const id = (this.rebuildsAsked += 1);
    return new Promise((resolve, reject) => {
      this.rebuilds.set(id, { projections, resolve, reject });
      this.tell({ kind: 'REBUILD', id, projections });
    });
  }

  onProgress(listener: (progress: ProjectionProgress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // The thread ends by itself once its stores are closed: ending it from outside may hit it inside a call of SQLite.
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker !== undefined) {
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      this.tell({ kind: 'STOP' });
      await ended;
    }
    this.state = 'STOPPED';
    this.waiters.close();
    for (const { reject } of this.rebuilds.values()) {
      reject(new Error('Waymark is shutting down. The rebuild begins again at the next start.'));
    }
    this.rebuilds.clear();
  }

  // The thread reads on to the end of the record whenever it is awake. One hint it has not answered is enough: waking a thread costs
  // this one more than an append does.
  private hintOnce(): void {
    if (this.head <= this.reported || this.hinted > this.reported) return;
    this.hinted = this.head;
    const committed = packed(this.committed.splice(0).filter(({ position }) => position > this.reported));
    this.tell({ kind: 'HINT', position: this.head, committed }, committed === undefined ? [] : [committed.bytes]);
  }

  private tell(instruction: Instruction, handedOver: readonly ArrayBuffer[] = []): void {
    this.worker?.postMessage(instruction, handedOver);
  }

  private take(report: Exclude<Report, { kind: 'NOT_STARTED' }>): void {
    switch (report.kind) {
      case 'STANDING':
        if (report.fault !== undefined && report.fault !== this.fault) this.options.onFault?.(report.fault);
        this.fault = report.fault;
        this.stand(report, report.projections);
        return;
      case 'REACHED':
        this.stand(
          report,
          this.projections.map((status, index) => ({ ...status, checkpoint: report.checkpoints[index]! })),
        );
        return;
      case 'PROGRESS':
        for (const listener of this.listeners) listener(report.progress);
        return;
      case 'REBUILT': {
        const rebuild = this.rebuilds.get(report.id);
        this.rebuilds.delete(report.id);
        if (report.error === undefined) rebuild?.resolve();
        else rebuild?.reject(new Error(report.error));
      }
    }
  }

  private stand(report: Pick<Standing, 'head' | 'states'>, projections: readonly ProjectionStatus[]): void {
    this.head = Math.max(this.head, report.head);
    this.projections = projections;
    this.states = new Map(projections.map(({ name }, index) => [name, report.states[index]!]));
    this.waiters.update(projections);
    this.reported = report.head;
    this.hintOnce();
  }

  private isReadyAgain(): void {
    this.state = 'RUNNING';
    for (const [id, { projections }] of this.rebuilds) this.tell({ kind: 'REBUILD', id, projections });
    if (this.isStopping) this.tell({ kind: 'STOP' });
  }

  private startAgain(reason: Error): void {
    this.state = 'RESTARTING';
    this.fault = reason.message;
    this.options.onFault?.(reason.message);
    const wait = this.backOff;
    this.backOff = Math.min(wait * 2, LONGEST_BACK_OFF_MS);
    this.restart = setTimeout(() => {
      this.start().catch((error: Error) => {
        if (!this.isStopping) this.startAgain(error);
      });
    }, wait);
  }
}

function faultOf({ message, reason }: Extract<Report, { kind: 'NOT_STARTED' }>): Error {
  return reason === undefined
    ? new Error(message)
    : new StoreUnavailableError(message, reason as StoreUnavailableError['reason']);
}
