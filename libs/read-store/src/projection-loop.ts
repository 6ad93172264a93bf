import type { StoredEvent } from '@waymark/kernel';
import type { ProjectionEngine } from './projection-engine.js';

export interface ProjectionLoopOptions {
  readonly engine: ProjectionEngine;
  /** Longest time without a look at the record when nobody hints. */
  readonly pollMs?: number;
  /** After each step that did something, and after a fault has begun or ended. */
  readonly onChange: (fault: string | undefined) => void;
}

const POLL_MS = 250;
const LONGEST_BACK_OFF_MS = 5_000;

/** Drives an engine: on at once while there is work, else woken by a hint or the clock; backs off when the database fails. */
export class ProjectionLoop {
  private readonly tasks: (() => Promise<void>)[] = [];
  private wake: (() => void) | undefined;
  private isHinted = false;
  private isStopping = false;
  private failures = 0;
  private readonly ended: Promise<void>;

  constructor(private readonly options: ProjectionLoopOptions) {
    this.ended = this.run();
  }

  /**
   * Looks at the record at once; while the database fails, not before the back-off is over. `events` are new ones, in store order,
   * which then need not be read.
   */
  hint(events: readonly StoredEvent[] = []): void {
    this.isHinted = true;
    this.options.engine.offer(events);
    if (this.failures === 0) this.wake?.();
  }

  /** Does something with the engine between two steps. */
  between<T>(work: (engine: ProjectionEngine) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.tasks.push(() => work(this.options.engine).then(resolve, reject));
      this.wake?.();
    });
  }

  /** Ends after the step in hand. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake?.();
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.isHinted = false;
      for (const task of this.tasks.splice(0)) await task();
      const isBusy = await this.step();
      // Messages and timers get their turn between two batches.
      if (isBusy) await new Promise((resolve) => setImmediate(resolve));
      else if (!this.isHinted && !this.isStopping && this.tasks.length === 0) await this.rest();
    }
  }

  private async step(): Promise<boolean> {
    try {
      const worked = await this.options.engine.step();
      if (worked || this.failures > 0) this.options.onChange(undefined);
      this.failures = 0;
      return worked;
    } catch (error) {
      this.failures += 1;
      this.isHinted = false;
      this.options.onChange(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  private rest(): Promise<void> {
    const { pollMs = POLL_MS } = this.options;
    const wait = this.failures === 0 ? pollMs : Math.min(pollMs * 2 ** (this.failures - 1), LONGEST_BACK_OFF_MS);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, wait);
      this.wake = done;
    });
  }
}
