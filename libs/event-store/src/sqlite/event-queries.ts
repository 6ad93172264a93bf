import type { EventId, StoredEvent, StreamName } from '@waymark/kernel';
import type { EventFilter } from '../event-store.js';
import { decodeStoredEvent } from '../stored-event.js';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js';
import { organisationTerm, typeTerm } from './event-listing.js';
import type { StoredRow } from '../recent-streams.js';

/** Above this many types a listing walks the log itself and leaves out what is not wanted. */
const MOST_MERGED_TYPES = 50;

const LISTED = 'SELECT position FROM event_listing WHERE term = ? AND position > ?';
const LISTED_IN_LOG =
  'SELECT position FROM event_listing CROSS JOIN event_log USING (position) WHERE term = ? AND position > ?';
/** The newest events, which the listing does not name yet: few enough to look at each. */
const UNLISTED = 'SELECT position FROM event_log WHERE position > max(?, (SELECT position FROM event_listed))';

/** The reads of the event log. Statements are prepared once and kept. */
export class EventQueries {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(private readonly database: SqliteDatabase) {}

  stream(stream: StreamName): StoredRow[] {
    return this.rows('SELECT position, stored FROM event_log WHERE stream = ? ORDER BY revision', stream);
  }

  withIds(eventIds: readonly EventId[]): StoredEvent[] {
    const bare = eventIds.map((id) => id.replaceAll('-', ''));
    return this.events(
      `SELECT position, stored FROM event_log
       WHERE event_id IN (SELECT unhex(value) FROM json_each(?)) ORDER BY position`,
      JSON.stringify(bare),
    );
  }

  at(positions: readonly number[]): StoredEvent[] {
    return this.events(
      'SELECT position, stored FROM event_log WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position',
      JSON.stringify(positions),
    );
  }

  after(after: number, limit: number, { types, organisation }: EventFilter): StoredEvent[] {
    if (limit <= 0 || types?.length === 0) return [];
    if (organisation !== undefined) return this.ofOrganisation(after, limit, organisation, types);
    if (types !== undefined) return this.ofTypes(after, limit, [...new Set(types)]);
    return this.events(
      'SELECT position, stored FROM event_log WHERE position > ? ORDER BY position LIMIT ?',
      after,
      limit,
    );
  }

  private ofTypes(after: number, limit: number, types: readonly string[]): StoredEvent[] {
    if (types.length > MOST_MERGED_TYPES) {
      return this.events(
        `SELECT position, stored FROM event_log
         WHERE position > ? AND +type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?`,
        after,
        JSON.stringify(types),
        limit,
      );
    }
    return this.merged(
      [...types.map(() => LISTED), `${UNLISTED} AND type IN (SELECT value FROM json_each(?))`],
      [...types.flatMap((type) => [typeTerm(type), after]), after, JSON.stringify(types)],
      limit,
    );
  }

  private ofOrganisation(
    after: number,
    limit: number,
    organisation: string,
    types: readonly string[] | undefined,
  ): StoredEvent[] {
    const wanted = types === undefined ? '' : ' AND type IN (SELECT value FROM json_each(?))';
    const listed = types === undefined ? LISTED : `${LISTED_IN_LOG}${wanted}`;
    const names = types === undefined ? [] : [JSON.stringify(types)];
    return this.merged(
      [listed, `${UNLISTED} AND (agency = ? OR district = ?)${wanted}`],
      [organisationTerm(organisation), after, ...names, after, organisation, organisation, ...names],
      limit,
    );
  }

  // SQLite merges sorted terms row by row and stops at the limit, so that a page costs what it holds, wherever it lies.
  private merged(terms: readonly string[], values: readonly SqliteValue[], limit: number): StoredEvent[] {
    return this.events(
      `SELECT position, stored FROM event_log
       WHERE position IN (SELECT position FROM (${terms.join(' UNION ')} ORDER BY position LIMIT ?)) ORDER BY position`,
      ...values,
      limit,
    );
  }

  private events(sql: string, ...values: SqliteValue[]): StoredEvent[] {
    return this.rows(sql, ...values).map((row) => decodeStoredEvent(row.stored, row.position));
  }

  private rows(sql: string, ...values: SqliteValue[]): StoredRow[] {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement.all(...values) as StoredRow[];
  }
}
