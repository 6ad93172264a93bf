import type { StreamName } from '@waymark/kernel';
import type { EncodedEvent } from '../pending-append.js';
import type { IndexedLog } from './indexed-log.js';

/** Ids remembered at most, so that a process that never asks the index does not fill its memory with them. */
const MOST_REMEMBERED = 20_000;

/**
 * Where events with known ids stand: those that this process wrote lately, and those that the index holds. A server looks at ids only where
 * the append would put them, so that an idempotency key used on another record would go unnoticed.
 */
export class SentIds {
  private readonly places = new Map<string, { stream: StreamName; revision: number }>();

  constructor(private readonly log: Pick<IndexedLog, 'knownPlace'>) {}

  add(stream: StreamName, events: readonly EncodedEvent[]): void {
    for (const { eventId, revision } of events) this.places.set(eventId.toString('latin1'), { stream, revision });
    for (const oldest of this.places.keys()) {
      if (this.places.size <= MOST_REMEMBERED) return;
      this.places.delete(oldest);
    }
  }

  /** Whether the event's id is known to stand at another place than the append would give it. */
  isElsewhere({ eventId, revision }: EncodedEvent, stream: StreamName): boolean {
    const place = this.places.get(eventId.toString('latin1')) ?? this.log.knownPlace(eventId);
    return place !== undefined && (place.stream !== stream || place.revision !== revision);
  }
}
