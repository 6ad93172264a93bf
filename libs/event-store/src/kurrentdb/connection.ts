import { setMaxListeners } from 'node:events';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { closedStore } from '../store-refusals.js';
import { asStoreError, isNotThere, notThere } from './kurrent-errors.js';
import { Backoff, collected, within } from './timing.js';

/** How long calls wait, in milliseconds. */
export interface Patience {
  /** For one answer. */
  readonly call: number;
  /** For the first answer to a read of a new client on top: it takes half a second to find its way. */
  readonly connect: number;
  /** For a server to come back, attempts of one call together: longer than a cluster takes to choose a new leader. */
  readonly outage: number;
  /** Least time between two clients made anew. */
  readonly swap: number;
}

export const usualPatience: Patience = { call: 5_000, connect: 2_000, outage: 10_000, swap: 250 };

/** Makes clients for the connection string. Throws when it does not hold. */
export function clientMaker(url: string): () => KurrentDBClient {
  // The old scheme means the same; the client only complains of it.
  const connectionString = url.replace(/^esdb(\+discover)?:/, 'kurrentdb$1:');
  return () => KurrentDBClient.connectionString(connectionString);
}

/**
 * One client at a time. A client whose server went away does not recover by itself: its reads stay broken as long as a killed leader
 * stays away, and an append that timed out leaves its call hanging. So it is replaced, and disposed of once its calls have ended.
 */
export class KurrentConnection {
  private current: KurrentDBClient;
  private replacedAt = 0;
  private readonly retired = new Set<KurrentDBClient>();
  private readonly proven = new WeakSet<KurrentDBClient>();
  private readonly closing = new AbortController();

  constructor(
    private readonly make: () => KurrentDBClient,
    readonly server: string,
    readonly patience: Patience,
  ) {
    this.current = make();
    // One listener for each call that waits out an outage.
    setMaxListeners(0, this.closing.signal);
  }

  /** The client to use for the next attempt. Throws StoreUnavailableError once closed. */
  client(): KurrentDBClient {
    if (this.closing.signal.aborted) throw closedStore();
    return this.current;
  }

  /**
   * Opens both ways that the client has to a server, which would else cost the first append and the first read half a second.
   * Throws StoreUnavailableError.
   */
  async warmUp(): Promise<void> {
    // Appends wait for this answer; the client has no public name for it.
    await this.call((client) => within(this.patience.call, client['capabilities']));
  }

  /** Asks until there is an answer, or the outage has lasted too long. For calls that may be repeated at will. */
  async call<T>(ask: (client: KurrentDBClient) => Promise<T>): Promise<T> {
    const until = Date.now() + this.patience.outage;
    const backoff = new Backoff(20, 500);
    for (;;) {
      const client = this.client();
      try {
        return await ask(client);
      } catch (error) {
        if (!isNotThere(error)) throw asStoreError(error, this.server);
        if (Date.now() >= until) throw notThere(error, this.server);
        this.replace(client);
      }
      await this.pause(backoff);
    }
  }

  /** Reads with one client: all that it gives, as long as the next element comes in time. */
  async read<T>(client: KurrentDBClient, elements: AsyncIterable<T>): Promise<T[]> {
    const { call, connect } = this.patience;
    const all = await collected(elements, this.proven.has(client) ? call : call + connect);
    this.proven.add(client);
    return all;
  }

  /** Puts a new client in the place of one that failed; at most one at a time, and not too often. */
  replace(failed: KurrentDBClient): void {
    const now = Date.now();
    if (failed !== this.current || now - this.replacedAt < this.patience.swap || this.closing.signal.aborted) return;
    this.replacedAt = now;
    this.current = this.make();
    this.retired.add(failed);
    // By then every call has been answered or given up by its own timer.
    setTimeout(() => void this.dispose(failed), this.patience.call + this.patience.connect).unref();
  }

  pause(backoff: Backoff): Promise<void> {
    return backoff.wait(this.closing.signal);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    await Promise.all([this.current, ...this.retired].map((client) => this.dispose(client)));
  }

  private async dispose(client: KurrentDBClient): Promise<void> {
    this.retired.delete(client);
    await within(this.patience.call, client.dispose()).catch(() => undefined);
  }
}
