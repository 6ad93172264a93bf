import { cutSession, openSession, type PostgresAddress } from '@waymark/postgres';
import type { Client, ClientConfig } from 'pg';

export interface HeadWatchOptions {
  readonly config: ClientConfig;
  readonly address: PostgresAddress;
  readonly schema: string;
  /** Position of the newest event, read from the record. */
  readonly readHead: () => Promise<number>;
  /** Called each time that the connection was lost, or could not be made, and is tried again. */
  readonly onReconnect?: (() => void) | undefined;
}

const POLL_MS = 1_000;
const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 10_000;

/**
 * Tells how far the record goes, whoever writes it: by notification on a connection of its own, and by looking once a second,
 * because a notification sent while the connection was away is lost. Nothing is watched while nobody listens.
 */
export class HeadWatch {
  private readonly listeners = new Set<(position: number) => void>();
  private told = 0;
  private session: Client | undefined;
  private poll: NodeJS.Timeout | undefined;
  private again: NodeJS.Timeout | undefined;
  private backOff = FIRST_BACK_OFF_MS;
  private isClosed = false;

  constructor(private readonly options: HeadWatchOptions) {}

  /** Listens from now on. Returns the way to stop. */
  add(listener: (position: number) => void): () => void {
    this.listeners.add(listener);
    if (this.poll === undefined) this.start();
    return () => this.listeners.delete(listener);
  }

  /** The record goes up to this position, as far as somebody knows. */
  announce(position: number): void {
    if (position <= this.told) return;
    this.told = position;
    for (const listener of this.listeners) queueMicrotask(() => listener(position));
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.poll);
    clearTimeout(this.again);
    if (this.session !== undefined) cutSession(this.session);
  }

  private start(): void {
    this.poll = setInterval(() => void this.look(), POLL_MS);
    this.poll.unref();
    void this.connect();
  }

  private async look(): Promise<void> {
    if (this.listeners.size === 0) return;
    try {
      this.announce(await this.options.readHead());
    } catch {
      // The next look tells; whoever reads learns of the trouble from the read.
    }
  }

  private async connect(): Promise<void> {
    try {
      const session = await openSession(this.options.config, this.options.address);
      session.on('notification', ({ payload }) => this.announce(Number(payload)));
      session.once('end', () => this.connectAgain());
      this.session = session;
      await session.query(`LISTEN ${this.options.schema}`);
      this.backOff = FIRST_BACK_OFF_MS;
      if (this.isClosed) cutSession(session);
    } catch {
      if (this.session === undefined) this.connectAgain();
    }
  }

  private connectAgain(): void {
    this.session = undefined;
    if (this.isClosed) return;
    this.options.onReconnect?.();
    this.again = setTimeout(() => void this.connect(), this.backOff);
    this.again.unref();
    this.backOff = Math.min(this.backOff * 2, LONGEST_BACK_OFF_MS);
  }
}
