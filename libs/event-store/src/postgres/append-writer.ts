import { setTimeout as after } from 'node:timers/promises';
import { OutcomeUnknownError } from '@waymark/kernel';
import type { Outcome, PendingAppend } from '../pending-append.js';
import { type AppendLane, Unanswered } from './append-lane.js';

export interface AppendWriterOptions {
  readonly lane: AppendLane;
  /** Milliseconds for which a batch that may or may not be recorded is sent again before its callers are told so. */
  readonly resolveWithin: number;
  /** Hears what became of a batch, append by append, and how long that took. */
  readonly onAnswered: (batch: readonly PendingAppend[], outcomes: readonly Outcome[], milliseconds: number) => void;
}

const MOST_UNDER_WAY = 2;
const LARGEST_BATCH = 500;
const LARGEST_BATCH_BYTES = 4_000_000;
/** With fewer appends than this under way, sharing one commit is worth more than having two under way. */
const FEWEST_TO_SPLIT = 16;
const FIRST_BACK_OFF_MS = 20;
const LONGEST_BACK_OFF_MS = 500;

/**
 * Takes concurrent appends together into batches, each a transaction of its own. While one commits the next is on its way behind it on the
 * same connection: the server need not wait for this process, nor this process for the disk, and their order stays.
 */
export class AppendWriter {
  private waiting: PendingAppend[] = [];
  private underWay = 0;
  private batchesUnderWay = 0;
  private isDue = false;
  private whenIdle: (() => void) | undefined;

  constructor(private readonly options: AppendWriterOptions) {}

  /** Appends of one turn wait for its end, so that they share a commit. */
  add(append: PendingAppend): void {
    this.waiting.push(append);
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.sendOn();
    });
  }

  /** Resolves when everything that was added has been answered. */
  async settled(): Promise<void> {
    if (this.waiting.length + this.underWay === 0) return;
    await new Promise<void>((resolve) => (this.whenIdle = resolve));
  }

  private sendOn(): void {
    while (this.batchesUnderWay < MOST_UNDER_WAY) {
      const batch = this.nextBatch();
      if (batch.length === 0) break;
      this.batchesUnderWay += 1;
      this.underWay += batch.length;
      void this.commit(batch).finally(() => {
        this.batchesUnderWay -= 1;
        this.underWay -= batch.length;
        this.sendOn();
      });
    }
    if (this.waiting.length + this.underWay === 0) this.whenIdle?.();
  }

  /** As many as are under way already, so that both carry alike; the rest waits for the next turn. */
  private nextBatch(): PendingAppend[] {
    const all = this.waiting.length + this.underWay;
    const share = all < FEWEST_TO_SPLIT && this.underWay === 0 ? all : Math.ceil(all / 2);
    if (this.waiting.length < share) return [];
    let bytes = 0;
    let count = 0;
    for (const { events } of this.waiting.slice(0, Math.min(share, LARGEST_BATCH))) {
      bytes = events.reduce((sum, { stored }) => sum + stored.byteLength, bytes);
      if (count > 0 && bytes > LARGEST_BATCH_BYTES) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async commit(batch: readonly PendingAppend[]): Promise<void> {
    const startedAt = performance.now();
    let unknownSince: number | undefined;
    for (let backOff = FIRST_BACK_OFF_MS; ; backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS)) {
      try {
        const outcomes = await this.options.lane.send(batch);
        this.options.onAnswered(batch, outcomes, performance.now() - startedAt);
        return;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        if (error.mayBeRecorded) unknownSince ??= performance.now();
        const isOver = unknownSince === undefined || performance.now() - unknownSince > this.options.resolveWithin;
        if (isOver) return refuse(batch, error.cause, unknownSince !== undefined);
        await after(backOff);
      }
    }
  }
}

/** What was sent may be recorded, whatever a later send was told: its callers must hear that, and send the same again. */
function refuse(batch: readonly PendingAppend[], cause: unknown, mayBeRecorded: boolean): void {
  const error = mayBeRecorded ? new OutcomeUnknownError((cause as Error).message) : cause;
  for (const { reject } of batch) reject(error);
}
