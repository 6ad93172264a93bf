import { hostname } from 'node:os';
import type { ReadStore } from '../read-store.js';
import { openPostgresReadStore } from './postgres-read-store.js';
import { ProjectionLeases } from './projection-lease.js';

/** The name under which this process holds a lease. */
export function leaseHolder(): string {
  return `${hostname()} process ${process.pid}`;
}

/**
 * Opens the read tables as their one writer, as soon as no other process is. `onLost` hears when another one has taken over; from then on
 * every transaction is refused. Throws StoreUnavailableError, with LOCKED when another process writes them.
 */
export async function openLeasedReadStore(options: { url: string; onLost?: () => void }): Promise<ReadStore> {
  const { url, onLost } = options;
  const leases = await ProjectionLeases.open({ url, holder: leaseHolder() });
  try {
    const term = await leases.await();
    if (onLost !== undefined) void term.lost.then(onLost);
    // The lease renews itself until it is given back, whatever comes in between.
    const store = await openPostgresReadStore({ url, guard: term.guard }).catch(async (error: unknown) => {
      await term.release();
      throw error;
    });
    return {
      records: () => store.records(),
      builtFrom: () => store.builtFrom(),
      transaction: (work) => store.transaction(work),
      createIndex: (projection, generation) => store.createIndex(projection, generation),
      async close() {
        await store.close();
        await term.release();
        await leases.close();
      },
    };
  } catch (error) {
    await leases.close();
    throw error;
  }
}
