import {
  type Appended,
  type EventId,
  type EventToAppend,
  type ExpectedRevision,
  type Instant,
  OutcomeUnknownError,
  type StoredEvent,
  type StreamName,
} from '@waymark/kernel';
import type { AppendListener, EventFilter, EventStore, Head, StoredRow } from '../event-store.js';
import { AppendTransaction } from './append-transaction.js';
import { bundledDriver, type SqliteDatabase, type SqliteDriver } from './driver.js';
import { closeEventFile, openEventFile } from './event-file.js';
import { EventQueries } from './event-queries.js';
import { NewestEvents } from './newest-events.js';
import {
  answerAppend,
  copiedEvent,
  encodeAppend,
  type Outcome,
  type PendingAppend,
  rowsOf,
} from '../pending-append.js';
import { RecentStreams } from '../recent-streams.js';
import { closedStore, readOnlyStore } from '../store-refusals.js';
import { asStoreError, isInputOutputError } from './sqlite-errors.js';

export interface SqliteEventStoreOptions {
  /** Path of the file, or `:memory:`. Its folder must exist. */
  readonly file: string;
  /** Opens an existing file for reading alone, beside a process that writes to it. */
  readonly readOnly?: boolean;
  readonly driver?: SqliteDriver;
  /** Called after each commit with the number of appends that shared it, and how long it took; for metrics and traces. */
  readonly onCommit?: (appends: number, milliseconds: number) => void;
}

/** Most appends that go into one transaction, so that the process stays responsive between them. */
const LARGEST_BATCH = 500;

/**
 * Opens the event store on a SQLite file, creating the file when it is not there.
 * One process writes to a file (hold the data folder first); others may open it read-only.
 * Throws StoreUnavailableError.
 */
export function openSqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  return new SqliteEventStore(options);
}

class SqliteEventStore implements EventStore {
  private readonly database: SqliteDatabase;
  private readonly newest: NewestEvents;
  private readonly appends: AppendTransaction;
  private readonly queries: EventQueries;
  private readonly recent: RecentStreams;
  private readonly listeners = new Set<AppendListener>();
  private waiting: PendingAppend[] = [];
  private isCommitDue = false;
  private isClosed = false;

  constructor(private readonly options: SqliteEventStoreOptions) {
    this.database = openEventFile(options.driver ?? bundledDriver, options.file, options.readOnly ?? false);
    this.newest = new NewestEvents(this.database);
    this.appends = new AppendTransaction(this.database, this.newest);
    this.queries = new EventQueries(this.database, this.newest);
    // A reader beside the writer would not learn that a stream has grown: it keeps nothing.
    this.recent = new RecentStreams(options.readOnly === true ? 0 : undefined);
  }

  readStream(stream: StreamName): Promise<readonly StoredEvent[]> {
    return this.read(() => this.recent.get(stream) ?? this.recent.put(stream, this.queries.stream(stream)));
  }

  readAll({
    after,
    limit,
    ...filter
  }: { after: number; limit: number } & EventFilter): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.after(after, limit, filter));
  }

  readStored({ after, limit }: { after: number; limit: number }): Promise<readonly StoredRow[]> {
    return this.read(() => this.queries.storedAfter(after, limit));
  }

  readEvents(eventIds: readonly EventId[]): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.withIds(eventIds));
  }

  readPositions(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.at(positions));
  }

  head(past?: Instant): Promise<Head> {
    return this.read(() => {
      if (past !== undefined) this.appends.settle();
      const { position, recordedAt } = this.newest.refresh();
      return { position, recordedAt: position === 0 ? undefined : new Date(recordedAt).toISOString() };
    });
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
    this.assertWritable();
    const encoded = encodeAppend(stream, expected, events);
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, expected, events: encoded, resolve, reject });
      this.commitSoon();
    });
  }

  async appendStored(after: number, events: readonly StoredRow[]): Promise<number> {
    this.assertWritable();
    const phase = { committing: false };
    try {
      const position = this.appends.copy(after, events.map(copiedEvent), phase);
      this.announce(position);
      return position;
    } catch (error) {
      throw this.batchFailure(error, phase.committing);
    } finally {
      this.recent.clear();
    }
  }

  onAppended(listener: AppendListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    while (this.waiting.length > 0) this.commitBatch();
    this.isClosed = true;
    closeEventFile(this.database, this.options.readOnly ?? false);
  }

  private assertOpen(): void {
    if (this.isClosed) throw closedStore();
  }

  private assertWritable(): void {
    this.assertOpen();
    if (this.options.readOnly === true) throw readOnlyStore(`file ${this.options.file}`);
  }

  private async read<T>(query: () => T): Promise<T> {
    this.assertOpen();
    try {
      return this.options.readOnly === true ? this.asOfOneMoment(query) : query();
    } catch (error) {
      throw asStoreError(error, this.options.file);
    }
  }

  // A writer beside this reader moves events from the end of the log into the listing: both have to be seen as of one moment.
  private asOfOneMoment<T>(query: () => T): T {
    this.database.exec('BEGIN');
    try {
      return query();
    } finally {
      this.database.exec('COMMIT');
    }
  }

  // Appends of one turn wait for its end and share a commit; timers and sockets get their turn before the next one.
  private commitSoon(): void {
    if (this.isCommitDue) return;
    this.isCommitDue = true;
    setImmediate(() => {
      this.isCommitDue = false;
      if (this.waiting.length > 0) this.commitBatch();
      if (this.waiting.length > 0) this.commitSoon();
    });
  }

  private commitBatch(): void {
    const batch = this.waiting.splice(0, LARGEST_BATCH);
    const startedAt = performance.now();
    const outcomes = this.commit(batch);
    if (outcomes === undefined) return;
    this.options.onCommit?.(batch.length, performance.now() - startedAt);
    const committed = batch.flatMap((append, index) => rowsOf(append, outcomes[index]!));
    batch.forEach((append, index) => answerAppend(append, outcomes[index]!, this.recent));
    const last = committed.at(-1);
    if (last !== undefined) this.announce(last.position, committed);
  }

  /** What became of each append; undefined when the transaction failed and every append of it has been told so. */
  private commit(batch: readonly PendingAppend[]): readonly Outcome[] | undefined {
    const phase = { committing: false };
    try {
      return this.appends.run(batch, phase);
    } catch (error) {
      this.recent.clear();
      const failure = this.batchFailure(error, phase.committing);
      for (const append of batch) append.reject(failure);
      return undefined;
    }
  }

  // A commit that failed while writing may have left its frames in the log file, where a crash would bring them back.
  private batchFailure(error: unknown, committing: boolean): unknown {
    if (committing && isInputOutputError(error)) return new OutcomeUnknownError((error as Error).message);
    return asStoreError(error, this.options.file);
  }

  private announce(position: number, committed?: readonly StoredRow[]): void {
    for (const listener of this.listeners) queueMicrotask(() => listener(position, committed));
  }
}
