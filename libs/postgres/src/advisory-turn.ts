import { BusyError, type Turn, Turns } from '@waymark/kernel';
import type { Client, ClientConfig } from 'pg';
import { type PostgresAddress, postgresAddress } from './address/index.js';
import { cutSession } from './cut-session.js';
import { asStoreError, codeOf, isConnectionLost } from './errors.js';
import { LOCK_CLASS } from './migrations.js';
import { openSession, sessionConfig } from './session.js';

export interface AdvisoryTurnOptions {
  readonly url: string;
  /** Those take part who name the same schema: the one of the URL, or this one. */
  readonly schema: string;
  /** What turns are taken about, within the schema. */
  readonly name: string;
  /** Told to those whose turn did not come: what is under way, and what to do. */
  readonly busy: string;
  /** Milliseconds that others may be waited for. */
  readonly waitMs?: number;
  /** Milliseconds without a sign of life of the holder after which the server gives the turn to the next. */
  readonly silenceMs?: number;
}

const WAIT_MS = 10_000;
const SILENCE_MS = 15_000;
/** Signs of life within the silence that the server bears: some may be late. */
const BEATS = 4;
/** The holder takes the turn for lost after this share of the silence, so before the server does. */
const SURE_SHARE = 0.8;
/** Of what the server itself gives up. */
const ANSWER_MS = 2_000;
const LOCK_TIMED_OUT = '55P03';
const LOST =
  'The turn was lost while the request was under way: its connection was cut, or the process stood still. What was not recorded by then is not done. Repeat the request.';

/**
 * Turns among all processes that use one PostgreSQL database, by an advisory lock of a session. The server takes it back by itself when the
 * session ends, and ends the session when the holder gives no sign of life; `assertMine` knows by this process's own clock, without asking,
 * until when that cannot have happened. A connection is there while turns are taken, and ends by itself afterwards.
 */
export class AdvisoryTurn implements Turn {
  private readonly address: PostgresAddress;
  private readonly config: ClientConfig;
  private readonly lock: readonly [number, string];
  private readonly waitMs: number;
  private readonly silenceMs: number;
  private readonly own = new Turns();
  private session: Client | undefined;

  constructor(private readonly options: AdvisoryTurnOptions) {
    const { url, schema, name, waitMs = WAIT_MS, silenceMs = SILENCE_MS } = options;
    this.address = postgresAddress(url);
    this.lock = [LOCK_CLASS, `${this.address.schema ?? schema} ${name}`];
    this.waitMs = waitMs;
    this.silenceMs = silenceMs;
    const patience = { connect: 5_000, lock: waitMs, statement: waitMs + ANSWER_MS };
    const settings = { idle_session_timeout: String(silenceMs) };
    this.config = sessionConfig(this.address, { name: 'waymark turns', patience, settings });
  }

  take<T>(work: (assertMine: () => void) => Promise<T>): Promise<T> {
    const until = performance.now() + this.waitMs;
    return this.own.take(async () => {
      if (performance.now() > until) throw new BusyError(this.options.busy);
      const held = await this.hold();
      try {
        return await work(() => held.assertMine());
      } finally {
        await held.release();
      }
    });
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.end().catch(() => undefined);
  }

  private async hold(): Promise<HeldTurn> {
    for (;;) {
      const wasOpen = this.session !== undefined;
      try {
        return await this.holdOver(await this.connected());
      } catch (error) {
        if (codeOf(error) === LOCK_TIMED_OUT) throw new BusyError(this.options.busy);
        // The server ends a connection that was idle for long, and may have done so just now.
        if (!wasOpen || !isConnectionLost(error)) throw asStoreError(error, this.address);
      }
    }
  }

  private async holdOver(session: Client): Promise<HeldTurn> {
    const held = new HeldTurn(session, this.lock, this.silenceMs, () => this.session === session);
    const silent = setTimeout(() => this.letGo(session), this.waitMs + 2 * ANSWER_MS);
    try {
      await session.query('SELECT pg_advisory_lock($1::int, hashtext($2))', [...this.lock]);
      await held.begin();
      return held;
    } catch (error) {
      if (codeOf(error) !== LOCK_TIMED_OUT) this.letGo(session);
      throw error;
    } finally {
      clearTimeout(silent);
    }
  }

  private async connected(): Promise<Client> {
    if (this.session !== undefined) return this.session;
    const session = await openSession(this.config, this.address);
    session.once('end', () => {
      if (this.session === session) this.session = undefined;
    });
    this.session = session;
    return session;
  }

  private letGo(session: Client): void {
    if (this.session === session) this.session = undefined;
    cutSession(session);
  }
}

/** A turn while it lasts. */
class HeldTurn {
  /** Until when, by this process's clock, the server cannot have given the turn to another. */
  private sureUntil = 0;
  private beat: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Client,
    private readonly lock: readonly [number, string],
    private readonly silenceMs: number,
    private readonly isOpen: () => boolean,
  ) {}

  /** The lock was taken: says so to the server in time, from now on. */
  async begin(): Promise<void> {
    this.beat = setInterval(() => void this.live().catch(() => undefined), this.silenceMs / BEATS);
    this.beat.unref();
    // This process may have stood still since the server gave it the lock.
    await this.live();
  }

  assertMine(): void {
    if (performance.now() > this.sureUntil || !this.isOpen()) throw new BusyError(LOST);
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    const silent = setTimeout(() => cutSession(this.session), ANSWER_MS);
    await this.session
      .query('SELECT pg_advisory_unlock($1::int, hashtext($2))', [...this.lock])
      // With the session the lock ends too.
      .catch(() => cutSession(this.session));
    clearTimeout(silent);
  }

  private async live(): Promise<void> {
    const sentAt = performance.now();
    await this.session.query('SELECT');
    this.sureUntil = sentAt + SURE_SHARE * this.silenceMs;
  }
}
