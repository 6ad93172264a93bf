import type { AllStreamResolvedEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { StoredEvent, StreamName } from '@waymark/kernel';
import type { KurrentConnection } from './connection.js';
import {
  asStoreError,
  damaged,
  isNoPlace,
  isNotThere,
  isStreamNotFound,
  NoAnswerError,
  notThere,
} from './kurrent-errors.js';
import { isBesideRecord, storedEvent } from './recorded.js';

/** Most events asked for at once. */
const PAGE = 1_000;
/** Reads from one position that failed while the server answered others: then no event begins there. */
const SURE_AFTER = 4;
/** Most calls under way at once for a look-up of many places. */
const MOST_LOOK_UPS = 16;

type ReadAllOptions = NonNullable<Parameters<KurrentDBClient['readAll']>[0]>;

/** The reads of the server, in events of ours. The server's own events are left out. */
export class LogReader {
  constructor(
    private readonly connection: KurrentConnection,
    /** Hears every event that was read. */
    private readonly onRead: (event: StoredEvent) => void,
  ) {}

  /** The events of a stream from a revision on. Throws StoreUnavailableError (DAMAGED) when its beginning is missing. */
  async stream(stream: StreamName, from = 0, limit?: number): Promise<StoredEvent[]> {
    const events = await this.connection.call(async (client) => {
      const bounds = { fromRevision: BigInt(from), ...(limit !== undefined && { maxCount: limit }) };
      const answer = client.readStream(stream, bounds);
      return this.connection.read(client, answer).catch((error: unknown) => {
        if (isStreamNotFound(error)) return [];
        throw error;
      });
    });
    return events.map(({ event }, n) => {
      const stored = this.taken(event!);
      if (stored.revision !== from + n) {
        throw damaged(
          `The stream ${stream} has lost events before revision ${stored.revision}: it was deleted or cut on the server. Restore a backup.`,
        );
      }
      return stored;
    });
  }

  /** Revision of the last event of a stream; undefined when it does not exist. */
  async lastOf(stream: StreamName): Promise<number | undefined> {
    const last = await this.connection.call((client) =>
      this.connection
        .read(client, client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }))
        .catch((error: unknown) => {
          if (isStreamNotFound(error)) return [];
          throw error;
        }),
    );
    return last[0]?.event === undefined ? undefined : Number(last[0].event.revision);
  }

  /** Events after a position, at most `limit`; of these types alone when given. */
  async after(position: number, limit: number, types?: readonly string[]): Promise<StoredEvent[]> {
    const wanted = types === undefined ? undefined : new Set(types);
    const found: StoredEvent[] = [];
    for (let from = position; found.length < limit;) {
      const { events, end } = await this.page(from, Math.min(PAGE, limit - found.length), wanted);
      found.push(...events.slice(0, limit - found.length));
      if (end === undefined) break;
      from = end;
    }
    return found;
  }

  /** Looks at events after a position. `end` is the position it came to; undefined at the end of the log. */
  private async page(
    from: number,
    limit: number,
    wanted: ReadonlySet<string> | undefined,
  ): Promise<{ events: StoredEvent[]; end: number | undefined }> {
    // The server gives the event at the position too.
    const maxCount = limit + 1;
    const fromPosition = from === 0 ? ('start' as const) : placeOf(from);
    // It knows types by their beginning; what begins like one and is another is dropped here.
    const filter = wanted && { filterOn: 'eventType' as const, prefixes: [...wanted], checkpointInterval: 1 };
    const page = await this.from({ fromPosition, maxCount, ...(filter && { filter }) });
    if (page === 'no place') {
      throw damaged(
        `No event stands at position ${from}: the log is not the one that was read before. Restore a backup.`,
      );
    }
    const events = page
      .map(({ event }) => event!)
      .filter((event) => !isBesideRecord(event) && Number(event.position.commit) > from)
      .filter(({ type }) => wanted?.has(type) ?? true)
      .map((event) => this.taken(event));
    return { events, end: page.length < maxCount ? undefined : Number(page.at(-1)!.event!.position.commit) };
  }

  /** The newest events, newest first, at most `limit`; less when the server's own events lie between them. */
  async newest(limit: number): Promise<StoredEvent[]> {
    for (let maxCount = limit + 8; ; maxCount *= 8) {
      const page = await this.all({ direction: 'backwards', fromPosition: 'end', maxCount });
      const own = page.filter(({ event }) => !isBesideRecord(event!));
      if (page.length === maxCount && own.length === 0) continue;
      return own.slice(0, limit).map(({ event }) => this.taken(event!));
    }
  }

  /** The event at exactly this position; undefined when none begins there. */
  async at(position: number): Promise<StoredEvent | undefined> {
    if (!Number.isSafeInteger(position) || position <= 0) return undefined;
    const page = await this.from({ fromPosition: placeOf(position), maxCount: 1 });
    const event = page === 'no place' ? undefined : page[0]?.event;
    return event?.position.commit === BigInt(position) && !isBesideRecord(event) ? this.taken(event) : undefined;
  }

  /** Looks many things up, a few at a time. */
  async each<T, R>(wanted: readonly T[], lookUp: (one: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < wanted.length) {
        const n = next;
        next += 1;
        results[n] = await lookUp(wanted[n]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_LOOK_UPS, wanted.length) }, work));
    return results;
  }

  private all(options: ReadAllOptions): Promise<AllStreamResolvedEvent[]> {
    return this.connection.call((client) => this.connection.read(client, client.readAll(options)));
  }

  /**
   * Reads from a position. Where no event begins the server fails at once, and the client says of that what it says of a server that is not
   * there; so the server is asked for something else in between, and only then is the place in doubt. Silence says nothing of the place.
   */
  private async from(options: ReadAllOptions): Promise<AllStreamResolvedEvent[] | 'no place'> {
    const { patience, server } = this.connection;
    const until = Date.now() + patience.outage;
    for (let failures = 0; failures < SURE_AFTER;) {
      const client = this.connection.client();
      try {
        return await this.connection.read(client, client.readAll(options));
      } catch (error) {
        if (isNoPlace(error)) return 'no place';
        if (!isNotThere(error)) throw asStoreError(error, server);
        const saysNothing = error instanceof NoAnswerError || options.fromPosition === 'start';
        if (saysNothing && Date.now() >= until) throw notThere(error, server);
        failures += saysNothing ? 0 : 1;
        this.connection.replace(client);
        await this.newest(1);
      }
    }
    return 'no place';
  }

  private taken(received: Parameters<typeof storedEvent>[0]): StoredEvent {
    const event = storedEvent(received);
    this.onRead(event);
    return event;
  }
}

function placeOf(position: number): { commit: bigint; prepare: bigint } {
  return { commit: BigInt(position), prepare: BigInt(position) };
}
