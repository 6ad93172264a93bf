// Run, by the client @kurrent/kurrentdb-client 1.3.1, against EventStoreDB 24.6.0 built from source (one node, and three on one machine whose leaders
// were killed under load; without TLS), and against the protocol double of this library. Later servers and TLS: the double alone. See ADR 0015.
import {
  type Appended,
  type EventId,
  type EventToAppend,
  type ExpectedRevision,
  type Instant,
  type StoredEvent,
  type StreamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { EventFilter, EventStore, Head, StoredRow } from '../event-store.js';
import { shownServer } from '../kurrent-address.js';
import { assertNew, copiedEvent, encodeAppend } from '../pending-append.js';
import { encodeStoredEvent } from '../stored-event.js';
import { Appender, runsOf } from './appender.js';
import { clientMaker, KurrentConnection, type Patience, usualPatience } from './connection.js';
import { HeadSubscription } from './head-subscription.js';
import { IndexedLog } from './indexed-log.js';
import { LogReader } from './log-reader.js';
import { NewestInstant } from './newest-instant.js';
import { SentIds } from './sent-ids.js';
import { SettledInstants } from './settled-instants.js';

export interface KurrentEventStoreOptions {
  /** Connection string of the client: `kurrentdb://`, `kurrentdb+discover://`, or the older `esdb://`. */
  readonly url: string;
  /** File of the index by id and organisation; without one it lives in memory and is made anew from the log at each start. */
  readonly indexFile?: string;
  /**
   * Whether other processes write to the record at the same time. Ids are claimed before they are recorded then, which costs an append more: an
   * idempotency key used on two records at once by two processes is noticed.
   */
  readonly hasOtherWriters?: boolean;
  /** What is left out is as usual: 5 s for an answer, 10 s for an outage. */
  readonly patience?: Partial<Patience>;
  /** Called each time the subscription to the log was interrupted and is taken out again; for metrics. */
  readonly onInterrupted?: () => void;
}

/** Events looked back upon at the start for the latest instant: about as many as one process writes side by side. */
const LOOK_BACK = 100;

/**
 * Opens the event store on a KurrentDB or EventStoreDB server or cluster. Throws StoreUnavailableError when it does not serve, refuses the
 * account, or when the connection string does not hold.
 */
export async function openKurrentEventStore(options: KurrentEventStoreOptions): Promise<EventStore> {
  const make = clientMaker(options.url);
  const connection = new KurrentConnection(make, shownServer(options.url), { ...usualPatience, ...options.patience });
  const store = new KurrentEventStore(connection, make, options);
  try {
    await store.start();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class KurrentEventStore implements EventStore {
  private readonly newest = new NewestInstant();
  private readonly reader: LogReader;
  private readonly indexed: IndexedLog;
  private readonly sent: SentIds;
  private readonly appender: Appender;
  private readonly settled: SettledInstants;
  private readonly listeners = new Set<(position: number) => void>();
  private subscription: HeadSubscription | undefined;
  /** The highest position that listeners were told, or that the log had at the start. */
  private told = 0;
  private isClosed = false;

  constructor(
    private readonly connection: KurrentConnection,
    private readonly make: ConstructorParameters<typeof KurrentConnection>[0],
    private readonly options: KurrentEventStoreOptions,
  ) {
    this.reader = new LogReader(connection, ({ metadata }) => this.newest.see(Date.parse(metadata.recordedAt)));
    this.indexed = new IndexedLog(this.reader, options.indexFile ?? ':memory:');
    this.sent = new SentIds(this.indexed);
    const { reader, newest, sent } = this;
    const hasOtherWriters = options.hasOtherWriters ?? false;
    this.appender = new Appender({ connection, reader, newest, sent, hasOtherWriters });
    this.settled = new SettledInstants({
      newest,
      append: (stream, expected, events) => this.append(stream, expected, events),
      read: (stream, from) => reader.stream(stream, from),
    });
  }

  async start(): Promise<void> {
    await this.connection.warmUp();
    const [last] = await this.reader.newest(LOOK_BACK);
    this.told = last?.position ?? 0;
  }

  async readStream(stream: StreamName): Promise<readonly StoredEvent[]> {
    return this.reader.stream(stream);
  }

  async readAll({
    after,
    limit,
    types,
    organisation,
  }: { after: number; limit: number } & EventFilter): Promise<readonly StoredEvent[]> {
    this.connection.client();
    if (limit <= 0 || types?.length === 0) return [];
    if (organisation !== undefined) return this.indexed.ofOrganisation(organisation, after, limit, types);
    return this.reader.after(after, limit, types);
  }

  async readStored({ after, limit }: { after: number; limit: number }): Promise<readonly StoredRow[]> {
    const events = await this.readAll({ after, limit });
    return events.map((event) => ({
      position: event.position,
      stored: encodeStoredEvent(event.stream, event.revision, event),
    }));
  }

  async readEvents(eventIds: readonly EventId[]): Promise<readonly StoredEvent[]> {
    this.connection.client();
    return this.indexed.withIds(eventIds);
  }

  async readPositions(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    this.connection.client();
    const inOrder = [...new Set(positions)].sort((one, other) => one - other);
    const found = await this.reader.each(inOrder, (position) => this.reader.at(position));
    return found.filter((event) => event !== undefined);
  }

  async head(past?: Instant): Promise<Head> {
    if (past !== undefined) await this.settled.settle(Date.parse(past));
    const [last] = await this.reader.newest(1);
    if (last === undefined) return { position: 0, recordedAt: undefined };
    return { position: last.position, recordedAt: new Date(this.newest.inLog).toISOString() };
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
    if (this.isClosed) this.connection.client();
    const appended = await this.appender.append({ stream, expected, events: encodeAppend(stream, expected, events) });
    this.tell(appended.position);
    return appended;
  }

  /** One append after the other: after an error nothing is there beyond the one that failed. */
  async appendStored(after: number, rows: readonly StoredRow[]): Promise<number> {
    const { position: newest } = await this.head();
    if (newest !== after) throw new WrongExpectedRevisionError('The record', after, newest);
    const events = rows.map(copiedEvent);
    assertNew(events, (event) => this.sent.isElsewhere(event, event.stream));
    let position = after;
    for (const run of runsOf(events)) {
      ({ position } = await this.appender.copy(run));
      this.tell(position);
    }
    return position;
  }

  onAppended(listener: (position: number) => void): () => void {
    this.listeners.add(listener);
    // Nobody listening, nothing followed: each event would come over the line a second time.
    this.subscription ??= new HeadSubscription({
      make: this.make,
      after: this.told,
      onEvent: (position) => this.tell(position),
      onInterrupted: this.options.onInterrupted,
    });
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.appender.settled();
    this.appender.close();
    await this.subscription?.close();
    await this.connection.close();
    await this.indexed.close();
  }

  private tell(position: number): void {
    if (position <= this.told) return;
    this.told = position;
    for (const listener of this.listeners) queueMicrotask(() => listener(position));
  }
}
