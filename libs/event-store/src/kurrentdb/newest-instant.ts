import { RecordedAtBehindError } from '@waymark/kernel';

/**
 * The latest instant that this process has seen in the log or is about to write there: the running maximum of S13 as far as one process
 * can know it. Two processes that write at once may still cross, so that readers of instants take the running maximum themselves.
 */
export class NewestInstant {
  private recorded = Number.NEGATIVE_INFINITY;
  private sent = Number.NEGATIVE_INFINITY;
  private underWay = 0;

  /** The latest instant known to stand in the log, in milliseconds since 1970; −∞ before the first event. */
  get inLog(): number {
    return this.recorded;
  }

  /** The same, those under way included. */
  get latest(): number {
    return Math.max(this.recorded, this.sent);
  }

  /** An event with this instant stands in the log. */
  see(instant: number): void {
    if (instant > this.recorded) this.recorded = instant;
  }

  /** Whether an event after this instant is known to stand in the log. */
  isPast(instant: number): boolean {
    return instant < this.recorded;
  }

  /** The error for events that would let time fall; undefined when they would not. */
  refusal(instants: readonly number[]): RecordedAtBehindError | undefined {
    let { latest } = this;
    for (const instant of instants) {
      if (instant < latest) return new RecordedAtBehindError(new Date(latest).toISOString());
      latest = instant;
    }
    return undefined;
  }

  /** Events are sent off; others may not lie before them until the fate of all that are under way is known. Returns the way to say so of these. */
  send(last: number): () => void {
    this.sent = Math.max(this.sent, last);
    this.underWay += 1;
    return () => {
      this.underWay -= 1;
      if (this.underWay === 0) this.sent = Number.NEGATIVE_INFINITY;
    };
  }
}
