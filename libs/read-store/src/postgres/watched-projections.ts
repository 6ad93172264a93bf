import type { SteadySession } from '@waymark/postgres';
import { assertBuiltFrom } from '../built-from.js';
import type { HostStatus, ProjectionHost, ProjectionStatus } from '../projection-host.js';
import type { Projection } from '../projection.js';
import { poisonOfRow, type ProjectionRow } from '../projection-row.js';
import { ReadWaiters } from '../read-waiters.js';
import { openTablesSession } from './tables-session.js';

export interface WatchedProjectionsOptions {
  readonly url: string;
  /** Every projection that is expected to run. */
  readonly projections: readonly Pick<Projection, 'name'>[];
  /** Id of the record that the tables must be built from; undefined while it is empty. Asked until it is known. */
  readonly record?: () => Promise<string | undefined>;
  /** Told what is wrong with the database, once each time. */
  readonly onFault?: (message: string) => void;
  /** Longest time without a look at the tables when nothing is announced. */
  readonly pollMs?: number;
}

const POLL_MS = 250;

interface TablesAsAWhole {
  readonly projector: boolean;
  /** Id of the one they are built from. */
  readonly record: string | null;
}

type Standing = Pick<ProjectionRow, 'name' | 'version' | 'state' | 'checkpoint' | 'poison'>;

/**
 * Follows projections that run in other processes: how far the tables are is read from their database, at each announcement of a
 * commit and by looking four times a second. Rebuilds are asked for by a row that the projector takes up. Throws StoreUnavailableError,
 * OtherRecordError when the tables were built from another record; when they become so later, that is a fault.
 */
export async function watchProjections(options: WatchedProjectionsOptions): Promise<ProjectionHost> {
  const host = new WatchedProjections(options);
  await host.start();
  return host;
}

interface Asked {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class WatchedProjections implements ProjectionHost {
  private readonly waiters = new ReadWaiters();
  private session!: SteadySession;
  private readonly rebuilds = new Map<number, Asked>();
  private standings: readonly Standing[] = [];
  private head = 0;
  private recordId: string | undefined;
  private fault: string | undefined;
  private isReachable = true;
  private hasProjector = false;
  private poll: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isNewsWaiting = false;
  private isStopped = false;

  constructor(private readonly options: WatchedProjectionsOptions) {}

  async start(): Promise<void> {
    const onNews = () => void this.look();
    this.session = await openTablesSession({ url: this.options.url, name: 'waymark watch', onNews });
    try {
      await this.read();
    } catch (error) {
      await this.session.close();
      throw error;
    }
    this.poll = setInterval(() => void this.look(), this.options.pollMs ?? POLL_MS);
  }

  hint(position: number): void {
    this.head = Math.max(this.head, position);
  }

  waitFor(position: number, projections?: readonly string[]): Promise<void> {
    return this.waiters.wait(position, projections);
  }

  status(): HostStatus {
    const reachable = this.isReachable ? 'RUNNING' : 'RESTARTING';
    const state = this.isStopped ? 'STOPPED' : reachable;
    const missing = this.hasProjector ? undefined : 'No projector writes the read tables. Start one: waymark project.';
    return { state, fault: this.fault ?? missing, head: this.head, projections: this.statuses() };
  }

  /** Another process writes the tables, and is heard of after readers see what it wrote. */
  stateOf(): undefined {
    return undefined;
  }

  async rebuild(projections?: readonly string[]): Promise<void> {
    const [asked] = await this.session.ask<{ id: number }>(
      `WITH old AS (DELETE FROM rebuild_request WHERE done_at < now() - interval '1 day')
       INSERT INTO rebuild_request (projections) VALUES ($1) RETURNING id`,
      [projections ?? null],
    );
    await new Promise<void>((resolve, reject) => this.rebuilds.set(asked!.id, { resolve, reject }));
  }

  /** How far a rebuild is, the projector tells in its log. */
  onProgress(): () => void {
    return () => undefined;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.poll);
    this.waiters.close();
    const message = 'Waymark is shutting down. The projector goes on with the rebuild.';
    for (const { reject } of this.rebuilds.values()) reject(new Error(message));
    this.rebuilds.clear();
    await this.looking;
    await this.session.close();
  }

  /** One look at a time; news that come meanwhile are looked at next. */
  private async look(): Promise<void> {
    this.isNewsWaiting = true;
    if (this.looking !== undefined || this.isStopped) return;
    this.looking = this.lookWhileThereAreNews();
    await this.looking;
    this.looking = undefined;
  }

  private async lookWhileThereAreNews(): Promise<void> {
    while (this.isNewsWaiting && !this.isStopped) {
      this.isNewsWaiting = false;
      try {
        await this.read();
        this.isReachable = true;
        this.fault = undefined;
      } catch (error) {
        this.isReachable = false;
        const { message } = error as Error;
        if (message !== this.fault) this.options.onFault?.(message);
        this.fault = message;
      }
    }
  }

  private async read(): Promise<void> {
    const rows = await this.session.ask<{ [K in keyof Standing]: Standing[K] | null } & TablesAsAWhole>(
      `SELECT name, version, state, checkpoint, poison, projector, record
         FROM (SELECT EXISTS (SELECT FROM projector_lease WHERE expires_at >= clock_timestamp()) AS projector,
                      (SELECT record FROM built_from) AS record) AS whole
         LEFT JOIN projection_state ON true`,
    );
    await this.compareRecord(rows[0]!.record ?? undefined);
    this.standings = rows.filter(({ name }) => name !== null) as Standing[];
    this.hasProjector = rows[0]!.projector;
    // Tables that nobody has made yet show not even the beginning.
    this.waiters.update(this.statuses().map((status) => (status.version > 0 ? status : { ...status, checkpoint: -1 })));
    if (this.rebuilds.size > 0) await this.readRebuilds();
  }

  private async compareRecord(builtFrom: string | undefined): Promise<void> {
    if (builtFrom === undefined || this.options.record === undefined) return;
    this.recordId ??= await this.options.record();
    assertBuiltFrom(this.recordId, builtFrom);
  }

  private async readRebuilds(): Promise<void> {
    const done = await this.session.ask<{ id: number; fault: string | null }>(
      'SELECT id, fault FROM rebuild_request WHERE done_at IS NOT NULL AND id = ANY($1)',
      [[...this.rebuilds.keys()]],
    );
    for (const { id, fault } of done) {
      const asked = this.rebuilds.get(id);
      this.rebuilds.delete(id);
      if (fault === null) asked?.resolve();
      else asked?.reject(new Error(fault));
    }
  }

  // Of all that are expected; version 0 where no projector has made the tables yet.
  private statuses(): ProjectionStatus[] {
    return this.options.projections.map(({ name }) => {
      const found = this.standings.find((standing) => standing.name === name);
      const { version = 0, state = 'REBUILDING', checkpoint = 0, poison = null } = found ?? {};
      const lag = Math.max(0, this.head - checkpoint);
      return { name, version, state, checkpoint, lag, poison: poisonOfRow(poison) };
    });
  }
}
