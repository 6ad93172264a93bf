/**
 * Lets queries begin one per turn of the event loop, in the order in which they came; the first of a turn begins at once.
 *
 * A query holds the thread from its first read to its answer, and Node takes on one new connection per turn. Were all waiting queries
 * to run in one turn, those who are connected already would be served again and again before the next newcomer is let in, and whatever
 * else waits for the loop (health checks, commits, news of the read tables) would wait for all of them.
 */
export class QueryTurns {
  private readonly waiting: (() => void)[] = [];
  private isTaken = false;

  /** Fulfilled when the query may begin; undefined when it may begin now. */
  take(): Promise<void> | undefined {
    if (this.isTaken) return new Promise((begin) => this.waiting.push(begin));
    this.isTaken = true;
    setImmediate(this.next);
    return undefined;
  }

  private readonly next = (): void => {
    const begin = this.waiting.shift();
    if (begin === undefined) {
      this.isTaken = false;
      return;
    }
    setImmediate(this.next);
    begin();
  };
}
