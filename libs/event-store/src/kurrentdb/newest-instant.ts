import { RecordedAtBehindError } from '@waymark/kernel';

/**
 * The latest instant that this process has seen in the log or is about to write there: the running maximum of S13 as far as one process
 * can know it. Two processes that write at once may still cross, so that readers of instants take the running maximum themselves.
 */
export class NewestInstant {
  private recorded = Number.NEGATIVE_INFINITY;
  private asked = Number.NEGATIVE_INFINITY;
  private readonly underWay = new Map<symbol, number>();

  /** Milliseconds since 1970; −∞ before the first event. */
  get latest(): number {
    let latest = this.recorded;
    for (const instant of this.underWay.values()) latest = Math.max(latest, instant);
    return latest;
  }

  /** An event with this instant stands in the log. */
  see(instant: number): void {
    if (instant > this.recorded) this.recorded = instant;
  }

  /** The log was asked for as of this instant: nothing may be written at or before it from now on (S14). */
  leaveBehind(instant: number): void {
    if (instant > this.asked) this.asked = instant;
  }

  /** The error for events that would let time fall; undefined when they would not. */
  refusal(instants: readonly number[]): RecordedAtBehindError | undefined {
    let latest = Math.max(this.latest, this.asked + 1);
    for (const instant of instants) {
      if (instant < latest) return new RecordedAtBehindError(new Date(latest).toISOString());
      latest = instant;
    }
    return undefined;
  }

  /** Events are sent off; others may not lie before them from now on. Returns the way to say that their fate is known. */
  send(last: number): () => void {
    const key = Symbol();
    this.underWay.set(key, last);
    return () => void this.underWay.delete(key);
  }
}
