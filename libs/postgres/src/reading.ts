import { setTimeout as after } from 'node:timers/promises';
import { type Client, type ClientConfig, Pool } from 'pg';
import { isConnectionLost } from './errors.js';
import { watchForSilence } from './silence.js';

const MOST_READS = 3;
const READ_BACK_OFF_MS = 30;

export interface ReadingPoolOptions {
  /** Most connections at the same time; further reads wait. */
  readonly connections: number;
  /** Milliseconds after which a server that does not answer is given up; above what the server allows itself. */
  readonly answerWithin: number;
  /** Milliseconds after which a connection that nobody uses is ended. */
  readonly idleFor: number;
}

/** Connections that reads share. They do not keep the process alive, and one that is lost while idle is replaced by the next read. */
export function readingPool(config: ClientConfig, { connections, answerWithin, idleFor }: ReadingPoolOptions): Pool {
  const pool = new Pool({
    ...config,
    max: connections,
    query_timeout: answerWithin,
    idleTimeoutMillis: idleFor,
    allowExitOnIdle: true,
    verify: (client, done) => void watchForSilence(client as Client, config).then(() => done(), done),
  });
  // Whoever reads learns of the loss by the failing read; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Reads, and reads again twice at most when the connection was lost: a server that was started again meanwhile is no trouble. `isPassing`
 * names failures besides that another read may not meet. Throws what the last read threw; nothing is read again once the pool is closed.
 */
export async function readAgain<T>(
  pool: Pool,
  read: () => Promise<T>,
  isPassing: (error: unknown) => boolean = isConnectionLost,
): Promise<T> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (error) {
      if (reads >= MOST_READS || pool.ending || !isPassing(error)) throw error;
      await after(READ_BACK_OFF_MS * reads);
    }
  }
}
