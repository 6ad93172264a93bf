/** Draws the same numbers for the same seed. */
export class Draw {
  constructor(private state: number) {}
  /** From 0 to below `n`. */
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
  some<T>(from: readonly T[], most: number): T[] {
    const n = 1 + this.below(most);
    return [...new Set(Array.from({ length: n }, () => this.one(from)))];
  }
}

/** Milliseconds. */
export const DAY = 86_400_000;
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
