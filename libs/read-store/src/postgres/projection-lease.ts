import { StoreUnavailableError } from '@waymark/kernel';
import { LOCK_CLASS, type SteadySession } from '@waymark/postgres';
import type { WriteGuard } from './postgres-read-store.js';
import { tablesChannel } from './read-schema.js';
import { openTablesSession } from './tables-session.js';

/** Another process writes the tables now; what this one had in hand was not written. */
export class LeaseLostError extends StoreUnavailableError {
  constructor() {
    super('Another process writes the read tables now. This one stands by.', 'LOCKED');
    this.name = 'LeaseLostError';
  }
}

export interface ProjectionLeaseOptions {
  readonly url: string;
  /** Who asks, for operators: host and process. */
  readonly holder: string;
  /** Milliseconds after the last sign of life, by the clock of the database, from which on another process may take over. */
  readonly termMs?: number;
}

const TERM_MS = 5_000;
const LEASE = 'projections';
/** Beats in a term: some may be late before the lease runs out. */
const BEATS = 4;

const TAKE = `
  INSERT INTO projector_lease VALUES ('${LEASE}', $1, 1, clock_timestamp() + $2 * interval '1 millisecond')
  ON CONFLICT (name) DO UPDATE SET holder = $1, epoch = projector_lease.epoch + 1, expires_at = excluded.expires_at
    WHERE projector_lease.expires_at < clock_timestamp()
  RETURNING epoch`;

// Only of holders who have given no sign of life for a whole term: stopped or cut off in the middle of a transaction.
const CUT_OFF = `
  SELECT pg_terminate_backend(pid) FROM pg_locks
   WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND classid::bigint = $1 AND objid::bigint = hashtext($2)::bigint & 4294967295
     AND EXISTS (SELECT FROM projector_lease WHERE name = '${LEASE}' AND expires_at < clock_timestamp())`;

/**
 * The right to write the read tables, held by one process at a time. Every transaction of a holder takes a shared advisory lock and
 * looks at the epoch; whoever takes over takes that lock alone and counts the epoch up. So a transaction of an earlier
 * holder either has ended before the next begins, or is refused, however long that process had been paused.
 */
export class ProjectionLeases {
  private readonly termMs: number;

  private constructor(
    private readonly session: SteadySession,
    private readonly holder: string,
    termMs: number | undefined,
  ) {
    this.termMs = termMs ?? TERM_MS;
  }

  /** Throws StoreUnavailableError. */
  static async open({ url, holder, termMs }: ProjectionLeaseOptions): Promise<ProjectionLeases> {
    return new ProjectionLeases(await openTablesSession({ url, name: 'waymark lease' }), holder, termMs);
  }

  /** Takes the lease when nobody holds it; undefined otherwise. Throws StoreUnavailableError. */
  async take(): Promise<LeaseTerm | undefined> {
    const held = await this.session.ask(
      `SELECT FROM projector_lease WHERE name = '${LEASE}' AND expires_at >= clock_timestamp()`,
    );
    if (held.length > 0) return undefined;
    const lock = this.lock();
    await this.session.ask(CUT_OFF, lock);
    const epoch = await this.session.transaction(async (ask) => {
      await ask('SELECT pg_advisory_xact_lock($1::int, hashtext($2))', lock);
      const [taken] = await ask<{ epoch: number }>(TAKE, [this.holder, this.termMs]);
      return taken?.epoch;
    });
    return epoch === undefined ? undefined : new LeaseTerm(this.session, epoch, this.termMs, lock);
  }

  /** Takes the lease as soon as it is free. Throws StoreUnavailableError LOCKED when it is not within two terms. */
  async await(): Promise<LeaseTerm> {
    const until = performance.now() + 2 * this.termMs;
    for (;;) {
      const term = await this.take();
      if (term !== undefined) return term;
      if (performance.now() > until) throw await this.heldByAnother();
      await new Promise((resolve) => setTimeout(resolve, this.termMs / 10));
    }
  }

  /** Id of the record that the tables are built from; undefined when that was never said. Throws StoreUnavailableError. */
  async builtFrom(): Promise<string | undefined> {
    const [built] = await this.session.ask<{ record: string }>('SELECT record FROM built_from');
    return built?.record;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private lock(): readonly [number, string] {
    return [LOCK_CLASS, `${this.session.schema} projector`];
  }

  private async heldByAnother(): Promise<StoreUnavailableError> {
    const [lease] = await this.session.ask<{ holder: string }>('SELECT holder FROM projector_lease');
    return new StoreUnavailableError(
      `${lease?.holder ?? 'Another process'} writes the read tables of READ_STORE_URL already. Stop it, or start this one with PROJECTIONS=elsewhere.`,
      'LOCKED',
    );
  }
}

/** One time of holding the lease, kept alive until it is released, closed or taken by another. */
export class LeaseTerm {
  /** Resolves when another process has taken over. */
  readonly lost: Promise<void>;
  private readonly beat: NodeJS.Timeout;
  private lose!: () => void;

  constructor(
    private readonly session: SteadySession,
    readonly epoch: number,
    private readonly termMs: number,
    private readonly lock: readonly [number, string],
  ) {
    this.lost = new Promise((resolve) => (this.lose = resolve));
    this.beat = setInterval(() => void this.renew(), termMs / BEATS);
    this.beat.unref();
  }

  /** For the read store: no transaction without the lease. Throws LeaseLostError. */
  readonly guard: WriteGuard = async (run) => {
    // Two statements: the second must see what was committed while the first waited.
    await run('SELECT pg_advisory_xact_lock_shared($1::int, hashtext($2))', this.lock);
    const [lease] = await run(`SELECT epoch FROM projector_lease WHERE name = '${LEASE}'`, []);
    if (lease?.['epoch'] === this.epoch) return;
    this.end();
    throw new LeaseLostError();
  };

  /** Lets another process take over at once. */
  async release(): Promise<void> {
    clearInterval(this.beat);
    await this.session
      .ask(`UPDATE projector_lease SET expires_at = '-infinity' WHERE name = '${LEASE}' AND epoch = $1`, [this.epoch])
      .then(() => this.session.ask(`NOTIFY ${tablesChannel(this.session.schema)}`))
      // It runs out by itself.
      .catch(() => undefined);
  }

  private async renew(): Promise<void> {
    try {
      const held = await this.session.ask(
        `UPDATE projector_lease SET expires_at = clock_timestamp() + $2 * interval '1 millisecond'
          WHERE name = '${LEASE}' AND epoch = $1 RETURNING epoch`,
        [this.epoch, this.termMs],
      );
      if (held.length === 0) this.end();
    } catch {
      // The next beat tries again; until then the guard of each transaction tells.
    }
  }

  private end(): void {
    clearInterval(this.beat);
    this.lose();
  }
}
