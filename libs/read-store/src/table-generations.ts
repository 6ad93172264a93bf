import type { EventStore } from '@waymark/event-store';
import type { Projection } from './projection.js';
import { type Place, ProjectionTrack } from './projection-track.js';
import { type ProjectionRecord, type ProjectionState, type ReadStore, shapeOf } from './read-store.js';

/** One projection of the list: what readers see of it, and the tracks that work on it. */
export interface Entry {
  readonly projection: Projection;
  record: ProjectionRecord;
  live: ProjectionTrack | undefined;
  next: ProjectionTrack | undefined;
  /** See {@link TableState}. */
  state: number;
  readonly awaited: { resolve: () => void; reject: (error: Error) => void }[];
}

/** Life of the generations of tables: made, filled beside those that readers see, swapped in, given up, dropped. */
export class TableGenerations {
  constructor(
    private readonly readStore: ReadStore,
    private readonly events: Pick<EventStore, 'readPositions'>,
  ) {}

  /** Tables of a projection that is new here: filled before the eyes of readers, or, when that would take long, beside empty ones. */
  async create(projection: Projection, isFarBehind: boolean): Promise<Entry> {
    const record = await this.readStore.transaction(async (transaction) => {
      const generation = await transaction.createTables(projection, 'INDEXED');
      await transaction.publish(projection, generation);
      const made: ProjectionRecord = {
        name: projection.name,
        version: projection.version,
        shape: shapeOf(projection),
        generation,
        checkpoint: 0,
        checkpointEvent: null,
        state: 'RUNNING',
        poison: null,
      };
      await transaction.save(made);
      return made;
    });
    const entry: Entry = { projection, record, live: undefined, next: undefined, state: 0, awaited: [] };
    if (isFarBehind) await this.startNext(entry);
    else entry.live = new ProjectionTrack(projection, record.generation, true);
    return entry;
  }

  /** Takes up the tables of an earlier run, or begins to build them anew where they cannot be gone on with. */
  async resume(projection: Projection, record: ProjectionRecord): Promise<Entry> {
    await this.readStore.transaction((transaction) => transaction.dropTables(record.name, record.generation));
    const isSame = record.version === projection.version && record.shape === shapeOf(projection);
    const isKnown = await this.holdsCheckpoint(record);
    const known = isKnown ? record : { ...record, checkpoint: 0, checkpointEvent: null };
    const entry: Entry = { projection, record: known, live: undefined, next: undefined, state: 0, awaited: [] };
    const isCutOff = record.state === 'REBUILDING';
    // Empty tables whose first filling was cut off are filled once, not twice.
    if (isSame && isKnown && !(isCutOff && record.checkpoint === 0)) {
      entry.live = new ProjectionTrack(projection, record.generation, true);
      entry.live.place = { checkpoint: record.checkpoint, checkpointEvent: record.checkpointEvent, poison: null };
    }
    if (!isSame || !isKnown || isCutOff) await this.startNext(entry);
    else await this.runAgain(entry);
    return entry;
  }

  private async runAgain(entry: Entry): Promise<void> {
    if (entry.record.state === 'RUNNING') return;
    entry.record = { ...entry.record, state: 'RUNNING', poison: null };
    await this.readStore.transaction((transaction) => transaction.save(entry.record));
  }

  /** Drops everything of a projection that is no longer there. */
  async discard(name: string): Promise<void> {
    await this.readStore.transaction(async (transaction) => {
      await transaction.dropTables(name);
      await transaction.forget(name);
    });
  }

  /** Begins the next generation, unless one is being filled already. */
  async startNext(entry: Entry): Promise<void> {
    if (entry.next !== undefined) return;
    const record: ProjectionRecord = { ...entry.record, state: 'REBUILDING', poison: null };
    const generation = await this.readStore.transaction(async (transaction) => {
      await transaction.save(record);
      return transaction.createTables(entry.projection, 'BARE');
    });
    entry.record = record;
    entry.next = new ProjectionTrack(entry.projection, generation, false);
  }

  /** Makes one index that a generation lacks; false when it lacks none. */
  createIndex({ projection, generation }: ProjectionTrack): Promise<boolean> {
    return this.readStore.createIndex(projection, generation);
  }

  async createIndexes(track: ProjectionTrack): Promise<void> {
    while (await this.createIndex(track));
    track.isIndexed();
  }

  /** Lets readers see the next generation, which has all its indexes, and drops the one before. */
  async swap(entry: Entry, next: ProjectionTrack): Promise<void> {
    const { projection } = entry;
    const record = recordAt(
      {
        ...entry.record,
        version: projection.version,
        shape: shapeOf(projection),
        generation: next.generation,
        state: 'RUNNING',
      },
      next.place,
    );
    await this.readStore.transaction(async (transaction) => {
      await transaction.publish(projection, next.generation);
      await transaction.save(record);
    });
    const live = new ProjectionTrack(projection, next.generation, true);
    live.place = next.place;
    Object.assign(entry, { record, live, next: undefined, state: entry.state + 1 });
    await this.readStore.transaction((transaction) => transaction.dropTables(projection.name, next.generation));
  }

  /**
   * Ends a rebuild at an event that cannot be projected. The tables that readers see stay; they go on when this release can fill them,
   * else they stop here. Where readers see none yet, they get what comes before the event.
   */
  async giveUp(entry: Entry, next: ProjectionTrack): Promise<void> {
    const poison = next.place.poison!;
    if (entry.live === undefined && entry.record.checkpoint === 0) {
      await this.createIndexes(next);
      await this.swap(entry, next);
    } else {
      const goesOn = entry.live !== undefined && entry.live.place.poison === null;
      const record: ProjectionRecord = {
        ...entry.record,
        state: goesOn ? 'RUNNING' : 'STOPPED',
        poison: goesOn ? null : poison,
      };
      await this.readStore.transaction(async (transaction) => {
        await transaction.save(record);
        await transaction.dropTables(record.name, record.generation);
      });
      Object.assign(entry, { record, next: undefined });
    }
    const error = new Error(`${entry.record.name} stopped at ${poison.type} (${poison.eventId}): ${poison.message}`);
    for (const { reject } of entry.awaited.splice(0)) reject(error);
  }

  private async holdsCheckpoint({ checkpoint, checkpointEvent }: ProjectionRecord): Promise<boolean> {
    if (checkpoint === 0) return true;
    const [event] = await this.events.readPositions([checkpoint]);
    return event?.eventId === checkpointEvent;
  }
}

/** The record of a projection whose tables have come to a place. */
export function recordAt(record: ProjectionRecord, place: Place): ProjectionRecord {
  const state: ProjectionState = place.poison === null ? record.state : 'STOPPED';
  return { ...record, ...place, state };
}
