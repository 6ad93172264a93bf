import { type EventId, isUuid, type StoredEvent, type StreamName, uuidBytes } from '@waymark/kernel';
import type { EventFilter, StoredRow } from '../event-store.js';
import { decodeStoredEvent } from '../stored-event.js';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js';
import { organisationTerm, typeTerm } from './event-listing.js';
import type { NewestEvent, NewestEvents } from './newest-events.js';

/** The reads of the event log. Statements are prepared once and kept. */
export class EventQueries {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(
    private readonly database: SqliteDatabase,
    private readonly newest: NewestEvents,
  ) {}

  stream(stream: StreamName): StoredRow[] {
    this.newest.refresh();
    const newest = this.newest.inStream(stream).map(({ position }) => position);
    return this.rowsAt([...this.newest.listing.ofStream(stream), ...newest]);
  }

  withIds(eventIds: readonly EventId[]): StoredEvent[] {
    this.newest.refresh();
    const positions = eventIds.filter(isUuid).map((id) => this.newest.positionOf(uuidBytes(id)));
    return this.at(positions.filter((position) => position !== undefined));
  }

  at(positions: readonly number[]): StoredEvent[] {
    return decoded(this.rowsAt(positions));
  }

  storedAfter(after: number, limit: number): StoredRow[] {
    return this.rows(
      'SELECT position, stored FROM event_log WHERE position > ? ORDER BY position LIMIT ?',
      after,
      limit,
    );
  }

  after(after: number, limit: number, filter: EventFilter): StoredEvent[] {
    if (limit <= 0 || filter.types?.length === 0) return [];
    if (filter.organisation === undefined && filter.types === undefined) {
      return decoded(this.storedAfter(after, limit));
    }
    this.newest.refresh();
    const listed = this.listed(after, limit, filter);
    if (listed.length >= limit) return this.at(listed);
    const newest = this.newest.after(after).filter((event) => isWanted(event, filter));
    return this.at([...listed, ...newest.map(({ position }) => position)].slice(0, limit));
  }

  /** Positions of listed events that are wanted, in order. */
  private listed(after: number, limit: number, { types, organisation }: EventFilter): number[] {
    const { listing } = this.newest;
    if (organisation !== undefined) {
      return listing.under(organisationTerm(organisation), after, limit, types && new Set(types));
    }
    const ofTypes = [...new Set(types)].flatMap((type) => listing.under(typeTerm(type), after, limit));
    return ofTypes.sort((a, b) => a - b).slice(0, limit);
  }

  private rowsAt(positions: readonly number[]): StoredRow[] {
    return this.rows(
      'SELECT position, stored FROM event_log WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position',
      JSON.stringify(positions),
    );
  }

  private rows(sql: string, ...values: SqliteValue[]): StoredRow[] {
    return this.prepared(sql).all(...values) as StoredRow[];
  }

  private prepared(sql: string): SqliteStatement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

function isWanted({ type, agency, district }: NewestEvent, { types, organisation }: EventFilter): boolean {
  if (types !== undefined && !types.includes(type)) return false;
  return organisation === undefined || agency === organisation || district === organisation;
}

function decoded(rows: readonly StoredRow[]): StoredEvent[] {
  return rows.map((row) => decodeStoredEvent(row.stored, row.position));
}
