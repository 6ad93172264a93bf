import type { StreamName } from '@waymark/kernel';
import type { StoredRow } from '../event-store.js';
import { columnsOf, type EventColumns } from '../pending-append.js';
import { decodeStoredEvent } from '../stored-event.js';
import type { SqliteDatabase } from './driver.js';
import { EventListing } from './event-listing.js';

/** Events that the listing leaves to be found in memory: about as many as it takes at a time. */
const LOT = 512;

/** An event that the listing does not name yet. */
export interface NewestEvent extends EventColumns {
  readonly position: number;
}

/** The newest event of the log. */
export interface Newest {
  readonly position: number;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number;
}

const NONE: Newest = { position: 0, recordedAt: Number.NEGATIVE_INFINITY };

/**
 * The events behind the end of the listing, by id and by stream: at most a lot and a batch of appends, read from the log when the file
 * is opened. The log alone holds the truth: whatever it has that is not here, or no longer, is found by {@link refresh}.
 */
export class NewestEvents {
  readonly listing: EventListing;
  private readonly headOf;
  private readonly rowAt;
  private readonly rowsAfter;
  private events: NewestEvent[] = [];
  private readonly byId = new Map<string, NewestEvent>();
  private readonly byStream = new Map<StreamName, NewestEvent[]>();
  /** The newest event that is known; undefined when the file has to be asked. */
  private known: Newest | undefined;

  constructor(database: SqliteDatabase) {
    this.listing = new EventListing(database);
    this.headOf = database.prepare('SELECT max(position) AS position FROM event_log');
    this.rowAt = database.prepare('SELECT position, stored FROM event_log WHERE position = ?');
    this.rowsAfter = database.prepare('SELECT position, stored FROM event_log WHERE position > ? ORDER BY position');
  }

  /** Brings this up to the log as it stands. Another connection may have written, the transaction of this one may have failed. */
  refresh(): Newest {
    const head = (this.headOf.get() as { position: number | null }).position ?? 0;
    if (this.known?.position === head) return this.known;
    const listed = this.listing.listedTo();
    if (this.known === undefined || listed > this.known.position) this.forget();
    const kept = this.events.filter(({ position }) => position > listed);
    const rows = this.rowsAfter.all(Math.max(listed, kept.at(-1)?.position ?? 0)) as StoredRow[];
    this.hold([...kept, ...rows.map(newestEvent)]);
    this.known = this.events.at(-1) ?? this.rowOf(head);
    return this.known;
  }

  /** Adds an event that was written to the log in this transaction. */
  add(event: NewestEvent): void {
    this.events.push(event);
    this.index(event);
    this.known = event;
  }

  /** Lists what is not listed yet when that makes a lot. Belongs into the transaction of an append. */
  list(): void {
    if (this.events.length < LOT) return;
    this.listing.add(this.events);
    this.hold([]);
  }

  /** The transaction did not go through, or may not have: the log knows which events there are. */
  forget(): void {
    this.hold([]);
    this.known = undefined;
  }

  /** The events behind the listing that come after a position, in order. */
  after(position: number): readonly NewestEvent[] {
    return this.events.filter((event) => event.position > position);
  }

  inStream(stream: StreamName): readonly NewestEvent[] {
    return this.byStream.get(stream) ?? [];
  }

  /** Revision of the last event of the stream, listed or not; −1 when the stream does not exist. */
  revisionOf(stream: StreamName): number {
    const newest = this.byStream.get(stream)?.at(-1);
    if (newest !== undefined) return newest.revision;
    const position = this.listing.newestOf(stream);
    return position === undefined ? -1 : this.eventAt(position).revision;
  }

  /** Position of the event with this id, listed or not. */
  positionOf(eventId: Uint8Array): number | undefined {
    return this.byId.get(keyOf(eventId))?.position ?? this.listing.positionOf(eventId);
  }

  /** The event at a position that the log is known to have. */
  eventAt(position: number): NewestEvent {
    return newestEvent(this.rowAt.get(position) as StoredRow);
  }

  private rowOf(position: number): Newest {
    return position === 0 ? NONE : this.eventAt(position);
  }

  private hold(events: NewestEvent[]): void {
    this.byId.clear();
    this.byStream.clear();
    this.events = events;
    for (const event of events) this.index(event);
  }

  private index(event: NewestEvent): void {
    this.byId.set(keyOf(event.eventId), event);
    const others = this.byStream.get(event.stream);
    if (others === undefined) this.byStream.set(event.stream, [event]);
    else others.push(event);
  }
}

/** The bytes of an id as a text to look it up by. */
function keyOf(eventId: Uint8Array): string {
  return Buffer.from(eventId.buffer, eventId.byteOffset, eventId.byteLength).toString('latin1');
}

function newestEvent({ position, stored }: StoredRow): NewestEvent {
  return { position, ...columnsOf(decodeStoredEvent(stored, position)) };
}
