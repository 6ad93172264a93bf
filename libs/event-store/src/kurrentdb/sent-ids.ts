import type { StreamName } from '@waymark/kernel';
import type { EncodedEvent } from '../pending-append.js';
import type { IndexedLog } from './indexed-log.js';

type Places = Map<string, { readonly stream: StreamName; readonly revision: number }>;

/** Half of the ids remembered at most, so that a process that never asks the index does not fill its memory with them. */
const HALF = 20_000;

/**
 * Where events with known ids stand: those that this process wrote lately, and those that the index holds. A server looks at ids only where
 * the append would put them, so that an idempotency key used on another record would go unnoticed.
 */
export class SentIds {
  /** The younger half is filled; when it is full it becomes the older one, which is forgotten as a whole. */
  private younger: Places = new Map();
  private older: Places = new Map();

  constructor(private readonly log: Pick<IndexedLog, 'knownPlace'>) {}

  add(stream: StreamName, events: readonly EncodedEvent[]): void {
    for (const { eventId, revision } of events) this.younger.set(eventId.toString('latin1'), { stream, revision });
    if (this.younger.size < HALF) return;
    this.older = this.younger;
    this.younger = new Map();
  }

  /** Whether the event's id is known to stand at another place than the append would give it. */
  isElsewhere({ eventId, revision }: EncodedEvent, stream: StreamName): boolean {
    const key = eventId.toString('latin1');
    const place = this.younger.get(key) ?? this.older.get(key) ?? this.log.knownPlace(eventId);
    return place !== undefined && (place.stream !== stream || place.revision !== revision);
  }
}
