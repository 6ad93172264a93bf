import type { EventStore } from '@waymark/event-store';
import type { AnyEventCatalogue, StoredEvent } from '@waymark/kernel';
import { EventBatch } from './event-batch.js';
import { ProgressMeter } from './progress-meter.js';
import type { Projection } from './projection.js';
import type { ProjectionProgress, ProjectionStatus } from './projection-host.js';
import { type Place, ProjectionTrack } from './projection-track.js';
import { type ProjectionRecord, type ProjectionState, type ReadStore, shapeOf } from './read-store.js';

/** What the engine asks of the record of events. */
export type EventSource = Pick<EventStore, 'readAll' | 'readPositions' | 'head'>;

export interface ProjectionEngineOptions {
  readonly projections: readonly Projection[];
  /** Reads stored events into their current version; each event once, for all projections. */
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly events: EventSource;
  readonly readStore: ReadStore;
  /** Most events taken in one transaction; unless given 1,000, and 4,000 when tables are far behind. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ProjectionProgress) => void;
}

const BATCH_SIZE = 1_000;
/**
 * Most events of a transaction when tables are further behind than ten batches: pages that each batch would write again are
 * written once. Whoever waits for the live tables meanwhile waits for one such transaction.
 */
const LARGE_BATCH_SIZE = 4_000;

/** One projection of the list: what readers see of it, and the tracks that work on it. */
interface Entry {
  readonly projection: Projection;
  record: ProjectionRecord;
  live: ProjectionTrack | undefined;
  next: ProjectionTrack | undefined;
  readonly awaited: { resolve: () => void; reject: (error: Error) => void }[];
}

/**
 * Turns the events of a record into the tables of all projections, batch by batch: rows and checkpoints in one transaction,
 * each projection in a savepoint of its own. Single-handed: the caller takes one step after the other, and is the only writer
 * of the read store. After a crash it goes on from the checkpoints; a rebuild that was cut off starts again.
 */
export class ProjectionEngine {
  private readonly entries: Entry[] = [];
  private readonly batchSize: number;
  private readonly meter: ProgressMeter;
  /** Position of the newest event known. */
  private head = 0;
  /** Position at which the record ended when it was last read to its end. */
  private end: number | undefined;

  private constructor(private readonly options: ProjectionEngineOptions) {
    this.batchSize = options.batchSize ?? BATCH_SIZE;
    this.meter = new ProgressMeter(options.onProgress);
  }

  /**
   * Prepares the tables: creates those that are new, drops those nobody projects any more, and sets up a rebuild where version
   * or shape changed, where a rebuild was cut off, and where the record does not hold the event of the checkpoint (it was restored
   * from an older copy). A projection that had stopped tries its event again. Throws StoreUnavailableError.
   */
  static async open(options: ProjectionEngineOptions): Promise<ProjectionEngine> {
    const engine = new ProjectionEngine(options);
    assertApart(options.projections);
    engine.head = (await options.events.head()).position;
    const records = await options.readStore.records();
    for (const { name } of records) {
      if (!options.projections.some((projection) => projection.name === name)) await engine.discard(name);
    }
    for (const projection of options.projections) {
      const record = records.find(({ name }) => name === projection.name);
      engine.entries.push(
        record === undefined ? await engine.create(projection) : await engine.resume(projection, record),
      );
    }
    return engine;
  }

  /**
   * Takes one batch for those in front, and one for those behind. False when there was nothing to do: all tables show
   * the whole record. Throws StoreUnavailableError; nothing has changed then, and the step can be taken again.
   */
  async step(): Promise<boolean> {
    const tracks = this.activeTracks();
    if (tracks.length === 0) return false;
    let worked = await this.advance(Math.max(...tracks.map(({ place }) => place.checkpoint)));
    const front = Math.max(...tracks.map(({ place }) => place.checkpoint));
    const rear = Math.min(...this.activeTracks().map(({ place }) => place.checkpoint));
    if (rear < front) worked = (await this.advance(rear)) || worked;
    const swapped = await this.finishRebuilds();
    this.report(worked || swapped.length > 0);
    for (const entry of swapped) for (const { resolve } of entry.awaited.splice(0)) resolve();
    return worked || swapped.length > 0;
  }

