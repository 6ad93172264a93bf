import { Injectable } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type MutationOutcome = 'accepted' | 'refused' | 'failed';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What `/metrics` shows. One registry per application, so that several can live in one process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  private readonly mutations = this.histogram('waymark_mutation_seconds', 'Mutations by name and outcome', [
    'mutation',
    'outcome',
  ]);
  private readonly questions = this.histogram('waymark_question_seconds', 'Named questions answered, by slug', [
    'question',
  ]);
  private readonly retries = this.counter('waymark_command_retries_total', 'Re-decided and re-sent commands', ['kind']);
  private readonly batches = new Histogram({
    name: 'waymark_append_batch_size',
    help: 'Appends committed together',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.registry],
  });
  private readonly lag = new Gauge({
    name: 'waymark_projection_lag_events',
    help: 'Positions between the end of the record and a projection',
    labelNames: ['projection'],
    registers: [this.registry],
  });
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private readonly collectors: (() => void | Promise<void>)[] = [];

  constructor() {
    const delay = this.delay;
    delay.enable();
    new Gauge({
      name: 'waymark_event_loop_delay_p99_seconds',
      help: 'Event-loop delay since the last reading, 99th percentile',
      registers: [this.registry],
      collect() {
        this.set(delay.count === 0 ? 0 : delay.percentile(99) / 1e9);
        delay.reset();
      },
    });
  }

  /** Call the result once with the outcome. */
  mutationStarted(mutation: string): (outcome: MutationOutcome) => void {
    const stop = this.mutations.startTimer({ mutation });
    return (outcome) => stop({ outcome });
  }

  /** Call the result once when the answer is there. */
  questionStarted(question: string): () => void {
    const stop = this.questions.startTimer({ question });
    return () => void stop();
  }

  /** For CommandRunner's `onRetry`. */
  retried(kind: 'conflict' | 'unknown-outcome'): void {
    this.retries.inc({ kind });
  }

  /** For the store: how many appends one commit took. */
  appended(batch: number): void {
    this.batches.observe(batch);
  }

  projectionLag(projection: string, positions: number): void {
    this.lag.set({ projection }, positions);
  }

  /** Something to be read just before each scrape, such as the lag of the projections. */
  collectBeforeScrape(collector: () => void | Promise<void>): void {
    this.collectors.push(collector);
  }

  /** The text of `/metrics`. */
  async text(): Promise<string> {
    for (const collect of this.collectors) await collect();
    return this.registry.metrics();
  }

  /** Ends the measuring of the event loop. */
  onModuleDestroy(): void {
    this.delay.disable();
  }

  private histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
