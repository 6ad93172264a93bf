import { type EventStore, recordIdOf } from '@waymark/event-store';
import { type AnyEventCatalogue, type StoredEvent, StoreUnavailableError } from '@waymark/kernel';
import { assertBuiltFrom } from './built-from.js';
import type { EventBatch } from './event-batch.js';
import { EventFeed } from './event-feed.js';
import { ProgressMeter } from './progress-meter.js';
import type { Projection } from './projection.js';
import { type ProjectedBatch, ProjectedEvents } from './projected-batch.js';
import type { ProjectionProgress, ProjectionStatus } from './projection-host.js';
import { type Place, projectBatch, type ProjectionTrack } from './projection-track.js';
import type { ReadStore, ReadStoreTransaction } from './read-store.js';
import { type Entry, recordAt, TableGenerations } from './table-generations.js';

/** What the engine asks of the record of events. */
export type EventSource = Pick<EventStore, 'readAll' | 'readPositions' | 'readStored' | 'head'>;

export interface ProjectionEngineOptions {
  readonly projections: readonly Projection[];
  /** Reads stored events into their current version; each event once, for all projections. */
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly events: EventSource;
  readonly readStore: ReadStore;
  /** Tables that were built from another record are dropped, and those of this one made in their place; refused otherwise. */
  readonly replacesOtherRecord?: boolean;
  /** Most events taken at once; 1,000 unless given. Far behind, a transaction takes several such batches. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ProjectionProgress) => void;
  /** Called after each transaction with what it took; for traces. */
  readonly onProjected?: (taken: ProjectedBatch) => void;
}

const BATCH_SIZE = 1_000;
/**
 * Most batches of a transaction when tables are far behind: pages that each of them would write again are written once, and the events of
 * one alone are in memory.
 */
const BATCHES_PER_TRANSACTION = 10;
/** Whoever waits for the live tables meanwhile waits for one such transaction: after this time it takes no further batch. */
const FULL_AFTER_MS = 500;

/**
 * Turns the events of a record into the tables of all projections, batch by batch: rows and checkpoints in one transaction. One in
 * which a projection fails is undone and taken again, each projection in a savepoint of its own then. Single-handed: the caller takes one step after the other, and is the only writer
 * of the read store. After a crash it goes on from the checkpoints; a rebuild that was cut off starts again.
 */
export class ProjectionEngine {
  private readonly entries: Entry[] = [];
  private readonly feed: EventFeed;
  private readonly meter: ProgressMeter;
  private readonly generations: TableGenerations;
  /** The tables say from which record they are built: an empty one has no id yet. */
  private saysRecord = false;

  private constructor(private readonly options: ProjectionEngineOptions) {
    this.feed = new EventFeed(options.events, options.catalogue, options.batchSize ?? BATCH_SIZE);
    this.meter = new ProgressMeter(options.onProgress);
    this.generations = new TableGenerations(options.readStore, options.events);
  }

  /**
   * Prepares the tables: creates those that are new, drops those nobody projects any more, and sets up a rebuild where version
   * or shape changed, where a rebuild was cut off, and where the record does not hold the event of the checkpoint (it was restored
   * from an older copy). A projection that had stopped tries its event again. Throws StoreUnavailableError, OtherRecordError when the
   * tables were built from another record; nothing has changed then.
   */
  static async open(options: ProjectionEngineOptions): Promise<ProjectionEngine> {
    const engine = new ProjectionEngine(options);
    assertApart(options.projections);
    engine.feed.head = (await options.events.head()).position;
    await engine.compareRecord();
    const records = await options.readStore.records();
    for (const { name } of records) {
      if (!options.projections.some((projection) => projection.name === name)) await engine.generations.discard(name);
    }
    for (const projection of options.projections) {
      const record = records.find(({ name }) => name === projection.name);
      engine.entries.push(
        record === undefined
          ? await engine.generations.create(projection, engine.feed.isFarBehind(0))
          : await engine.generations.resume(projection, record),
      );
    }
    return engine;
  }

  /**
   * Takes one transaction for those in front, and one for those behind. False when there was nothing to do: all tables show
   * the whole record. Throws StoreUnavailableError; nothing has changed then, and the step can be taken again.
   */
  async step(): Promise<boolean> {
    const tracks = this.activeTracks();
    if (tracks.length === 0) return false;
    let worked = await this.advance(Math.max(...tracks.map(({ place }) => place.checkpoint)));
    const front = Math.max(...tracks.map(({ place }) => place.checkpoint));
    const rear = Math.min(...this.activeTracks().map(({ place }) => place.checkpoint));
    if (rear < front) worked = (await this.advance(rear)) || worked;
    const finished = await this.finishRebuilds();
    worked ||= finished.worked;
    this.report(worked);
    for (const entry of finished.swapped) for (const { resolve } of entry.awaited.splice(0)) resolve();
    return worked;
  }