  /** Steps until all tables show the whole record. */
  async catchUp(): Promise<void> {
    while (await this.step());
  }

  /**
   * Begins to build tables anew beside the live ones; steps do the work, all rebuilds in one pass over the events.
   * `done` resolves when the last of them has been swapped in, and rejects when an event cannot be projected.
   */
  async beginRebuild(names?: readonly string[]): Promise<{ readonly done: Promise<void> }> {
    const wanted = names?.map((name) => this.entry(name)) ?? this.entries;
    for (const entry of wanted) await this.startNext(entry);
    const ends = wanted.map((entry) => new Promise<void>((resolve, reject) => entry.awaited.push({ resolve, reject })));
    const done = Promise.all(ends).then(() => undefined);
    // A fault is told to whoever awaits `done`; with nobody there, the status tells it.
    done.catch(() => undefined);
    return { done };
  }

  statuses(): ProjectionStatus[] {
    return this.entries.map(({ projection, record }) => ({
      name: projection.name,
      version: record.version,
      state: record.state,
      checkpoint: record.checkpoint,
      lag: Math.max(0, this.head - record.checkpoint),
      poison: record.poison,
    }));
  }

  headPosition(): number {
    return this.head;
  }

  private activeTracks(): ProjectionTrack[] {
    return this.entries.flatMap(({ live, next }) =>
      [live, next].filter((track) => track !== undefined && track.place.poison === null),
    ) as ProjectionTrack[];
  }

  private async advance(after: number): Promise<boolean> {
    const limit = this.batchAfter(after);
    const stored = await this.options.events.readAll({ after, limit });
    const last = stored.at(-1);
    this.end = stored.length < limit ? (last?.position ?? after) : undefined;
    if (last === undefined) return false;
    this.head = Math.max(this.head, last.position);
    await this.take(stored, after);
    return true;
  }

  private batchAfter(position: number): number {
    const isFarBehind = this.head - position > 10 * this.batchSize;
    return isFarBehind && this.options.batchSize === undefined ? LARGE_BATCH_SIZE : this.batchSize;
  }

  private async take(stored: readonly StoredEvent[], after: number): Promise<void> {
    const batch = new EventBatch(stored, this.options.catalogue);
    const tracks = this.activeTracks().filter(
      ({ place }) => place.checkpoint >= after && place.checkpoint < batch.end.position,
    );
    const places = await this.options.readStore.transaction(async (transaction) => {
      const reached: Place[] = [];
      for (const track of tracks) {
        const place = await track.project(batch, transaction);
        reached.push(place);
        if (track.isLive) await transaction.save(recordAt(this.entry(track.projection.name).record, place));
      }
      return reached;
    });
    tracks.forEach((track, index) => (track.place = places[index]!));
    for (const track of tracks.filter(({ isLive }) => isLive)) {
      const entry = this.entry(track.projection.name);
      entry.record = recordAt(entry.record, track.place);
    }
    for (const entry of this.entries)
      if (entry.next !== undefined && entry.next.place.poison !== null) await this.giveUp(entry);
    this.meter.took(stored.length);
  }

  private async create(projection: Projection): Promise<Entry> {
    return this.options.readStore.transaction(async (transaction) => {
      const generation = await transaction.createTables(projection);
      await transaction.publish(projection, generation);
      const record: ProjectionRecord = {
        name: projection.name,
        version: projection.version,
        shape: shapeOf(projection),
        generation,
        checkpoint: 0,
        checkpointEvent: null,
        state: 'RUNNING',
        poison: null,
      };
      await transaction.save(record);
      return {
        projection,
        record,
        live: new ProjectionTrack(projection, generation, true),
        next: undefined,
        awaited: [],
      };
    });
  }

  private async resume(projection: Projection, record: ProjectionRecord): Promise<Entry> {
    await this.options.readStore.transaction((transaction) => transaction.dropTables(record.name, record.generation));
    const isSame = record.version === projection.version && record.shape === shapeOf(projection);
    const isKnown = await this.holdsCheckpoint(record);
    const known = isKnown ? record : { ...record, checkpoint: 0, checkpointEvent: null };
    const entry: Entry = { projection, record: known, live: undefined, next: undefined, awaited: [] };
    if (isSame && isKnown) {
      entry.live = new ProjectionTrack(projection, record.generation, true);
      entry.live.place = { checkpoint: record.checkpoint, checkpointEvent: record.checkpointEvent, poison: null };
    }
    if (!isSame || !isKnown || record.state === 'REBUILDING') await this.startNext(entry);
    else entry.record = { ...record, state: 'RUNNING', poison: null };
    return entry;
  }

