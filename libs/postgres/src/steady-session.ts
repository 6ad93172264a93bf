import { StoreUnavailableError } from '@waymark/kernel';
import type { Client, ClientConfig } from 'pg';
import { type PostgresAddress, postgresAddress } from './address/index.js';
import { cutSession } from './cut-session.js';
import { asStoreError } from './errors.js';
import { migrate, type MigratedSchema } from './migrations.js';
import { openSession, type Patience, sessionConfig } from './session.js';

const PATIENCE: Patience = { connect: 5_000, lock: 2_000, statement: 5_000 };
/** Work that is not done after this long was sent over a dead connection. */
const ANSWER_MS = 12_000;

/** Runs a statement of the transaction in hand. */
export type Ask = <R>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export interface SteadySessionOptions extends Pick<MigratedSchema, 'migrations' | 'what'> {
  readonly url: string;
  /** Unless the URL names another. */
  readonly schema: string;
  /** What the server shows as the name of the connection. */
  readonly name: string;
  readonly patience?: Partial<Patience>;
  /** Told on this connection; a hint, which may be lost. */
  readonly listen?: { readonly channel: (schema: string) => string; readonly onNews: () => void };
}

/** One connection to a schema of ours for now and then a statement, one at a time; made anew when it was lost. */
export class SteadySession {
  readonly schema: string;
  readonly address: PostgresAddress;
  private readonly config: ClientConfig;
  private last: Promise<unknown> = Promise.resolve();
  private session: Client | undefined;
  private isClosed = false;

  private constructor(private readonly options: SteadySessionOptions) {
    const { name, patience } = options;
    this.address = postgresAddress(options.url);
    this.schema = this.address.schema ?? options.schema;
    const settings = { search_path: this.schema };
    this.config = sessionConfig(this.address, { name, patience: { ...PATIENCE, ...patience }, settings });
  }

  /** Makes the schema when it is not there. Throws StoreUnavailableError. */
  static async open(options: SteadySessionOptions): Promise<SteadySession> {
    const steady = new SteadySession(options);
    const { migrations, what } = options;
    try {
      await steady.on((client) => migrate(client, steady.address, { schema: steady.schema, migrations, what }));
      return steady;
    } catch (error) {
      await steady.close();
      throw error;
    }
  }

  /** Runs one statement. Throws StoreUnavailableError. */
  ask<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.on(async (client) => (await client.query(text, [...values])).rows as R[]);
  }

  /** Runs the work in a transaction. Throws what it throws, or StoreUnavailableError. */
  transaction<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
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
    const turn = this.last.then(async () => {
      try {
        return await this.answered(await this.connected(), work);
      } catch (error) {
        throw asStoreError(error, this.address);
      }
    });
    this.last = turn.catch(() => undefined);
    return turn;
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
    if (this.isClosed) throw new StoreUnavailableError('This connection was closed.');
    const session = await openSession(this.config, this.address);
    session.once('end', () => {
      if (this.session === session) this.session = undefined;
    });
    if (this.isClosed) {
      cutSession(session);
      return session;
    }
    this.session = session;
    const { listen } = this.options;
    if (listen !== undefined) {
      session.on('notification', listen.onNews);
      await session.query(`LISTEN ${listen.channel(this.schema)}`);
    }
    return session;
  }

  private letGo(session: Client): void {
    if (this.session === session) this.session = undefined;
    cutSession(session);
  }
}
