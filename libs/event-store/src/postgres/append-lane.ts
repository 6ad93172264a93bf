import type { Client, ClientConfig, QueryArrayConfig } from 'pg';
import type { Outcome, PendingAppend } from '../pending-append.js';
import type { PostgresAddress } from '../postgres-address.js';
import { batchStatement, outcomesOf } from './append-batch.js';
import { asStoreError, isCertain } from './postgres-errors.js';
import { cutSession, openSession } from './session.js';

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
}

/** One connection that carries appends, a batch at a time. It is made when it is needed, and made anew when it was lost. */
export class AppendLane {
  isBusy = false;
  private session: Client | undefined;

  constructor(private readonly options: AppendLaneOptions) {}

  /** Uses a connection that is open already. */
  adopt(session: Client): void {
    this.session = session;
    session.once('end', () => {
      if (this.session === session) this.session = undefined;
    });
  }

  /** Sends a batch and answers what became of each of its appends. Throws Unanswered. */
  async send(batch: readonly PendingAppend[]): Promise<Outcome[]> {
    const answer = await this.answerTo(batchStatement(this.options.schema, batch));
    return outcomesOf(batch, answer.slice(1, -1).split(',').map(Number));
  }

  private async answerTo(statement: QueryArrayConfig): Promise<string> {
    const session = await this.connected();
    const timer = setTimeout(() => cutSession(session), this.options.answerWithin);
    try {
      const { rows } = await session.query<[string]>(statement);
      return rows[0]![0];
    } catch (error) {
      if (isCertain(error)) throw new Unanswered(asStoreError(error, this.options.address), false);
      this.session = undefined;
      cutSession(session);
      throw new Unanswered(error, true);
    } finally {
      clearTimeout(timer);
    }
  }

  private async connected(): Promise<Client> {
    try {
      if (this.session === undefined) this.adopt(await openSession(this.options.config, this.options.address));
      return this.session!;
    } catch (error) {
      throw new Unanswered(error, false);
    }
  }

  async close(): Promise<void> {
    await this.session?.end().catch(() => undefined);
  }
}
