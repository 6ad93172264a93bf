import type { SqliteDatabase } from './driver.js';

/** What the listing keeps of an event: all that events are looked for by. */
export interface ListedEvent {
  readonly position: number;
  readonly eventId: Uint8Array;
  readonly stream: string;
  readonly type: string;
  readonly agency: string | null;
  readonly district: string | null;
}

/** What the listing has under it: the events of a stream, in the order of their revisions. */
export function streamTerm(stream: string): string {
  return `stream ${stream}`;
}

/** What the listing has under it: the events of a type. */
export function typeTerm(type: string): string {
  return `type ${type}`;
}

/** What the listing has under it: the events about an organisation, whether as agency or as district. */
export function organisationTerm(organisation: string): string {
  return `about ${organisation}`;
}

/** The events of one lot that are under a term and of a type. */
interface Entry {
  readonly lot: number;
  readonly type: string;
  /** JSON. */
  readonly positions: string;
}

/** Entries that are read at first; each time there were too few, twice as many. */
const FEW = 8;
const ALL = 2 ** 31;

/**
 * Where to find events by id, stream, type and organisation. Written a lot at a time (see newest-events.ts), sorted, inside the transaction
 * that fills the lot: rows in as many places of the file for each event would cost every append more than the event itself.
 * A lot is named by the position of its last event. `event_listed` says which lot was the last.
 */
export class EventListing {
  private readonly end;
  private readonly positionById;
  private readonly newestUnder;
  private readonly entriesUnder;
  private readonly addId;
  private readonly addEntry;
  private readonly move;

  constructor(database: SqliteDatabase) {
    this.end = database.prepare('SELECT position FROM event_listed');
    this.positionById = database.prepare('SELECT position FROM event_place WHERE event_id = ?');
    this.newestUnder = database.prepare(
      "SELECT positions ->> '$[#-1]' AS position FROM event_listing WHERE term = ? ORDER BY lot DESC LIMIT 1",
    );
    this.entriesUnder = database.prepare(
      'SELECT lot, type, positions FROM event_listing WHERE term = ? AND lot > ? ORDER BY lot LIMIT ?',
    );
    this.addId = database.prepare('INSERT INTO event_place (event_id, position) VALUES (?, ?)');
    this.addEntry = database.prepare('INSERT INTO event_listing (term, lot, type, positions) VALUES (?, ?, ?, ?)');
    this.move = database.prepare('UPDATE event_listed SET position = ?');
  }

  /** Position of the last event that is listed; 0 when none is. */
  listedTo(): number {
    return (this.end.get() as { position: number }).position;
  }

  /** Writes to the file without changing what it says. Belongs into a transaction. */
  rewrite(): void {
    const end = this.listedTo();
    this.move.run(end + 1);
    this.move.run(end);
  }

  /** Position of the listed event with this id. */
  positionOf(eventId: Uint8Array): number | undefined {
    return (this.positionById.get(eventId) as { position: number } | undefined)?.position;
  }

  /** Position of the last listed event of the stream. */
  newestOf(stream: string): number | undefined {
    return (this.newestUnder.get(streamTerm(stream)) as { position: number } | undefined)?.position;
  }

  /** Positions of the listed events of the stream, in order. */
  ofStream(stream: string): number[] {
    return this.under(streamTerm(stream), 0, Number.POSITIVE_INFINITY);
  }

  /** Positions of listed events under a term after a position, in order, at most `limit`; of these types alone when they are given. */
  under(term: string, after: number, limit: number, types?: ReadonlySet<string>): number[] {
    const found: number[] = [];
    let read = after;
    for (let most = limit === Number.POSITIVE_INFINITY ? ALL : FEW; ; most *= 2) {
      const entries = this.entriesUnder.all(term, read, most) as Entry[];
      const isAll = entries.length < most;
      // The last lot may have entries of more types than were read.
      const whole = isAll ? entries : entries.filter(({ lot }) => lot < entries.at(-1)!.lot);
      read = whole.at(-1)?.lot ?? read;
      for (const { positions } of types === undefined ? whole : whole.filter(({ type }) => types.has(type))) {
        found.push(...(JSON.parse(positions) as number[]).filter((position) => position > after));
      }
      if (isAll || found.length >= limit) return found.sort((a, b) => a - b).slice(0, limit);
    }
  }

  /** Lists the events, which follow those that are listed, as one lot. Belongs into a transaction. */
  add(events: readonly ListedEvent[]): void {
    const lot = events.at(-1)!.position;
    const byId = [...events].sort((a, b) => Buffer.compare(a.eventId, b.eventId));
    for (const { eventId, position } of byId) this.addId.run(eventId, position);
    for (const [term, types] of [...termsOf(events)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const [type, positions] of types) this.addEntry.run(term, lot, type, JSON.stringify(positions));
    }
    this.move.run(lot);
  }
}

/** The positions of the events under each term, by type; a stream is listed as a whole. */
function termsOf(events: readonly ListedEvent[]): Map<string, Map<string, number[]>> {
  const terms = new Map<string, Map<string, number[]>>();
  const list = (term: string, type: string, position: number) => {
    const types = terms.get(term) ?? new Map<string, number[]>();
    const positions = types.get(type);
    if (positions === undefined) terms.set(term, types.set(type, [position]));
    else positions.push(position);
  };
  for (const { stream, type, agency, district, position } of events) {
    list(streamTerm(stream), '', position);
    list(typeTerm(type), type, position);
    if (agency !== null) list(organisationTerm(agency), type, position);
    if (district !== null && district !== agency) list(organisationTerm(district), type, position);
  }
  return terms;
}
