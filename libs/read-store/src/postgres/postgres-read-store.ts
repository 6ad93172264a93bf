import { StoreUnavailableError, Turns } from '@waymark/kernel';
import {
  assertWritable,
  asStoreError,
  codeOf,
  cutSession,
  isConnectionLost,
  migrate,
  namePostgres,
  openSession,
  type PostgresAddress,
  postgresAddress,
  sessionConfig,
} from '@waymark/postgres';
import type { Client, ClientConfig, QueryConfig } from 'pg';
import type { Projection, TableSession } from '../projection.js';
import { type ProjectionRow, recordOfRow } from '../projection-row.js';
import type { ProjectionRecord, ReadStore, ReadStoreTransaction } from '../read-store.js';
import type { Row, RowValues } from '../table.js';
import { GenerationTables } from './generation-tables.js';
import { PostgresTableSession } from './postgres-table-session.js';
import { READ_MIGRATIONS, READ_SCHEMA, tablesChannel } from './read-schema.js';

/** Looks with statements of the transaction whether it may write, and throws when not. */
export type WriteGuard = (run: (text: string, values: readonly unknown[]) => Promise<Row[]>) => Promise<void>;

export interface PostgresReadStoreOptions {
  /** `postgres://user:password@host:port/database`; schema `waymark_read` unless it names another. */
  readonly url: string;
  /** What the server shows as the name of the connection. */
  readonly applicationName?: string;
  /**
   * Runs first in each transaction and throws when this process may not write (any longer). What it locks stays locked to the end.
   */
  readonly guard?: WriteGuard | undefined;
  /** Milliseconds after which a statement that has no answer is given up, but for the making of an index. */
  readonly answerWithin?: number;
}

/** How long the server may take: an index over a large table takes minutes. */
const PATIENCE = { connect: 5_000, lock: 10_000, statement: 3_600_000 };
/** A statement other than the making of an index that has no answer after this long was sent over a dead connection. */
const ANSWER_MS = 20_000;
const SETTINGS = { jit: 'off' };
const MOVE = 'UPDATE projection_state SET checkpoint = $1, checkpoint_event = $2 WHERE name = ANY($3)';

/** Opens the read tables of a PostgreSQL database for writing, making their schema when it is not there. Throws StoreUnavailableError. */
export async function openPostgresReadStore(options: PostgresReadStoreOptions): Promise<PostgresReadStore> {
  const address = postgresAddress(options.url);
  const schema = address.schema ?? READ_SCHEMA;
  const { applicationName: name = 'waymark tables', answerWithin = ANSWER_MS, guard } = options;
  const config = {
    ...sessionConfig(address, { name, patience: PATIENCE, settings: { ...SETTINGS, search_path: schema } }),
    // The server lets go what this process held over a connection that fell silent.
    idle_in_transaction_session_timeout: answerWithin,
  };
  const session = await openSession(config, address);
  try {
    await assertWritable(session, address);
    await migrate(session, address, { schema, migrations: READ_MIGRATIONS, what: 'read tables' });
  } catch (error) {
    await session.end().catch(() => undefined);
    throw asStoreError(error, address);
  }
  return new PostgresReadStore(session, {
    config,
    address,
    announce: `NOTIFY ${tablesChannel(schema)}`,
    guard,
    answerWithin,
  });
}

type Statement = QueryConfig & { readonly rowMode?: 'array' };

interface Opened extends Pick<PostgresReadStoreOptions, 'guard'> {
  readonly config: ClientConfig;
  readonly address: PostgresAddress;
  readonly answerWithin: number;
  /** Tells other processes, from the commit on, that tables have moved. */
  readonly announce: string;
}

/** The read tables in PostgreSQL: one writing connection, one transaction at a time; made anew when it was lost. */
export class PostgresReadStore implements ReadStore {
  private session: Client | undefined;
  private readonly names = new Map<string, string>();
  private readonly sessions = new Map<Projection, Map<number, TableSession>>();
  private readonly turns = new Turns();
  private readonly statements = new Turns();
  private readonly transactionInHand: ReadStoreTransaction;
  private readonly generations = new GenerationTables((text, values) =>
    values === undefined ? this.query({ text }) : this.run(text, values),
  );
  /** Whether the transaction in hand moves a checkpoint. */
  private hasNews = false;

  constructor(
    session: Client,
    private readonly opened: Opened,
  ) {
    this.adopt(session);
    this.transactionInHand = this.operations();
  }

  records(): Promise<ProjectionRecord[]> {
    return this.turns.take(async () => {
      await this.connected();
      const rows = await this.run('SELECT * FROM projection_state ORDER BY name');
      return rows.map((row) => recordOfRow(row as unknown as ProjectionRow));
    });
  }

  builtFrom(): Promise<string | undefined> {
    return this.turns.take(async () => {
      await this.connected();
      const [row] = await this.run('SELECT record FROM built_from');
      return row?.['record'] as string | undefined;
    });
  }

  transaction<T>(work: (transaction: ReadStoreTransaction) => Promise<T>): Promise<T> {
    return this.turns.take(() => this.committed(() => work(this.transactionInHand)));
  }

  createIndex(projection: Projection, generation: number): Promise<boolean> {
    return this.turns.take(() =>
      this.committed(async () => {
        const missing = await this.generations.missingIndex(projection, generation);
        if (missing !== undefined) await this.query({ text: missing }, PATIENCE.statement);
        return missing !== undefined;
      }),
    );
  }

