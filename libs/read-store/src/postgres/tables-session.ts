import {
  asStoreError,
  cutSession,
  migrate,
  openSession,
  type PostgresAddress,
  postgresAddress,
  sessionConfig,
} from '@waymark/postgres';
import type { Client, ClientConfig } from 'pg';
import type { Row } from '../table.js';
import { Turns } from '../turns.js';
import { READ_MIGRATIONS, READ_SCHEMA, tablesChannel } from './read-schema.js';

const PATIENCE = { connect: 5_000, lock: 2_000, statement: 5_000 };
/** Work that is not done after this long was sent over a dead connection. */
const ANSWER_MS = 12_000;

export interface TablesSessionOptions {
  readonly url: string;
  /** What the server shows as the name of the connection. */
  readonly name: string;
  /** Told on this connection that tables have moved or that a request was made; a hint, which may be lost. */
  readonly onNews?: () => void;
}

/** One connection to the engine's own tables (who writes, how far they are, what is asked for); made anew when it was lost. */
export class TablesSession {
  /** The schema of the tables. */
  readonly schema: string;
  private readonly address: PostgresAddress;
  private readonly config: ClientConfig;
  private readonly turns = new Turns();
  private session: Client | undefined;
  private isClosed = false;

  constructor(private readonly options: TablesSessionOptions) {
    this.address = postgresAddress(options.url);
    this.schema = this.address.schema ?? READ_SCHEMA;
    const { name } = options;
    this.config = sessionConfig(this.address, { name, patience: PATIENCE, settings: { search_path: this.schema } });
  }

  /** Makes the schema when it is not there. Throws StoreUnavailableError. */
  async open(): Promise<this> {
    await this.on(async (client) => {
      await migrate(client, this.address, { schema: this.schema, migrations: READ_MIGRATIONS, what: 'read tables' });
    });
    return this;
  }

  /** Runs one statement. Throws StoreUnavailableError. */
  ask<R = Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.on(async (client) => (await client.query(text, [...values])).rows as R[]);
  }

  /** Runs the work in a transaction. Throws what it throws, or StoreUnavailableError. */
  transaction<T>(
    work: (ask: <R>(text: string, values?: readonly unknown[]) => Promise<R[]>) => Promise<T>,
  ): Promise<T> {
    return this.on(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(async (text, values = []) => (await client.query(text, [...values])).rows as never);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => this.letGo(client));
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { session } = this;
    this.session = undefined;
    if (session !== undefined) await session.end().catch(() => undefined);
  }

  private on<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      try {
        return await this.answered(await this.connected(), work);
      } catch (error) {
        throw asStoreError(error, this.address);
      }
    });
  }

  private async answered<T>(client: Client, work: (client: Client) => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.letGo(client), ANSWER_MS);
    try {
      return await work(client);
    } finally {
      clearTimeout(timer);
    }
  }

  private async connected(): Promise<Client> {
    if (this.session !== undefined) return this.session;
    const session = await openSession(this.config, this.address);
    session.once('end', () => {
      if (this.session === session) this.session = undefined;
    });
    if (this.isClosed) {
      cutSession(session);
      return session;
    }
    this.session = session;
    const { onNews } = this.options;
    if (onNews !== undefined) {
      session.on('notification', onNews);
      await session.query(`LISTEN ${tablesChannel(this.schema)}`);
    }
    return session;
  }

  private letGo(session: Client): void {
    if (this.session === session) this.session = undefined;
    cutSession(session);
  }
}
