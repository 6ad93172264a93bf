/** How long queries may go on beginning within one turn of the loop, in milliseconds. */
const TURN_MS = 4;

/**
 * Lets queries begin in the order in which they came, and only so many in one turn of the event loop that the turn stays short.
 *
 * A query holds the thread from its first read to its answer, and Node takes on one new connection per turn. Were all waiting queries
 * to run in one turn, those who are connected already would be served again and again before the next newcomer is let in, and whatever
 * else waits for the loop (health checks, commits, news of the read tables) would wait for all of them. One query per turn would be
 * fairer still and costs a fifth more, since each answer then wakes its reader by itself.
 */
export class QueryTurns {
  private readonly waiting: (() => void)[] = [];
  /** When the present turn has had its share, on the clock of `performance`; undefined while no query has begun in it. */
  private spentAt: number | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Does the work of a query when its turn has come. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isFree()) await new Promise<void>((begin) => this.waiting.push(begin));
    try {
      return await work();
    } finally {
      if (this.isTimeLeft()) this.waiting.shift()?.();
    }
  }

  private isFree(): boolean {
    if (this.spentAt === undefined) this.open();
    return this.waiting.length === 0 && this.isTimeLeft();
  }

  private isTimeLeft(): boolean {
    return this.spentAt !== undefined && this.now() < this.spentAt;
  }

  private open(): void {
    this.spentAt = this.now() + TURN_MS;
    setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.spentAt = undefined;
    if (this.waiting.length === 0) return;
    this.open();
    this.waiting.shift()!();
  };
}