  private async holdsCheckpoint({ checkpoint, checkpointEvent }: ProjectionRecord): Promise<boolean> {
    if (checkpoint === 0) return true;
    const [event] = await this.options.events.readPositions([checkpoint]);
    return event?.eventId === checkpointEvent;
  }

  private async discard(name: string): Promise<void> {
    await this.options.readStore.transaction(async (transaction) => {
      await transaction.dropTables(name);
      await transaction.forget(name);
    });
  }

  private async startNext(entry: Entry): Promise<void> {
    if (entry.next !== undefined) return;
    const record: ProjectionRecord = { ...entry.record, state: 'REBUILDING', poison: null };
    const generation = await this.options.readStore.transaction(async (transaction) => {
      await transaction.save(record);
      return transaction.createTables(entry.projection);
    });
    entry.record = record;
    entry.next = new ProjectionTrack(entry.projection, generation, false);
  }

  private async finishRebuilds(): Promise<Entry[]> {
    const ready = this.entries.filter(({ next }) => next !== undefined && next.place.checkpoint === this.end);
    if (ready.length === 0) return [];
    const tracks = ready.map(({ next }) => next!);
    this.meter.report('REBUILD', tracks, this.head);
    for (const entry of ready) await this.swap(entry, entry.next!);
    return ready;
  }

  private async swap(entry: Entry, next: ProjectionTrack): Promise<void> {
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
    await this.options.readStore.transaction(async (transaction) => {
      await transaction.publish(projection, next.generation);
      await transaction.save(record);
    });
    const live = new ProjectionTrack(projection, next.generation, true);
    live.place = next.place;
    Object.assign(entry, { record, live, next: undefined });
    await this.options.readStore.transaction((transaction) => transaction.dropTables(projection.name, next.generation));
  }

  // The tables that readers see stay. They go on when this release can fill them, else they stop here.
  private async giveUp(entry: Entry): Promise<void> {
    const poison = entry.next!.place.poison!;
    const goesOn = entry.live !== undefined && entry.live.place.poison === null;
    const record: ProjectionRecord = {
      ...entry.record,
      state: goesOn ? 'RUNNING' : 'STOPPED',
      poison: goesOn ? null : poison,
    };
    await this.options.readStore.transaction(async (transaction) => {
      await transaction.save(record);
      await transaction.dropTables(record.name, record.generation);
    });
    Object.assign(entry, { record, next: undefined });
    const error = new Error(`${record.name} stopped at ${poison.type} (${poison.eventId}): ${poison.message}`);
    for (const { reject } of entry.awaited.splice(0)) reject(error);
  }

  private report(worked: boolean): void {
    const rebuilding = this.entries.filter(({ next }) => next !== undefined);
    const behind = this.entries.filter(
      ({ live }) => live?.place.poison === null && this.head - live.place.checkpoint > this.batchSize,
    );
    if (rebuilding.length > 0)
      this.meter.report(
        'REBUILD',
        rebuilding.map(({ next }) => next!),
        this.head,
      );
    else if (behind.length > 0)
      this.meter.report(
        'CATCH_UP',
        behind.map(({ live }) => live!),
        this.head,
      );
    else if (worked) this.meter.finish(this.head);
  }

  private entry(name: string): Entry {
    const entry = this.entries.find(({ projection }) => projection.name === name);
    if (entry === undefined) throw new TypeError(`There is no projection "${name}"`);
    return entry;
  }
}

function recordAt(record: ProjectionRecord, place: Place): ProjectionRecord {
  const state: ProjectionState = place.poison === null ? record.state : 'STOPPED';
  return { ...record, ...place, state };
}

function assertApart(projections: readonly Projection[]): void {
  const names = new Set<string>();
  for (const { name, tables } of projections) {
    for (const taken of [`projection ${name}`, ...tables.map((table) => `table ${table.name}`)]) {
      if (names.has(taken)) throw new TypeError(`Two projections claim the ${taken}`);
      names.add(taken);
    }
  }
}
