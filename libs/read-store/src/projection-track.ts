import { type EventId, StoreUnavailableError } from '@waymark/kernel';
import { type EventBatch, poisonOf, type Slice } from './event-batch.js';
import type { Projection } from './projection.js';
import type { PoisonEvent, ReadStoreTransaction } from './read-store.js';

/** How far a generation of tables has come. */
export interface Place {
  readonly checkpoint: number;
  readonly checkpointEvent: EventId | null;
  readonly poison: PoisonEvent | null;
}

/** One projection filling one generation of its tables: the one that readers see (live), or the next. */
export class ProjectionTrack {
  readonly handles: ReadonlySet<string>;
  place: Place = { checkpoint: 0, checkpointEvent: null, poison: null };

  constructor(
    readonly projection: Projection,
    readonly generation: number,
    readonly isLive: boolean,
  ) {
    this.handles = new Set(projection.handles);
  }

  /**
   * Projects what the batch holds after this track's place, and answers the place it would then have.
   * The caller sets `place` once the transaction has been committed. Throws StoreUnavailableError alone.
   */
  async project(batch: EventBatch, transaction: ReadStoreTransaction): Promise<Place> {
    const slice = batch.slice(this.place.checkpoint, this.handles);
    const poison = (await this.projectWhole(slice, transaction)) ?? slice.poison ?? null;
    if (poison === null) return { checkpoint: batch.end.position, checkpointEvent: batch.end.eventId, poison };
    const last = batch.lastBefore(poison.position, this.place.checkpoint);
    if (last === undefined) return { ...this.place, poison };
    return { checkpoint: last.position, checkpointEvent: last.eventId, poison };
  }

  private async projectWhole({ events }: Slice, transaction: ReadStoreTransaction): Promise<PoisonEvent | undefined> {
    if (events.length === 0) return undefined;
    const tables = transaction.tables(this.projection, this.generation);
    try {
      await transaction.attempt(() => this.projection.project(events, tables));
      return undefined;
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      return this.projectOneByOne({ events, poison: undefined }, transaction);
    }
  }

  // Finds the event that throws, and keeps what the events before it say.
  private async projectOneByOne(
    { events }: Slice,
    transaction: ReadStoreTransaction,
  ): Promise<PoisonEvent | undefined> {
    const tables = transaction.tables(this.projection, this.generation);
    for (const event of events) {
      try {
        await transaction.attempt(() => this.projection.project([event], tables));
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error;
        return poisonOf(event, error);
      }
    }
    return undefined;
  }
}
