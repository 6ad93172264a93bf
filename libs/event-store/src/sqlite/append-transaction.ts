import {
  type Appended,
  IdempotencyKeyReusedError,
  RecordedAtBehindError,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { SqliteDatabase } from './driver.js';
import { EventListing } from './event-listing.js';
import { type EncodedEvent, lastRevision, type Outcome, type PendingAppend } from '../pending-append.js';

interface Row {
  readonly position: number;
  readonly revision: number;
}

/** The newest event of the log. */
export interface Newest {
  readonly position: number;
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number;
}

/** Takes a batch of appends into one transaction: each is checked against its own stream and answered on its own. */
export class AppendTransaction {
  private readonly begin;
  private readonly commit;
  private readonly listing;
  private readonly newestRow;
  private readonly revisionOf;
  private readonly placeOf;
  private readonly insert;

  constructor(private readonly database: SqliteDatabase) {
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
    this.listing = new EventListing(database);
    this.newestRow = database.prepare(
      'SELECT position, recorded_at AS recordedAt FROM event_log ORDER BY position DESC LIMIT 1',
    );
    this.revisionOf = database.prepare(
      'SELECT revision FROM event_log WHERE stream = ? ORDER BY revision DESC LIMIT 1',
    );
    this.placeOf = database.prepare('SELECT position, stream, revision FROM event_log WHERE event_id = ?');
    this.insert = database.prepare(
      'INSERT INTO event_log (stream, revision, event_id, type, agency, district, recorded_at, stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  newest(): Newest {
    return (this.newestRow.get() as Newest | undefined) ?? { position: 0, recordedAt: Number.NEGATIVE_INFINITY };
  }

  /**
   * Commits the batch and answers what became of each append, in order.
   * When it throws, nothing of the batch is recorded, unless the commit itself failed: `committing` tells the two apart.
   */
  run(batch: readonly PendingAppend[], phase: { committing: boolean }): Outcome[] {
    this.begin.run();
    try {
      let newest = this.newest().recordedAt;
      const outcomes = batch.map((append) => {
        const outcome = this.take(append, newest);
        if ('positions' in outcome) newest = append.events.at(-1)!.recordedAt;
        return outcome;
      });
      this.listing.extend(lastPosition(outcomes));
      phase.committing = true;
      this.commit.run();
      return outcomes;
    } catch (error) {
      this.listing.forget();
      this.rollBack();
      throw error;
    }
  }

  private take(append: PendingAppend, newest: number): Outcome {
    const { stream, expected, events } = append;
    const actual = (this.revisionOf.get(stream) as { revision: number } | undefined)?.revision ?? -1;
    if (actual !== lastRevision(expected)) {
      const replayed = this.alreadyThere(append);
      if (replayed !== undefined) return { replayed };
      return { refused: new WrongExpectedRevisionError(stream, expected, actual < 0 ? 'NO_STREAM' : actual) };
    }
    const behind = notBefore(events, newest);
    if (behind !== undefined) return { refused: new RecordedAtBehindError(new Date(behind).toISOString()) };
    // Event ids derive from the idempotency key: one that stands elsewhere means that the key was used on another record.
    if (events.some((event) => this.placeOf.get(event.eventId) !== undefined)) {
      return { refused: new IdempotencyKeyReusedError() };
    }
    return { positions: events.map((event) => this.write(stream, event)) };
  }

  /** Where the append's last event stands when an earlier send of the same events was recorded. */
  private alreadyThere({ stream, events }: PendingAppend): Appended | undefined {
    let last: Row | undefined;
    for (const event of events) {
      const place = this.placeOf.get(event.eventId) as (Row & { stream: string }) | undefined;
      if (place === undefined || place.stream !== stream || place.revision !== event.revision) return undefined;
      last = place;
    }
    return last === undefined ? undefined : { position: last.position, revision: last.revision };
  }

  private write(stream: string, event: EncodedEvent): number {
    const { revision, eventId, type, agency, district, recordedAt, stored } = event;
    return Number(
      this.insert.run(stream, revision, eventId, type, agency, district, recordedAt, stored).lastInsertRowid,
    );
  }

  private rollBack(): void {
    try {
      this.database.exec('ROLLBACK');
    } catch {
      // A full disk or a failed write makes SQLite roll back by itself; then there is nothing left to undo.
    }
  }
}

/** Position of the newest event that the batch wrote; 0 when it wrote none. */
function lastPosition(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((last, outcome) => ('positions' in outcome ? outcome.positions.at(-1)! : last), 0);
}

/** The instant that an event of the append lies before though it comes after it; undefined when time does not fall. */
function notBefore(events: readonly EncodedEvent[], newest: number): number | undefined {
  let highest = newest;
  for (const { recordedAt } of events) {
    if (recordedAt < highest) return highest;
    highest = recordedAt;
  }
  return undefined;
}
