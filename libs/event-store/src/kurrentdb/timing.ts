import { NoAnswerError } from './kurrent-errors.js';

/**
 * The answer, if it comes in time; else NoAnswerError. The client's own deadline is ignored by a server that stands still, so
 * every call goes through here. A late answer or failure is dropped.
 */
export function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswerError(milliseconds)), milliseconds);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** All elements, as long as the next one comes in time; else NoAnswerError. */
export function collected<T>(elements: AsyncIterable<T>, milliseconds: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswerError(milliseconds)), milliseconds);
    const collect = async (): Promise<T[]> => {
      const all: T[] = [];
      for await (const element of elements) {
        all.push(element);
        timer.refresh();
      }
      return all;
    };
    collect()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Pauses that double from attempt to attempt, drawn out by up to a half so that many clients do not return at once. */
export class Backoff {
  private next: number;

  constructor(
    private readonly first: number,
    private readonly most: number,
  ) {
    this.next = first;
  }

  reset(): void {
    this.next = this.first;
  }

  /** The pause of the coming attempt in milliseconds. */
  pause(): number {
    const pause = this.next;
    this.next = Math.min(this.most, this.next * 2);
    return pause * (1 + Math.random() / 2);
  }

  /** Waits; a signal ends it early. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, this.pause());
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      signal?.addEventListener('abort', done);
    });
  }
}
