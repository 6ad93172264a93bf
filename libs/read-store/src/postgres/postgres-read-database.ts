import { StoreUnavailableError } from '@waymark/kernel';
import {
  asStoreError,
  codeOf,
  cutSession,
  isConnectionLost,
  namePostgres,
  type PostgresAddress,
  postgresAddress,
  readAgain,
  readingPool,
  sessionConfig,
} from '@waymark/postgres';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Client, Pool } from 'pg';
import { type AnyTables, ReadDatabase, type ReadSession, type SqlValue } from '../read-database.js';
import { type Grammar, ReadDialect } from '../read-dialect.js';
import { Placeholders } from './placeholders.js';
import { READ_SCHEMA } from './read-schema.js';

export interface PostgresReadDatabaseOptions {
  /** `postgres://user:password@host:port/database`; schema `waymark_read` unless it names another. */
  readonly url: string;
  /** What the server shows as the name of the connections. */
  readonly applicationName?: string;
  /** Most connections at the same time; further reads wait. */
  readonly connections?: number;
}

const PATIENCE = { connect: 5_000, lock: 8_000, statement: 30_000 };
const CONNECTIONS = 8;
const IDLE_MS = 60_000;
const MOST_NAMES = 500;
/** No such table. */
const NOT_THERE = '42P01';
/** A statement was prepared while a view had other columns. */
const OTHER_COLUMNS = '0A000';

const GRAMMAR: Grammar = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (database) => new PostgresIntrospector(database),
};

const BEGIN_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE publication IN ACCESS SHARE MODE';

type Ask = (text: string, values: readonly SqlValue[]) => Promise<unknown[]>;

/** Opens the read tables of a PostgreSQL database for reading, by any number of processes. Throws StoreUnavailableError. */
export async function openPostgresReadDatabase(options: PostgresReadDatabaseOptions): Promise<PostgresReadDatabase> {
  const address = postgresAddress(options.url);
  const schema = address.schema ?? READ_SCHEMA;
  const database = new PostgresReadDatabase(options, address, schema);
  try {
    const sql = 'SELECT to_regclass($1) IS NOT NULL AS there';
    const [found] = await database.ask<{ there: boolean }>(sql, [`${schema}.projection_state`]);
    if (found!.there) return database;
    throw new StoreUnavailableError(
      `There are no read tables in schema ${schema} of the ${namePostgres(address)}. Start the projector, or correct READ_STORE_URL.`,
    );
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The tables between commits, on any free connection, or on one snapshot. */
export class PostgresReadDatabase extends ReadDatabase {
  readonly query: Kysely<AnyTables>;
  private readonly pool: Pool;
  private readonly placeholders = new Placeholders();
  private names = new Map<string, string>();
  private round = 0;

  constructor(
    options: PostgresReadDatabaseOptions,
    private readonly address: PostgresAddress,
    schema: string,
  ) {
    super();
    const name = options.applicationName ?? 'waymark reads';
    const settings = { search_path: schema };
    this.pool = readingPool(sessionConfig(address, { name, patience: PATIENCE, settings }), {
      connections: options.connections ?? CONNECTIONS,
      answerWithin: PATIENCE.statement + 2_000,
      idleFor: IDLE_MS,
    });
    this.query = builderOver((text, values) => this.ask(text, values));
  }

  tables<D>(): Kysely<D> {
    return this.query as unknown as Kysely<D>;
  }

  rows<R = Record<string, unknown>>(sql: string, parameters: readonly SqlValue[] = []): Promise<R[]> {
    return this.ask<R>(this.placeholders.numbered(sql), parameters);
  }

  checkpoint(projection: string): Promise<number> {
    return checkpointOf((text, values) => this.ask(text, values), projection);
  }

  async builtFrom(): Promise<string | undefined> {
    try {
      const [row] = await this.ask<{ record: string }>('SELECT record FROM built_from', []);
      return row?.record;
    } catch (error) {
      // Tables of a release before: only who writes them brings their schema up.
      if (codeOf(error) === NOT_THERE) return undefined;
      throw error;
    }
  }

  /** See {@link ReadDatabase.snapshot}. The work is done again when tables changed their shape meanwhile. */
  snapshot<T>(work: (session: ReadSession) => Promise<T>): Promise<T> {
    return this.read(async () => {
      const client = await unread(() => this.pool.connect());
      try {
        // The lock comes before the first select, and with it the snapshot: views and rows are of one time.
        await unread(() => client.query(BEGIN_SNAPSHOT));
        return await work(this.sessionOn(client));
      } finally {
        const isSound = await client.query('ROLLBACK').then(Boolean, () => false);
        if (!isSound) cutSession(client);
        client.release(!isSound);
      }
    });
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }

  /** Runs a select with `$1`, `$2` for its values. */
  ask<R = Record<string, unknown>>(text: string, values: readonly SqlValue[]): Promise<R[]> {
    return this.read(() => this.on(this.pool, text, values) as Promise<R[]>);
  }

  private sessionOn(client: Client): ReadSession {
    const ask: Ask = (text, values) => this.on(client, text, values);
    const query = builderOver(ask);
    return {
      query,
      tables: <D>() => query as unknown as Kysely<D>,
      rows: async <R>(sql: string, values: readonly SqlValue[] = []) =>
        (await ask(this.placeholders.numbered(sql), values)) as R[],
      checkpoint: (projection) => checkpointOf(ask, projection),
    };
  }

  /** Texts are prepared once on each connection, as far as their number is bounded. Throws Unread. */
  private async on(connection: Pool | Client, text: string, values: readonly SqlValue[]): Promise<unknown[]> {
    let name = this.names.get(text);
    if (name === undefined && this.names.size < MOST_NAMES) {
      name = `r${this.round}_${this.names.size}`;
      this.names.set(text, name);
    }
    const statement = { text, values: [...values], ...(name !== undefined && { name }) };
    return (await unread(() => connection.query(statement))).rows as unknown[];
  }

  private async read<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await readAgain(this.pool, work, (error) => error instanceof Unread && this.isPassing(error.cause));
    } catch (error) {
      throw error instanceof Unread ? this.told(error.cause) : error;
    }
  }

  private isPassing(error: unknown): boolean {
    if (codeOf(error) !== OTHER_COLUMNS) return isConnectionLost(error);
    // What is prepared from here on has names of its own.
    this.round += 1;
    this.names = new Map();
    return true;
  }

  // What is wrong with the SQL itself (classes 22 and 42) goes on as it is, but for rights.
  private told(error: unknown): unknown {
    return /^(?:22|42(?!501))/.test(codeOf(error) ?? '') ? error : asStoreError(error, this.address);
  }
}

/** The database or the way to it failed, rather than whoever reads. */
class Unread extends Error {
  constructor(override readonly cause: unknown) {
    super('The database did not answer', { cause });
  }
}

async function unread<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Unread(error);
  }
}

function builderOver(ask: Ask): Kysely<AnyTables> {
  return new Kysely<AnyTables>({ dialect: new ReadDialect(GRAMMAR, ask) });
}

async function checkpointOf(ask: Ask, projection: string): Promise<number> {
  const [row] = await ask('SELECT checkpoint FROM projection_state WHERE name = $1', [projection]);
  return (row as { checkpoint: number } | undefined)?.checkpoint ?? 0;
}
