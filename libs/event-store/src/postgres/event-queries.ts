import type { EventId, StoredEvent, StreamName } from '@waymark/kernel';
import type { EventFilter, StoredRow } from '../event-store.js';
import { decodeStoredEvent } from '../stored-event.js';
import { ReadAhead } from './read-ahead.js';

/** Runs a select and answers its rows. */
export type Select = <Row extends object>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** The newest event of the log. */
export interface Newest {
  readonly position: number;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number;
}

/** Above this many types a listing walks the log itself and leaves out what is not wanted. */
const MOST_MERGED_TYPES = 50;
/** Written so that no index over types is taken for it. */
const AMONG_TYPES = "AND type || '' = ANY($3)";

/** The reads of the event log. Pages come from indexes in the order of positions, so that a page costs what it holds, wherever it lies. */
export class EventQueries {
  private readonly log: string;
  private readonly ahead = new ReadAhead((after, limit) => this.page(after, limit));

  constructor(
    private readonly schema: string,
    private readonly select: Select,
  ) {
    this.log = `${schema}.event_log`;
  }

  /** Events of the stream from a revision on. */
  stream(stream: StreamName, from: number): Promise<StoredRow[]> {
    return this.select(
      `SELECT position, stored FROM ${this.log} WHERE stream = $1 AND revision >= $2 ORDER BY stream, revision`,
      [stream, from],
    );
  }

  withIds(eventIds: readonly EventId[]): Promise<StoredEvent[]> {
    return this.events(`SELECT position, stored FROM ${this.log} WHERE event_id = ANY($1::uuid[]) ORDER BY position`, [
      eventIds,
    ]);
  }

  at(positions: readonly number[]): Promise<StoredEvent[]> {
    return this.events(
      `SELECT position, stored FROM ${this.log} WHERE position = ANY($1::bigint[]) ORDER BY position`,
      [positions],
    );
  }

  async newest(): Promise<Newest | undefined> {
    const sql = `SELECT position, recorded_at AS "recordedAt" FROM ${this.log} ORDER BY position DESC LIMIT 1`;
    return (await this.select<Newest>(sql, []))[0];
  }

  /** Makes an instant settled: nothing is recorded at or before it any more. */
  async settle(instant: number): Promise<void> {
    const settled = await this.select(`SELECT FROM ${this.schema}.settled WHERE instant >= $1`, [instant]);
    if (settled.length === 0) await this.select(`SELECT ${this.schema}.settle($1)`, [instant]);
  }

  storedAfter(after: number, limit: number): Promise<readonly StoredRow[]> {
    return this.ahead.page(after, limit);
  }

  async after(after: number, limit: number, { types, organisation }: EventFilter): Promise<StoredEvent[]> {
    if (limit <= 0 || types?.length === 0) return [];
    if (organisation !== undefined) {
      const among = types === undefined ? '' : AMONG_TYPES;
      const values = [after, limit, ...(types === undefined ? [] : [types]), organisation];
      const conditions = ['agency', 'district'].map((column) => `${column} = $${values.length} ${among}`);
      return this.listed(conditions, values);
    }
    return types === undefined
      ? (await this.storedAfter(after, limit)).map(decoded)
      : this.ofTypes(after, limit, types);
  }

  private ofTypes(after: number, limit: number, types: readonly string[]): Promise<StoredEvent[]> {
    if (types.length <= MOST_MERGED_TYPES) {
      const each = [...new Set(types)];
      const conditions = each.map((_, index) => `type = $${index + 3}`);
      return this.listed(conditions, [after, limit, ...each]);
    }
    const text = `SELECT position, stored FROM ${this.log} WHERE position > $1 ${AMONG_TYPES} ORDER BY position LIMIT $2`;
    return this.events(text, [after, limit, types]);
  }

  /** A page of the events that meet one of the conditions, each of which an index answers in order. */
  private listed(conditions: readonly string[], values: readonly unknown[]): Promise<StoredEvent[]> {
    const column = (condition: string) => condition.split(' ')[0];
    const terms = conditions.map(
      (condition) =>
        `(SELECT position FROM ${this.log} WHERE position > $1 AND ${condition} ORDER BY ${column(condition)}, position LIMIT $2)`,
    );
    return this.events(
      `SELECT position, stored FROM ${this.log}
       WHERE position IN (SELECT position FROM (${terms.join(' UNION ')}) AS listed ORDER BY position LIMIT $2) ORDER BY position`,
      values,
    );
  }

  private page(after: number, limit: number): Promise<StoredRow[]> {
    return this.select(`SELECT position, stored FROM ${this.log} WHERE position > $1 ORDER BY position LIMIT $2`, [
      after,
      limit,
    ]);
  }

  private async events(text: string, values: readonly unknown[]): Promise<StoredEvent[]> {
    return (await this.select<StoredRow>(text, values)).map(decoded);
  }
}

function decoded({ position, stored }: StoredRow): StoredEvent {
  return decodeStoredEvent(stored, position);
}
