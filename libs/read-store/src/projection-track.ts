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
   * changes nothing. The caller sets `place` once the transaction has been committed. Guarded, it throws StoreUnavailableError alone, and a
   * projection that throws leaves what comes before the event it throws at; else whatever the projection throws undoes the transaction.
   */
  async project(batch: EventBatch, transaction: ReadStoreTransaction, from: Place, isGuarded: boolean): Promise<Place> {
    if (from.poison !== null || from.checkpoint >= batch.end.position) return from;
    const slice = batch.slice(from.checkpoint, this.handles);
    this.hasWritten ||= slice.events.length > 0;
    const thrownAt = isGuarded
      ? await this.projectGuarded(slice, transaction)
      : await this.projectPlain(slice, transaction);
    const poison = thrownAt ?? slice.poison ?? null;
    if (poison === null) return { checkpoint: batch.end.position, checkpointEvent: batch.end.eventId, poison };
    const last = batch.lastBefore(poison.position, from.checkpoint);
    if (last === undefined) return { ...from, poison };
    return { checkpoint: last.position, checkpointEvent: last.eventId, poison };
  }

  private async projectPlain({ events }: Slice, transaction: ReadStoreTransaction): Promise<undefined> {
    if (events.length > 0) await this.projection.project(events, this.tables(transaction));
  }

  private async projectGuarded({ events }: Slice, transaction: ReadStoreTransaction): Promise<PoisonEvent | undefined> {
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

/** Brings the places of tracks forward: side by side, so that they need not wait for each other's statements, unless guarded. */
export async function projectBatch(
  batch: EventBatch,
  reached: Map<ProjectionTrack, Place>,
  transaction: ReadStoreTransaction,
  isGuarded: boolean,
): Promise<void> {
  if (isGuarded) {
    for (const [track, place] of reached) reached.set(track, await track.project(batch, transaction, place, true));
    return;
  }
  const projected = [...reached].map(async ([track, place]) => {
    reached.set(track, await track.project(batch, transaction, place, false));
  });
  // Nothing may be on its way any more when the transaction ends.
  const outcomes = await Promise.allSettled(projected);
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  // Of a statement that a row has made fail, those behind it in the transaction say nothing but that it is over.
  if (errors.length > 0) throw errors.find((error) => !(error instanceof StoreUnavailableError)) ?? errors[0];
}
