import type { AllStreamSubscription, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { disposeOf } from './connection.js';
import { isBesideRecord, positionOf } from './recorded.js';
import { Backoff } from './timing.js';

const LONGEST_DISPOSAL_MS = 1_000;

export interface HeadSubscriptionOptions {
  readonly make: () => KurrentDBClient;
  /** Position after which to begin. */
  readonly after: number;
  /** Hears the position of each event, in order, none twice. */
  readonly onEvent: (position: number) => void;
  /** Called each time the subscription has to be taken out again; for metrics. */
  readonly onInterrupted?: (() => void) | undefined;
}

/**
 * A catch-up subscription to the whole log that heals: the client's own ends with the first error and never comes back. It is taken out
 * again after the last position heard, with growing pauses, over a client of its own, so that it hangs on nobody else's fate.
 */
export class HeadSubscription {
  private readonly closing = new AbortController();
  private readonly backoff = new Backoff(100, 5_000);
  private readonly ended: Promise<void>;
  private position: number;

  constructor(private readonly options: HeadSubscriptionOptions) {
    this.position = options.after;
    this.ended = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await this.follow().catch(() => undefined);
      if (this.closing.signal.aborted) return;
      this.options.onInterrupted?.();
      await this.backoff.wait(this.closing.signal);
    }
  }

  /** Follows the log until the subscription ends, one way or another. */
  private async follow(): Promise<void> {
    const client = this.options.make();
    const place = BigInt(this.position);
    const subscription: AllStreamSubscription = client.subscribeToAll({
      fromPosition: this.position === 0 ? 'start' : { commit: place, prepare: place },
    });
    const end = () => void subscription.destroy();
    this.closing.signal.addEventListener('abort', end);
    try {
      for await (const { event } of subscription) {
        if (event === undefined || isBesideRecord(event)) continue;
        const position = positionOf(event.position);
        // After an interruption a server may send the last event once more.
        if (position <= this.position) continue;
        this.position = position;
        this.backoff.reset();
        this.options.onEvent(position);
      }
    } finally {
      this.closing.signal.removeEventListener('abort', end);
      await disposeOf(client, LONGEST_DISPOSAL_MS);
    }
  }
}
