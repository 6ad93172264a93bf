import {
  type Appended,
  IdempotencyKeyReusedError,
  RecordedAtBehindError,
  type StreamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { SqliteDatabase } from './driver.js';
import type { NewestEvents } from './newest-events.js';
import {
  assertFollows,
  assertNew,
  type CopiedEvent,
  type EncodedEvent,
  lastRevision,
  type Outcome,
  type PendingAppend,
} from '../pending-append.js';

/** Takes a batch of appends into one transaction: each is checked against its own stream and answered on its own. */
export class AppendTransaction {
  private readonly begin;
  private readonly commit;
  private readonly insert;
  /** Whether a commit failed since the last {@link settle}: a crash may bring back what it left in the log file. */
  private isInDoubt = false;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly newest: NewestEvents,
  ) {
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
    this.insert = database.prepare('INSERT INTO event_log (stored) VALUES (?)');
  }

  /**
   * Commits the batch and answers what became of each append, in order.
   * When it throws, nothing of the batch is recorded, unless the commit itself failed: `committing` tells the two apart.
   */
  run(batch: readonly PendingAppend[], phase: { committing: boolean }): Outcome[] {
    return this.inTransaction(phase, () => {
      let { recordedAt } = this.newest.refresh();
      return batch.map((append) => {
        const outcome = this.take(append, recordedAt);
        if ('positions' in outcome) ({ recordedAt } = append.events.at(-1)!);
        return outcome;
      });
    });
  }

  /** Commits events of another store behind the event at `after`, all or none, and answers the position of the last. */
  copy(after: number, events: readonly CopiedEvent[], phase: { committing: boolean }): number {
    return this.inTransaction(phase, () => {
      const { position: newest } = this.newest.refresh();
      assertFollows({ after, newest }, events, (stream) => this.newest.revisionOf(stream));
      assertNew(events, ({ eventId }) => this.newest.positionOf(eventId) !== undefined);
      return events.reduce((_, event) => this.write(event.stream, event), newest);
    });
  }

  /**
   * Makes sure that nothing comes back of commits that failed (S14): SQLite writes the next commit to where they began, and
   * what lies behind it in the log file does not continue it. Throws when that commit fails too. Costs nothing while none has failed.
   */
  settle(): void {
    if (!this.isInDoubt) return;
    this.inTransaction({ committing: false }, () => this.newest.listing.rewrite());
    this.isInDoubt = false;
  }

  private inTransaction<T>(phase: { committing: boolean }, work: () => T): T {
    this.begin.run();
    try {
      const result = work();
      this.newest.list();
      phase.committing = true;
      this.commit.run();
      return result;
    } catch (error) {
      this.isInDoubt ||= phase.committing;
      this.newest.forget();
      this.rollBack();
      throw error;
    }
  }

  private take(append: PendingAppend, newest: number): Outcome {
    const { stream, expected, events } = append;
    const actual = this.newest.revisionOf(stream);
    if (actual !== lastRevision(expected)) {
      const replayed = this.alreadyThere(append);
      if (replayed !== undefined) return { replayed };
      return { refused: new WrongExpectedRevisionError(stream, expected, actual < 0 ? 'NO_STREAM' : actual) };
    }
    const behind = notBefore(events, newest);
    if (behind !== undefined) return { refused: new RecordedAtBehindError(new Date(behind).toISOString()) };
    // Event ids derive from the idempotency key: one that stands elsewhere means that the key was used on another record.
    if (events.some((event) => this.newest.positionOf(event.eventId) !== undefined)) {
      return { refused: new IdempotencyKeyReusedError() };
    }
    return { positions: events.map((event) => this.write(stream, event)) };
  }

  /** Where the append's last event stands when an earlier send of the same events was recorded. */
  private alreadyThere({ stream, events }: PendingAppend): Appended | undefined {
    const positions = events.map(({ eventId }) => this.newest.positionOf(eventId));
    for (const [index, position] of positions.entries()) {
      if (position === undefined) return undefined;
      const there = this.newest.eventAt(position);
      if (there.stream !== stream || there.revision !== events[index]!.revision) return undefined;
    }
    return { position: positions.at(-1)!, revision: events.at(-1)!.revision };
  }

  private write(stream: StreamName, event: EncodedEvent): number {
    const position = Number(this.insert.run(event.stored).lastInsertRowid);
    const { eventId, revision, type, agency, district, recordedAt } = event;
    this.newest.add({ position, eventId, stream, revision, type, agency, district, recordedAt });
    return position;
  }

  private rollBack(): void {
    try {
      this.database.exec('ROLLBACK');
    } catch {
      // A full disk or a failed write makes SQLite roll back by itself; then there is nothing left to undo.
    }
  }
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
