import { setTimeout as passing } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { cutSession } from './cut-session.js';

/** A connection without an answer for this long is asked about, over another one. */
const LOOK_AFTER_MS = 4_000;
const TICK_MS = 1_000;
/** What was sent has reached the other side by then. */
const ARRIVES_MS = 500;
/** A look that takes longer has met a silent line itself. */
const LOOK_MS = 10_000;

interface Watched {
  readonly client: Client;
  /** Of the server's process, which may be another than the client was told when a pooler stands between. */
  readonly pid: number;
  readonly began: string;
  bytesRead: number;
  silentSince: number | undefined;
}

interface Standing {
  readonly pid: number;
  readonly began: string;
}

const servers = new Map<string, SilenceWatch>();

/**
 * Watches a connection from now on until it ends. A line may fall silent without either end being told: then requests on it would wait
 * for as long as each may take, one connection after the other. So when one has no answer for a few seconds, the server is asked over a new
 * connection whether it works on anything of ours at all; those whose answer is lost are ended on both sides, so that whoever waits goes on
 * over another one and what they held is free. Slow answers are waited for.
 */
export async function watchForSilence(client: Client, config: ClientConfig): Promise<void> {
  const { rows } = await client.query<Standing>(
    'SELECT pid, backend_start::text AS began FROM pg_stat_get_activity(pg_backend_pid())',
  );
  const server = `${config.user}@${config.host}:${config.port}/${config.database}`;
  const watch = servers.get(server) ?? new SilenceWatch(config, () => servers.delete(server));
  servers.set(server, watch);
  watch.add({ ...rows[0]!, client, bytesRead: bytesReadOf(client), silentSince: undefined });
}

/** The connections of this process to one database, by one account. */
class SilenceWatch {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(
    private readonly config: ClientConfig,
    private readonly onEmpty: () => void,
  ) {}

  add(one: Watched): void {
    this.watched.add(one);
    one.client.once('end', () => this.remove(one));
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  private remove(one: Watched): void {
    this.watched.delete(one);
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.onEmpty();
  }

  private tick(): void {
    const now = performance.now();
    for (const one of this.watched) {
      const bytesRead = bytesReadOf(one.client);
      const isWaiting = bytesRead === one.bytesRead && !isIdle(one.client);
      one.silentSince = isWaiting ? (one.silentSince ?? now) : undefined;
      one.bytesRead = bytesRead;
    }
    const isSuspect = ({ silentSince }: Watched) => silentSince !== undefined && now - silentSince >= LOOK_AFTER_MS;
    if (!this.isLooking && [...this.watched].some(isSuspect)) void this.look();
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    const asking = new Client({ ...this.config, application_name: 'waymark look' });
    asking.on('error', () => undefined);
    const bound = setTimeout(() => cutSession(asking), LOOK_MS);
    try {
      await asking.connect();
      if ((await this.endSilent(asking)) > 0) await this.lookAtIdle(asking);
    } catch {
      // No new connection either: whoever waits learns it by the bound of the request, and the next look tells more.
    } finally {
      this.isLooking = false;
      clearTimeout(bound);
      void asking.end().catch(() => undefined);
    }
  }

  /** Those that wait for an answer which the server does not work on. Answers how many there were. */
  private async endSilent(asking: Client): Promise<number> {
    const waiting = [...this.watched]
      .filter(({ client }) => !isIdle(client))
      .map((one) => ({ one, heard: bytesReadOf(one.client) }));
    // What was sent just now reaches the server before it is asked, and what it has answered arrives after.
    await passing(ARRIVES_MS);
    const atWork = await workedOn(
      asking,
      waiting.map(({ one }) => one),
    );
    await passing(ARRIVES_MS);
    const silent = waiting
      .filter(({ one, heard }) => !atWork.has(one) && !isIdle(one.client) && bytesReadOf(one.client) === heard)
      .map(({ one }) => one);
    for (const { client } of silent) cutSession(client);
    await terminate(asking, silent);
    return silent.length;
  }

  /** One was dead: the others are asked for a sign of life before anybody needs them. */
  private async lookAtIdle(asking: Client): Promise<void> {
    const idle = [...this.watched].filter(({ client }) => isIdle(client));
    for (const { client } of idle) void client.query('SELECT').catch(() => undefined);
    await this.endSilent(asking);
  }
}

/** Those whose request the server has in hand, and is not stuck with telling the answer. */
async function workedOn(asking: Client, all: readonly Watched[]): Promise<Set<Watched>> {
  const { rows } = await asking.query<Standing>(
    `SELECT pid, backend_start::text AS began FROM pg_stat_activity
      WHERE pid = ANY($1) AND (state IS NULL OR state NOT LIKE 'idle%') AND wait_event IS DISTINCT FROM 'ClientWrite'`,
    [all.map(({ pid }) => pid)],
  );
  return new Set(all.filter((one) => rows.some(({ pid, began }) => pid === one.pid && began === one.began)));
}

/** Ends the server's side too, which holds locks and an open transaction until it learns that nobody is there. */
async function terminate(asking: Client, silent: readonly Watched[]): Promise<void> {
  for (const { pid, began } of silent) {
    await asking.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2',
      [pid, began],
    );
  }
}

interface Inner {
  readonly readyForQuery: boolean;
  readonly connection: { readonly stream: { readonly bytesRead: number } };
}

function isIdle(client: Client): boolean {
  return (client as unknown as Inner).readyForQuery;
}

function bytesReadOf(client: Client): number {
  return (client as unknown as Inner).connection.stream.bytesRead;
}
