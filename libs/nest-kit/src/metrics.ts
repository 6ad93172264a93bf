import { Injectable } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProjectionProgress } from '@waymark/read-store';
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
  private readonly refusals = this.counter(
    'waymark_mutation_refusals_total',
    'Mutations refused by a rule, by code (docs/errors.md); CONFLICT: somebody else was faster',
    ['code'],
  );
  private readonly batches = new Histogram({
    name: 'waymark_append_batch_size',
    help: 'Appends committed together',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.registry],
  });
  private readonly commits = this.histogram('waymark_append_commit_seconds', 'Commits of the record', []);
  private readonly reconnects = this.counter(
    'waymark_store_reconnects_total',
    'Connections to the record that were lost and are made anew',
    [],
  );
  private readonly lag = this.gauge(
    'waymark_projection_lag_events',
    'Positions between the end of the record and a projection',
    ['projection'],
  );
  private readonly lagSeconds = this.gauge(
    'waymark_projection_lag_seconds',
    'Age of the oldest event that a projection does not show; 0 when it shows all',
    ['projection'],
  );
  private readonly stopped = this.gauge(
    'waymark_projection_stopped',
    '1 when a projection stopped at an event that it cannot read',
    ['projection'],
  );
  private readonly runs = {
    ratio: this.gauge('waymark_projection_run_ratio', 'How far a long run (REBUILD, CATCH_UP) has come, 0 to 1', [
      'kind',
    ]),
    rate: this.gauge('waymark_projection_run_events_per_second', 'Events a second of a long run; 0 when it is over', [
      'kind',
    ]),
    eta: this.gauge('waymark_projection_run_eta_seconds', 'Seconds that a long run still takes, as far as is known', [
      'kind',
    ]),
  };
  private readonly leaseHeld = this.gauge(
    'waymark_projection_lease_held',
    '1 when this process holds the lease of the projections, 0 when it stands by',
    [],
  );
  private readonly leaseEpoch = this.gauge(
    'waymark_projection_lease_epoch',
    'Epoch of the lease that this process held last; it rises with each change of holder',
    [],
  );
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

  /** A mutation was refused with this code. */
  refused(code: string): void {
    this.refusals.inc({ code });
  }

  /** For CommandRunner's `onRetry`. */
  retried(kind: 'conflict' | 'unknown-outcome'): void {
    this.retries.inc({ kind });
  }

  /** For the store: how many appends one commit took, and how long it was under way. */
  appended(batch: number, milliseconds?: number): void {
    this.batches.observe(batch);
    if (milliseconds !== undefined) this.commits.observe(milliseconds / 1_000);
  }

  /** A lost connection is made anew. */
  storeReconnected(): void {
    this.reconnects.inc();
  }

  /** How far a projection lies behind the record. */
  projectionLag(projection: string, positions: number, seconds = 0): void {
    this.lag.set({ projection }, positions);
    this.lagSeconds.set({ projection }, seconds);
  }

  /** Nothing is known of the projections any more: another process runs them. */
  projectionsUnknown(): void {
    for (const gauge of [this.lag, this.lagSeconds, this.stopped]) gauge.reset();
  }

  projectionStopped(projection: string, isStopped: boolean): void {
    this.stopped.set({ projection }, isStopped ? 1 : 0);
  }

  /** A rebuild or a catching up has come so far. */
  projectionRun({ kind, done, total, eventsPerSecond, etaSeconds }: ProjectionProgress): void {
    const isOver = done >= total;
    this.runs.ratio.set({ kind }, isOver ? 1 : done / total);
    this.runs.rate.set({ kind }, isOver ? 0 : eventsPerSecond);
    this.runs.eta.set({ kind }, isOver ? 0 : (etaSeconds ?? 0));
  }

  /** This process took or lost the lease of the projections. */
  projectionLease(isHeld: boolean, epoch?: number): void {
    this.leaseHeld.set(isHeld ? 1 : 0);
    if (epoch !== undefined) this.leaseEpoch.set(epoch);
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

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
