import { type EventId, StoreUnavailableError } from '@waymark/kernel';
import { BareTables } from './bare-tables.js';
import { type EventBatch, poisonOf, type Slice } from './event-batch.js';
import type { Projection, TableSession } from './projection.js';
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
  /** Whether events it handles came in since the engine last looked. */
  hasWritten = false;
  /** What the next generation is looked up through while it lacks its indexes. */
  private bare: BareTables | undefined;

  constructor(
    readonly projection: Projection,
    readonly generation: number,
    readonly isLive: boolean,
  ) {
    this.handles = new Set(projection.handles);
    this.bare = isLive ? undefined : new BareTables();
  }

  /** The next generation cannot do without its indexes any longer. */
  get needsIndexes(): boolean {
    return this.bare?.needIndexes ?? false;
  }

  /** From now on the tables of this generation have their indexes. */
  isIndexed(): void {
    this.bare = undefined;
  }

  /**
   * Projects what the batch holds after a place, and answers the place that comes of it; a batch that lies before it, or behind a poison,
   * changes nothing. The caller sets `place` once the transaction has been committed. Throws StoreUnavailableError alone.
   */
  async project(batch: EventBatch, transaction: ReadStoreTransaction, from: Place): Promise<Place> {
    if (from.poison !== null || from.checkpoint >= batch.end.position) return from;
    const slice = batch.slice(from.checkpoint, this.handles);
    this.hasWritten ||= slice.events.length > 0;
    const poison = (await this.projectWhole(slice, transaction)) ?? slice.poison ?? null;
    if (poison === null) return { checkpoint: batch.end.position, checkpointEvent: batch.end.eventId, poison };
    const last = batch.lastBefore(poison.position, from.checkpoint);
    if (last === undefined) return { ...from, poison };
    return { checkpoint: last.position, checkpointEvent: last.eventId, poison };
  }

  private async projectWhole({ events }: Slice, transaction: ReadStoreTransaction): Promise<PoisonEvent | undefined> {
    if (events.length === 0) return undefined;
    const tables = this.tables(transaction);
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
    const tables = this.tables(transaction);
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

  private tables(transaction: ReadStoreTransaction): TableSession {
    const tables = transaction.tables(this.projection, this.generation);
    return this.bare?.over(tables) ?? tables;
  }
}
