import type { ProjectionProgress } from './projection-host.js';
import type { ProjectionTrack } from './projection-track.js';

const BETWEEN_REPORTS_MS = 200;

/** Measures a long run: rate over the whole run, estimate from the positions left. Reports five times a second at most. */
export class ProgressMeter {
  private startedAt = 0;
  private startPosition = 0;
  private events = 0;
  private reportedAt = 0;
  private running: Pick<ProjectionProgress, 'kind' | 'projections'> | undefined;

  constructor(private readonly listener: ((progress: ProjectionProgress) => void) | undefined) {}

  took(events: number): void {
    this.events += events;
  }

  report(kind: ProjectionProgress['kind'], tracks: readonly ProjectionTrack[], total: number): void {
    const done = Math.min(...tracks.map(({ place }) => place.checkpoint));
    const now = performance.now();
    if (this.running?.kind !== kind) {
      Object.assign(this, { startedAt: now, startPosition: done, events: 0, reportedAt: 0 });
    }
    this.running = { kind, projections: tracks.map(({ projection }) => projection.name) };
    if (now - this.reportedAt < BETWEEN_REPORTS_MS) return;
    this.reportedAt = now;
    this.tell(done, total, now);
  }

  /** The last report of a run: all of it is done. */
  finish(total: number): void {
    if (this.running === undefined) return;
    this.tell(total, total, performance.now());
    this.running = undefined;
  }

  private tell(done: number, total: number, now: number): void {
    const seconds = (now - this.startedAt) / 1_000;
    const positionsPerSecond = seconds === 0 ? 0 : (done - this.startPosition) / seconds;
    this.listener?.({
      ...this.running!,
      done,
      total,
      eventsPerSecond: seconds === 0 ? 0 : Math.round(this.events / seconds),
      etaSeconds: positionsPerSecond === 0 ? undefined : Math.ceil((total - done) / positionsPerSecond),
    });
  }
}
