import { createHash } from 'node:crypto';
import type { EventStore } from './event-store.js';

/** Events asked for at once: in a server's log, events of its own may stand before the first of ours. */
const PAGE = 100;

/**
 * The id of a record: a digest of its first event as it is stored, with the position at which it stands. The event holds a nonce, so two
 * records that began with the same commands differ; a copy has the id of its source where events keep their positions, and another where
 * they do not. Undefined while the record is empty. Throws StoreUnavailableError.
 */
export async function recordIdOf(store: Pick<EventStore, 'head' | 'readStored'>): Promise<string | undefined> {
  if ((await store.head()).position === 0) return undefined;
  const [first] = await store.readStored({ after: 0, limit: PAGE });
  if (first === undefined) return undefined;
  return createHash('sha256').update(`waymark-record-id/1\n${first.position}\n`).update(first.stored).digest('hex');
}