  async close(): Promise<void> {
    await this.turns.take(async () => {
      await this.session?.end().catch(() => undefined);
      this.session = undefined;
    });
  }

  private async committed<T>(work: () => Promise<T>): Promise<T> {
    const session = await this.connected();
    await this.plain('BEGIN');
    this.hasNews = false;
    try {
      await this.opened.guard?.((text, values) => this.run(text, values));
      const result = await work();
      await this.plain(this.hasNews ? `${this.opened.announce}; COMMIT` : 'COMMIT');
      return result;
    } catch (error) {
      await this.plain('ROLLBACK').catch(() => this.letGo(session));
      throw error;
    }
  }

  private async connected(): Promise<Client> {
    if (this.session === undefined) this.adopt(await openSession(this.opened.config, this.opened.address));
    return this.session!;
  }

  private adopt(session: Client): void {
    this.session = session;
    session.once('end', () => {
      if (this.session === session) this.session = undefined;
    });
  }

  private operations(): ReadStoreTransaction {
    return {
      tables: (projection, generation) => this.tables(projection, generation),
      attempt: (work) => this.attempt(work),
      createTables: (projection, as) => this.generations.createTables(projection, as),
      publish: (projection, generation) => this.generations.publish(projection, generation),
      dropTables: (projection, keep) => this.generations.dropTables(projection, keep),
      save: (record) => this.save(record),
      moveTo: (at, projections) => this.moveTo(at, projections),
      forget: async (name) => void (await this.run('DELETE FROM projection_state WHERE name = $1', [name])),
      buildFrom: (record) => this.buildFrom(record),
    };
  }

  private tables(projection: Projection, generation: number): TableSession {
    const generations = this.sessions.get(projection) ?? new Map<number, TableSession>();
    this.sessions.set(projection, generations);
    const known = generations.get(generation);
    if (known !== undefined) return known;
    const session = new PostgresTableSession(projection.tables, generation, (text, values) => this.lists(text, values));
    generations.set(generation, session);
    return session;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    await this.plain('SAVEPOINT attempt');
    try {
      await work();
    } catch (error) {
      // When the connection is gone the transaction is too; the error goes on as it is.
      await this.plain('ROLLBACK TO attempt; RELEASE attempt').catch(() => undefined);
      throw error;
    }
    await this.plain('RELEASE attempt');
  }

  private async save(record: ProjectionRecord): Promise<void> {
    const { name, version, shape, generation, checkpoint, checkpointEvent, state, poison } = record;
    this.hasNews = true;
    await this.run(
      `INSERT INTO projection_state VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (name) DO UPDATE SET version = $2, shape = $3, generation = $4, checkpoint = $5, checkpoint_event = $6,
         state = $7, poison = $8`,
      [name, version, shape, generation, checkpoint, checkpointEvent, state, poison && JSON.stringify(poison)],
    );
  }

  private async buildFrom(record: string | undefined): Promise<void> {
    if (record === undefined) await this.run('DELETE FROM built_from');
    else await this.run('INSERT INTO built_from VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET record = $1', [record]);
  }

  private async moveTo(
    { checkpoint, checkpointEvent }: Pick<ProjectionRecord, 'checkpoint' | 'checkpointEvent'>,
    projections: readonly string[],
  ): Promise<void> {
    this.hasNews = true;
    await this.run(MOVE, [checkpoint, checkpointEvent, projections]);
  }

  private async plain(text: string): Promise<void> {
    await this.query({ text });
  }

  private run(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.query(this.named(text, values));
  }

  private lists(text: string, values: readonly string[]): Promise<RowValues[]> {
    return this.query({ ...this.named(text, values), rowMode: 'array' });
  }

  /** A statement that is prepared once on each connection; there are a few dozen of them. */
  private named(text: string, values: readonly unknown[]): QueryConfig {
    let name = this.names.get(text);
    if (name === undefined) this.names.set(text, (name = `w${this.names.size}`));
    return { name, text, values: [...values] };
  }

  /** Statements of a transaction may come side by side; each is sent when the one before it has its answer. */
  private query<R extends Row | RowValues>(
    statement: Statement,
    answerWithin = this.opened.answerWithin,
  ): Promise<R[]> {
    return this.statements.take(() => this.answered(statement, answerWithin));
  }

  private async answered<R extends Row | RowValues>(statement: Statement, answerWithin: number): Promise<R[]> {
    const session = this.session;
    if (session === undefined) throw connectionLost(this.opened.address);
    const timer = setTimeout(() => this.letGo(session), answerWithin);
    try {
      return (await session.query(statement)).rows as R[];
    } catch (error) {
      if (isConnectionLost(error)) this.letGo(session);
      // What a row holds (classes 22 and 23) is the projection's fault, and no trouble of the database.
      throw /^2[23]/.test(codeOf(error) ?? '') ? error : asStoreError(error, this.opened.address);
    } finally {
      clearTimeout(timer);
    }
  }

  private letGo(session: Client): void {
    if (this.session === session) this.session = undefined;
    cutSession(session);
  }
}

function connectionLost(address: PostgresAddress): StoreUnavailableError {
  return new StoreUnavailableError(`The connection to the ${namePostgres(address)} was lost. It is made anew.`);
}
