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

/** What the client sends to see whether its server is there, in milliseconds between two; not less, or it complains. */
const KEEP_ALIVE_MS = 10_000;
/** Clients after which the numbers that tell their connections apart begin again. */
const DISTINCT = 1_000;

/** Makes clients for the connection string, each with connections of its own. Throws when it does not hold. */
export function clientMaker(url: string): () => KurrentDBClient {
  // The old scheme means the same; the client only complains of it.
  const connectionString = url.replace(/^esdb(\+discover)?:/, 'kurrentdb$1:');
  let made = 0;
  return () => {
    made = (made + 1) % DISTINCT;
    return KurrentDBClient.connectionString(setApart(connectionString, made));
  };
}

/**
 * Clients of the same settings share their connections to a server, so that a new one would wait on the line that fell silent under the one it
 * replaces. A setting that differs by a trifle keeps them apart.
 */
function setApart(url: string, number: number): string {
  const given = /([?&]keepAliveInterval=)(-?\d+)/i.exec(url);
  if (given === null) return `${url}${url.includes('?') ? '&' : '?'}keepAliveInterval=${KEEP_ALIVE_MS + number}`;
  const [setting, name, interval] = given as unknown as [string, string, string];
  return Number(interval) < 0 ? url : url.replace(setting, `${name}${Number(interval) + number}`);
}

/** Ends the calls of a client and its connection for appends; it is of no more use. Resolves when that is done, or was waited for long enough. */
export async function disposeOf(client: KurrentDBClient, patience: number): Promise<void> {
  const disposal = client.dispose().then(async () => (await client['getChannel']()).close());
  await within(patience, disposal).catch(() => undefined);
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
    await disposeOf(client, this.patience.call);
  }
}
