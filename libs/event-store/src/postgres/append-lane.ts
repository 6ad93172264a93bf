import { asStoreError, cutSession, isCertain, openSession, type PostgresAddress } from '@waymark/postgres';
import type { Client, ClientConfig, QueryArrayConfig } from 'pg';
import type { Outcome, PendingAppend } from '../pending-append.js';
import { batchStatement, outcomesOf } from './append-batch.js';

/** A batch that was not answered. `mayBeRecorded`: it had been sent, and whether it was recorded nobody knows. */
export class Unanswered extends Error {
  constructor(
    override readonly cause: unknown,
    readonly mayBeRecorded: boolean,
  ) {
    super('A batch of appends was not answered', { cause });
  }
}

export interface AppendLaneOptions {
  readonly config: ClientConfig;
  readonly address: PostgresAddress;
  readonly schema: string;
  /** Milliseconds after which a server that does not answer is given up; above what the server allows itself. */
  readonly answerWithin: number;
  /** Called when the connection was lost and is made anew. */
  readonly onReconnect?: (() => void) | undefined;
}

/**
 * The connection that carries appends. Batches may follow each other without waiting for answers: the server takes them in the order
 * in which they were sent, each as a transaction of its own. Made when it is needed, and made anew when it was lost.
 */
export class AppendLane {
  private session: Promise<Client> | undefined;
  private wasConnected = false;

  constructor(private readonly options: AppendLaneOptions) {}

  /** Sends a batch and answers what became of each of its appends. Throws Unanswered. */
  async send(batch: readonly PendingAppend[]): Promise<Outcome[]> {
    const answer = await this.answerTo(batchStatement(this.options.schema, batch));
    return outcomesOf(batch, answer.slice(1, -1).split(',').map(Number));
  }

  /** Connects ahead of the first append, so that trouble shows at the start. Throws StoreUnavailableError. */
  async connect(): Promise<void> {
    await this.connected();
  }

  async close(): Promise<void> {
    await (await this.session?.catch(() => undefined))?.end().catch(() => undefined);
  }

  private async answerTo(statement: QueryArrayConfig): Promise<string> {
    const session = await this.connected().catch((error: unknown) => {
      throw new Unanswered(error, false);
    });
    const timer = setTimeout(() => cutSession(session), this.options.answerWithin);
    try {
      const { rows } = await session.query<[string]>(statement);
      return rows[0]![0];
    } catch (error) {
      if (isCertain(error)) throw new Unanswered(asStoreError(error, this.options.address), false);
      cutSession(session);
      throw new Unanswered(error, true);
    } finally {
      clearTimeout(timer);
    }
  }

  private connected(): Promise<Client> {
    if (this.session !== undefined) return this.session;
    if (this.wasConnected) this.options.onReconnect?.();
    this.wasConnected = true;
    const { config, address } = this.options;
    // Planned once: what a batch holds makes no difference to how it is best taken.
    const options = `${config.options} -c plan_cache_mode=force_generic_plan`;
    const session = openSession({ ...config, options, pipeline: true }, address);
    const forget = () => {
      if (this.session === session) this.session = undefined;
    };
    this.session = session;
    session.then((client) => client.once('end', forget), forget);
    return session;
  }
}
