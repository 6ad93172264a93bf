import {
  type Appended,
  type EventId,
  type EventToAppend,
  type ExpectedRevision,
  type Instant,
  StoreUnavailableError,
  type StoredEvent,
  type StreamName,
} from '@waymark/kernel';
import {
  assertWritable,
  asStoreError,
  migrate,
  type MigratedSchema,
  namePostgres,
  openSession,
  type Patience,
  type PostgresAddress,
  postgresAddress,
  readAgain,
  readingPool,
  sessionConfig,
  versionOf,
} from '@waymark/postgres';
import type { Client, ClientConfig, Pool } from 'pg';
import type { EventFilter, EventStore, Head, StoredRow } from '../event-store.js';
import { answerAppend, copiedEvent, encodeAppend, type Outcome, type PendingAppend } from '../pending-append.js';
import { RecentStreams } from '../recent-streams.js';
import { closedStore, readOnlyStore } from '../store-refusals.js';
import { appendStored } from './append-stored.js';
import { AppendLane } from './append-lane.js';
import { AppendWriter } from './append-writer.js';
import { EventQueries } from './event-queries.js';
import { HeadWatch } from './head-watch.js';
import { MIGRATIONS } from './migrations.js';

export interface PostgresEventStoreOptions {
  /** `postgres://user:password@host:port/database`, see {@link postgresAddress}; schema `waymark_events` unless it names another. */
  readonly url: string;
  /** Reads alone: makes no schema and refuses appends. */
  readonly readOnly?: boolean;
  /** What the server shows as the name of the connections. */
  readonly applicationName?: string;
  /** Most connections for reading; appends and listening take one more each. */
  readonly readConnections?: number;
  /** How long the server may take, in milliseconds; what is left out stays as it is. */
  readonly patience?: Partial<Patience>;
  /** Called after each commit with the number of appends that shared it, and how long it took; for metrics and traces. */
  readonly onCommit?: (appends: number, milliseconds: number) => void;
  /** Called each time that a connection was lost, for appends or for hints, and is made anew; for metrics. */
  readonly onReconnect?: () => void;
}

const SCHEMA = 'waymark_events';
const PATIENCE: Patience = { connect: 10_000, lock: 4_000, statement: 8_000 };
// All selects have an index that gives the order they ask for; a plan made while the table was small must not outlive that.
const SETTINGS = { enable_seqscan: 'off', enable_bitmapscan: 'off' };
const READ_CONNECTIONS = 8;
const IDLE_MS = 30_000;

/**
 * Opens the event store in a PostgreSQL database (15 or newer), making its schema when it is not there. Any number of processes may have it open.
 * Throws StoreUnavailableError, and an Error when the URL does not hold (see postgresAddress).
 */
export async function openPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
  const address = postgresAddress(options.url);
  const schema = address.schema ?? SCHEMA;
  const patience = { ...PATIENCE, ...options.patience };
  const config = sessionConfig(address, { name: options.applicationName ?? 'waymark', patience, settings: SETTINGS });
  const session = await openSession(config, address);
  try {
    const record = { schema, migrations: MIGRATIONS, what: 'record' };
    if (options.readOnly === true) await assertRecord(session, address, record);
    else await makeReady(session, address, record);
  } catch (error) {
    throw asStoreError(error, address);
  } finally {
    await session.end().catch(() => undefined);
  }
  const store = new PostgresEventStore({ ...options, address, schema, config, patience });
  await store.start();
  return store;
}

async function makeReady(session: Client, address: PostgresAddress, record: MigratedSchema): Promise<void> {
  await assertWritable(session, address);
  await migrate(session, address, record);
}

async function assertRecord(session: Client, address: PostgresAddress, record: MigratedSchema): Promise<void> {
  if ((await versionOf(session, address, record)) !== undefined) return;
  throw new StoreUnavailableError(
    `There is no record in schema ${record.schema} of the ${namePostgres(address)}. Start Waymark once, or correct EVENT_STORE_URL.`,
  );
}

interface Opened extends PostgresEventStoreOptions {
  readonly address: PostgresAddress;
  readonly schema: string;
  readonly config: ClientConfig;
  readonly patience: Patience;
}

