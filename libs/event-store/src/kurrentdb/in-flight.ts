/** Lets a number of tasks run at once; the others wait in the order in which they came. */
export class InFlight {
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly most: number) {}

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.inTurn(task);
    this.underWay.add(result);
    const forget = () => void this.underWay.delete(result);
    result.then(forget, forget);
    return result;
  }

  /** Resolves when everything that is under way now has ended, one way or another. */
  async settled(): Promise<void> {
    if (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  private async inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next !== undefined) next();
      else this.running -= 1;
    }
  }
}
