import type { Client } from 'pg';
import { postgresAddress } from './address/index.js';
import { cutSession } from './cut-session.js';
import { asStoreError } from './errors.js';
import { LOCK_CLASS } from './migrations.js';
import { openSession, sessionConfig } from './session.js';

export interface UsageLockOptions {
  readonly url: string;
  /** What is used, within its database. */
  readonly name: string;
  /** SHARED beside others who share, ALONE beside nobody. */
  readonly as: 'SHARED' | 'ALONE';
}

const AGAIN_MS = 1_000;

/**
 * Says on a connection of its own that this process uses something, for as long as it does: others who must be alone with it are
 * refused meanwhile. Said again when the connection was lost.
 */
export class UsageLock {
  private again: NodeJS.Timeout | undefined;
  private isReleased = false;

  private constructor(
    private readonly options: UsageLockOptions,
    private session: Client,
  ) {
    this.watch(session);
  }

  /** Undefined when the use of others forbids it. Throws StoreUnavailableError. */
  static async take(options: UsageLockOptions): Promise<UsageLock | undefined> {
    const session = await locked(options);
    return session && new UsageLock(options, session);
  }

  async release(): Promise<void> {
    this.isReleased = true;
    clearTimeout(this.again);
    await this.session.end().catch(() => undefined);
  }

  private watch(session: Client): void {
    this.session = session;
    session.once('end', () => this.retake());
  }

  private retake(): void {
    if (this.isReleased) return;
    this.again = setTimeout(() => {
      locked(this.options).then(
        (session) => {
          if (session === undefined) this.retake();
          else if (this.isReleased) cutSession(session);
          else this.watch(session);
        },
        () => this.retake(),
      );
    }, AGAIN_MS);
    this.again.unref();
  }
}

async function locked({ url, name, as }: UsageLockOptions): Promise<Client | undefined> {
  const address = postgresAddress(url);
  const patience = { connect: 5_000, lock: 2_000, statement: 5_000 };
  const session = await openSession(sessionConfig(address, { name: 'waymark use', patience }), address);
  const attempt = as === 'SHARED' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
  try {
    const { rows } = await session.query<{ taken: boolean }>(
      `SELECT ${attempt}(${LOCK_CLASS}, hashtext($1)) AS taken`,
      [`${address.schema ?? ''} ${name}`],
    );
    if (rows[0]!.taken) return session;
  } catch (error) {
    cutSession(session);
    throw asStoreError(error, address);
  }
  await session.end();
  return undefined;
}