  /** Gives committed events, in store order, which then need not be read; see {@link EventFeed.offer}. */
  offer(events: readonly StoredEvent[]): void {
    this.feed.offer(events);
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
    for (const entry of wanted) await this.generations.startNext(entry);
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
      lag: Math.max(0, this.feed.head - record.checkpoint),
      poison: record.poison,
    }));
  }

  /** See {@link TableState}. Changes after the commit that changed the tables. */
  stateOf(name: string): number {
    return this.entry(name).state;
  }

  headPosition(): number {
    return this.feed.head;
  }

  private async compareRecord(): Promise<void> {
    const { readStore, replacesOtherRecord = false } = this.options;
    const record = await recordIdOf(this.options.events);
    const builtFrom = await readStore.builtFrom();
    this.saysRecord = record !== undefined;
    if (record === builtFrom) return;
    if (!replacesOtherRecord) assertBuiltFrom(record, builtFrom);
    // First of all else: a replacement that is cut short leaves tables that are still refused.
    if (builtFrom !== undefined) for (const { name } of await readStore.records()) await this.generations.discard(name);
    await readStore.transaction((transaction) => transaction.buildFrom(record));
  }

  private activeTracks(): ProjectionTrack[] {
    return this.entries.flatMap(({ live, next }) =>
      [live, next].filter((track) => track !== undefined && track.place.poison === null),
    ) as ProjectionTrack[];
  }

  private async advance(after: number): Promise<boolean> {
    await this.indexThoseInNeed();
    const first = await this.feed.batchAfter(after);
    if (first === undefined) return false;
    const tracks = this.activeTracks().filter(({ place }) => place.checkpoint >= after);
    const taken = new ProjectedEvents(this.options.onProjected);
    const places = await this.project(first, tracks, taken, false).catch((error: unknown) => {
      if (error instanceof StoreUnavailableError) throw error;
      taken.none();
      return this.project(first, tracks, taken, true);
    });
    this.saysRecord ||= taken.count > 0;
    this.saysRecord = true;
    await this.arriveAt(places);
    this.meter.took(taken.count);
    taken.tell(tracks.map(({ projection }) => projection.name));
    return true;
  }

  /** One transaction: `first`, and further batches while far behind. Answers where each track has come. */
  private project(
    first: EventBatch,
    tracks: readonly ProjectionTrack[],
    taken: ProjectedEvents,
    isGuarded: boolean,
  ): Promise<ReadonlyMap<ProjectionTrack, Place>> {
    return this.options.readStore.transaction(async (transaction) => {
      const reached = new Map(tracks.map((track) => [track, track.place]));
      const fullAt = performance.now() + FULL_AFTER_MS;
      const most = this.feed.isFarBehind(first.end.position) ? BATCHES_PER_TRANSACTION : 1;
      let batch: EventBatch | undefined = first;
      for (let count = 1; batch !== undefined; count += 1) {
        await projectBatch(batch, reached, transaction, isGuarded);
        taken.add(batch.stored);
        if (count >= most || performance.now() >= fullAt) break;
        batch = await this.feed.batchAfter(batch.end.position);
      }
      if (!this.saysRecord) await transaction.buildFrom(await recordIdOf(this.options.events));
      await this.save(reached, transaction);
      return reached;
    });
  }

  private async save(places: ReadonlyMap<ProjectionTrack, Place>, transaction: ReadStoreTransaction): Promise<void> {
    const moved = new Map<number, { readonly to: Place; readonly names: string[] }>();
    for (const [track, place] of places) {
      if (!track.isLive || place === track.place) continue;
      const { name } = track.projection;
      const together = moved.get(place.checkpoint);
      if (place.poison !== null) await transaction.save(recordAt(this.entry(name).record, place));
      else if (together === undefined) moved.set(place.checkpoint, { to: place, names: [name] });
      else together.names.push(name);
    }
    for (const { to, names } of moved.values()) await transaction.moveTo(to, names);
  }

  // After the commit.
  private async arriveAt(places: ReadonlyMap<ProjectionTrack, Place>): Promise<void> {
    for (const [track, place] of places) {
      track.place = place;
      const entry = this.entry(track.projection.name);
      if (track.isLive) entry.record = recordAt(entry.record, place);
      if (track.isLive && track.hasWritten) entry.state += 1;
      track.hasWritten = false;
    }
    for (const entry of this.entries) {
      if (entry.next !== undefined && entry.next.place.poison !== null) {
        await this.generations.giveUp(entry, entry.next);
      }
    }
  }

  private async indexThoseInNeed(): Promise<void> {
    for (const track of this.activeTracks()) if (track.needsIndexes) await this.generations.createIndexes(track);
  }

  // One index a step, so that the live tables follow in between.
  private async finishRebuilds(): Promise<{ readonly worked: boolean; readonly swapped: readonly Entry[] }> {
    const ready = this.entries.filter(({ next }) => next !== undefined && next.place.checkpoint === this.feed.end);
    if (ready.length === 0) return { worked: false, swapped: [] };
    const tracks = ready.map(({ next }) => next!);
    for (const track of tracks) {
      if (await this.generations.createIndex(track)) return { worked: true, swapped: [] };
    }
    this.meter.report('REBUILD', tracks, this.feed.head);
    for (const entry of ready) await this.generations.swap(entry, entry.next!);
    return { worked: true, swapped: ready };
  }

  private report(worked: boolean): void {
    const rebuilding = this.entries.filter(({ next }) => next !== undefined);
    const behind = this.entries.filter(
      ({ live }) => live?.place.poison === null && this.feed.head - live.place.checkpoint > this.feed.batchSize,
    );
    if (rebuilding.length > 0)
      this.meter.report(
        'REBUILD',
        rebuilding.map(({ next }) => next!),
        this.feed.head,
      );
    else if (behind.length > 0)
      this.meter.report(
        'CATCH_UP',
        behind.map(({ live }) => live!),
        this.feed.head,
      );
    else if (worked) this.meter.finish(this.feed.head);
  }

  private entry(name: string): Entry {
    const entry = this.entries.find(({ projection }) => projection.name === name);
    if (entry === undefined) throw new TypeError(`There is no projection "${name}"`);
    return entry;
  }
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
