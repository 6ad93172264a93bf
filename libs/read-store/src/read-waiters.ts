import { type ProjectionStatus, ReadTablesBehindError } from './projection-host.js';

const LONGEST_WAIT_MS = 2_000;

interface Waiter {
  readonly position: number;
  readonly projections: readonly string[] | undefined;
  readonly resolve: () => void;
  readonly reject: (error: ReadTablesBehindError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Those who wait for the tables to show a position. Woken by each new status; nobody sleeps and looks again. */
export class ReadWaiters {
  private readonly waiters = new Set<Waiter>();
  private statuses: readonly ProjectionStatus[] = [];

  constructor(private readonly longestWaitMs = LONGEST_WAIT_MS) {}

  wait(position: number, projections: readonly string[] | undefined): Promise<void> {
    const missing = this.missing(position, projections);
    if (missing === undefined) return Promise.resolve();
    if (missing.state === 'STOPPED') return Promise.reject(new ReadTablesBehindError(position, missing.name));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new ReadTablesBehindError(position));
      }, this.longestWaitMs);
      const waiter: Waiter = { position, projections, resolve, reject, timer };
      this.waiters.add(waiter);
    });
  }

  update(statuses: readonly ProjectionStatus[]): void {
    this.statuses = statuses;
    for (const waiter of this.waiters) {
      const missing = this.missing(waiter.position, waiter.projections);
      if (missing !== undefined && missing.state !== 'STOPPED') continue;
      clearTimeout(waiter.timer);
      this.waiters.delete(waiter);
      if (missing === undefined) waiter.resolve();
      else waiter.reject(new ReadTablesBehindError(waiter.position, missing.name));
    }
  }

  /** Turns away everybody who still waits. */
  close(): void {
    for (const { timer, reject, position } of this.waiters) {
      clearTimeout(timer);
      reject(new ReadTablesBehindError(position));
    }
    this.waiters.clear();
  }

  /** One projection that is not there yet; a stopped one before others. Throws a TypeError for a name nobody projects. */
  private missing(position: number, names: readonly string[] | undefined): ProjectionStatus | undefined {
    const asked = names?.map((name) => this.statusOf(name)) ?? this.statuses;
    const behind = asked.filter((status) => status.checkpoint < position);
    return behind.find((status) => status.state === 'STOPPED') ?? behind[0];
  }

  private statusOf(name: string): ProjectionStatus {
    const status = this.statuses.find((candidate) => candidate.name === name);
    if (status === undefined) throw new TypeError(`There is no projection "${name}"`);
    return status;
  }
}