class PostgresEventStore implements EventStore {
  private readonly lane: AppendLane;
  private readonly writer: AppendWriter;
  private readonly pool: Pool;
  private readonly queries: EventQueries;
  private readonly watch: HeadWatch;
  private readonly recent = new RecentStreams();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: Opened) {
    const { address, schema, config, patience } = options;
    // The server gives a statement up first; beyond that it does not answer at all.
    const answerWithin = patience.statement + 2_000;
    const { onReconnect } = options;
    this.lane = new AppendLane({ config, address, schema, answerWithin, onReconnect });
    this.writer = new AppendWriter({
      lane: this.lane,
      resolveWithin: patience.statement,
      onAnswered: (batch, outcomes, milliseconds) => this.answer(batch, outcomes, milliseconds),
    });
    const connections = options.readConnections ?? READ_CONNECTIONS;
    this.pool = readingPool(config, { connections, answerWithin, idleFor: IDLE_MS });
    this.queries = new EventQueries(schema, async <Row extends object>(text: string, values: readonly unknown[]) => {
      const { rows } = await this.pool.query<Row>(text, [...values]);
      return rows;
    });
    const readHead = async () => (await this.queries.newest())?.position ?? 0;
    this.watch = new HeadWatch({ config, address, schema, readHead, onReconnect });
  }

  /** Connects for appends already, so that the first does not wait for it. */
  async start(): Promise<void> {
    if (this.options.readOnly !== true) await this.lane.connect();
  }

  readStream(stream: StreamName): Promise<readonly StoredEvent[]> {
    return this.read(async () => {
      const held = this.recent.get(stream);
      const rows = await this.queries.stream(stream, held?.length ?? 0);
      // Others write too: what is held is the beginning of the stream, and may be all of it.
      if (held === undefined) return this.recent.put(stream, rows);
      this.recent.extend(stream, held.length, rows);
      return this.recent.get(stream) ?? this.recent.put(stream, await this.queries.stream(stream, 0));
    });
  }

  readAll({
    after: position,
    limit,
    ...filter
  }: { after: number; limit: number } & EventFilter): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.after(position, limit, filter));
  }

  readStored({ after: position, limit }: { after: number; limit: number }): Promise<readonly StoredRow[]> {
    return this.read(() => this.queries.storedAfter(position, limit));
  }

  readEvents(eventIds: readonly EventId[]): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.withIds(eventIds));
  }

  readPositions(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    return this.read(() => this.queries.at(positions));
  }

  head(past?: Instant): Promise<Head> {
    return this.read(async () => {
      if (past !== undefined) await this.queries.settle(Date.parse(past));
      const newest = await this.queries.newest();
      if (newest === undefined) return { position: 0, recordedAt: undefined };
      return { position: newest.position, recordedAt: new Date(newest.recordedAt).toISOString() };
    });
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
    this.assertWritable();
    const encoded = encodeAppend(stream, expected, events);
    return new Promise((resolve, reject) => {
      this.writer.add({ stream, expected, events: encoded, resolve, reject });
    });
  }

  async appendStored(after: number, rows: readonly StoredRow[]): Promise<number> {
    this.assertWritable();
    const { address, schema } = this.options;
    const events = rows.map(copiedEvent);
    try {
      const position = await appendStored(this.pool, schema, { after, events });
      this.watch.announce(position);
      return position;
    } catch (error) {
      throw asStoreError(error, address);
    }
  }

  onAppended(listener: (position: number) => void): () => void {
    return this.watch.add(listener);
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.writer.settled();
    this.watch.close();
    await Promise.all([this.pool.end(), this.lane.close()]);
  }

  private assertOpen(): void {
    if (this.closing !== undefined) throw closedStore();
  }

  private assertWritable(): void {
    this.assertOpen();
    if (this.options.readOnly === true) throw readOnlyStore(namePostgres(this.options.address));
  }

  private async read<T>(query: () => Promise<T>): Promise<T> {
    this.assertOpen();
    try {
      return await readAgain(this.pool, query);
    } catch (error) {
      throw asStoreError(error, this.options.address);
    }
  }

  private answer(batch: readonly PendingAppend[], outcomes: readonly Outcome[], milliseconds: number): void {
    this.options.onCommit?.(batch.length, milliseconds);
    const heads = batch.map((append, index) => answerAppend(append, outcomes[index]!, this.recent));
    this.watch.announce(Math.max(...heads));
  }
}
