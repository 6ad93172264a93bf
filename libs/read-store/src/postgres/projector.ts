import { type EventStore, recordIdOf } from '@waymark/event-store';
import type { AnyEventCatalogue } from '@waymark/kernel';
import type { SteadySession } from '@waymark/postgres';
import { assertBuiltFrom, OtherRecordError } from '../built-from.js';
import { inlineProjections } from '../inline-projections.js';
import type { HostStatus, ProjectionHost, ProjectionProgress } from '../projection-host.js';
import type { ProjectedBatch } from '../projected-batch.js';
import type { Projection } from '../projection.js';
import { leaseHolder } from './leased-read-store.js';
import { openPostgresReadStore } from './postgres-read-store.js';
import { type LeaseTerm, ProjectionLeases } from './projection-lease.js';
import { openTablesSession } from './tables-session.js';

export interface ProjectorOptions {
  /** Of the read tables. */
  readonly url: string;
  readonly projections: readonly Projection[];
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  /** Opens the record for reading alone; asked again while it cannot be opened. */
  readonly openEventStore: () => Promise<EventStore>;
  readonly onProgress?: (progress: ProjectionProgress) => void;
  /** Told each time the role changes, and each fault. */
  readonly onNews?: (message: string) => void;
  /** Told each time that this process takes the lease and each time that it is without. */
  readonly onLease?: (isHeld: boolean, epoch: number) => void;
  /** Told why the projector has ended by itself: the tables belong to another record, which waiting does not mend. */
  readonly onRefused?: (error: OtherRecordError) => void;
  /** Called after each transaction with what it took; for traces. */
  readonly onProjected?: (taken: ProjectedBatch) => void;
  readonly termMs?: number;
}

const LOOK_MS = 500;
const LONGEST_BACK_OFF_MS = 5_000;

/**
 * Projects while it holds the lease, stands by while another process does, and takes over when that one gives no sign of life.
 * Begin with `start`; end with `stop`, which lets the next one take over at once. Tables of another record end it (`onRefused`).
 */
export class Projector {
  private readonly stopped: Promise<void>;
  private markStopped!: () => void;
  private isStopping = false;
  private ended: Promise<void> | undefined;
  private host: ProjectionHost | undefined;
  private trouble: string | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.stopped = new Promise((resolve) => (this.markStopped = resolve));
  }

  start(): void {
    this.ended ??= this.run();
  }

  /** How the projections stand while this process runs them; undefined while it stands by. */
  status(): HostStatus | undefined {
    return this.host?.status();
  }

  /** What keeps this process from projecting or standing by, or undefined. */
  fault(): string | undefined {
    return this.trouble ?? this.host?.status().fault;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.markStopped();
    this.wake?.();
    await this.ended;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.isStopping;) {
      try {
        await this.standByAndProject();
        failures = 0;
      } catch (error) {
        if (error instanceof OtherRecordError) return this.refuse(error);
        failures += 1;
        this.trouble = (error as Error).message;
        this.options.onNews?.(this.trouble);
        await this.pass(Math.min(LOOK_MS * 2 ** failures, LONGEST_BACK_OFF_MS));
      }
    }
  }

  private refuse(error: OtherRecordError): void {
    this.isStopping = true;
    this.trouble = error.message;
    this.options.onRefused?.(error);
  }

  private async standByAndProject(): Promise<void> {
    const { url, termMs, onNews } = this.options;
    const leases = await ProjectionLeases.open({ url, holder: leaseHolder(), ...(termMs !== undefined && { termMs }) });
    try {
      const eventStore = await this.options.openEventStore();
      try {
        assertBuiltFrom(await recordIdOf(eventStore), await leases.builtFrom());
        this.trouble = undefined;
        onNews?.('standing by');
        const term = await this.termOf(leases);
        if (term !== undefined) await this.project(term, eventStore);
      } finally {
        await eventStore.close();
      }
    } finally {
      await leases.close();
    }
  }

  private async termOf(leases: ProjectionLeases): Promise<LeaseTerm | undefined> {
    while (!this.isStopping) {
      const term = await leases.take();
      if (term !== undefined) return term;
      await this.pass(LOOK_MS);
    }
    return undefined;
  }

  private async project(term: LeaseTerm, eventStore: EventStore): Promise<void> {
    const { url, projections, catalogue, onProgress, onNews, onLease, onProjected } = this.options;
    // The lease renews itself until it is given back, whatever comes in between.
    const readStore = await openPostgresReadStore({ url, guard: term.guard }).catch(async (error: unknown) => {
      await term.release();
      throw error;
    });
    try {
      const host = await inlineProjections({
        ...{ projections, catalogue, eventStore, readStore },
        ...(onProjected !== undefined && { onProjected }),
      });
      try {
        const requests = new RebuildRequests(await openTablesSession({ url, name: 'waymark requests' }), host);
        this.host = host;
        onNews?.(`projecting, epoch ${term.epoch}`);
        onLease?.(true, term.epoch);
        if (onProgress !== undefined) host.onProgress(onProgress);
        await Promise.race([this.stopped, term.lost]);
        await requests.stop();
      } finally {
        this.host = undefined;
        await host.stop();
      }
    } finally {
      onLease?.(false, term.epoch);
      await readStore.close();
      await term.release();
    }
  }

  private pass(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Takes up the rebuilds that other processes ask for. One that was not ended by the holder before is begun again. */
class RebuildRequests {
  private readonly taken = new Set<number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly session: SteadySession,
    private readonly host: ProjectionHost,
  ) {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.session.close();
  }

  private async look(): Promise<void> {
    const open = await this.session
      .ask<{
        id: number;
        projections: string[] | null;
      }>('SELECT id, projections FROM rebuild_request WHERE done_at IS NULL ORDER BY id')
      // The next look finds them.
      .catch(() => []);
    for (const { id, projections } of open) {
      if (this.taken.has(id)) continue;
      this.taken.add(id);
      void this.carryOut(id, projections ?? undefined);
    }
  }

  private async carryOut(id: number, projections: readonly string[] | undefined): Promise<void> {
    const fault = await this.host.rebuild(projections).then(
      () => null,
      (error: Error) => error.message,
    );
    await this.session
      .ask('UPDATE rebuild_request SET done_at = now(), fault = $2 WHERE id = $1', [id, fault])
      // Begun again: a rebuild done twice gives the same tables.
      .catch(() => this.taken.delete(id));
  }
}
