import type { EventStore } from '@waymark/event-store';
import type { AnyEventCatalogue, StoredEvent } from '@waymark/kernel';
import { EventBatch } from './event-batch.js';

/** Behind by more than so many batches, tables are far behind. */
const FAR_BEHIND = 10;

/** Reads a record on from any position, a batch at a time. */
export class EventFeed {
  /** Position of the newest event known. */
  head = 0;
  /** Position at which the record ended when it was last read to its end. */
  end: number | undefined;
  /** Committed events that need not be read, one directly after the other. */
  private offered: StoredEvent[] = [];

  constructor(
    private readonly record: Pick<EventStore, 'readAll'>,
    private readonly catalogue: Pick<AnyEventCatalogue, 'decode'>,
    readonly batchSize: number,
  ) {}

  /** Whether the record goes on for many batches after a position. */
  isFarBehind(position: number): boolean {
    return this.head - position > FAR_BEHIND * this.batchSize;
  }

  /** The events after a position, at most a batch of them; undefined when there are none. Throws StoreUnavailableError. */
  async batchAfter(after: number): Promise<EventBatch | undefined> {
    const stored = this.offeredAfter(after) ?? (await this.record.readAll({ after, limit: this.batchSize }));
    const last = stored.at(-1);
    this.end = stored.length < this.batchSize ? (last?.position ?? after) : undefined;
    if (last === undefined) return undefined;
    this.head = Math.max(this.head, last.position);
    return new EventBatch(stored, this.catalogue);
  }

  /**
   * Gives committed events, in store order, to whoever would read them next. They are used where no position lies between them and the
   * one asked for, and read like all others where one does.
   */
  offer(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (this.offered.length >= this.batchSize) return;
      const last = this.offered.at(-1);
      if (last !== undefined && last.position + 1 < event.position) this.offered = [];
      if (last === undefined || last.position < event.position) this.offered.push(event);
    }
  }

  private offeredAfter(after: number): readonly StoredEvent[] | undefined {
    if (this.offered.length === 0) return undefined;
    const following = this.offered.filter(({ position }) => position > after);
    this.offered = [];
    return following[0]?.position === after + 1 ? following : undefined;
  }
}
