import type { EventStore } from '@waymark/event-store';
import type { HostStatus, ProjectionProgress } from '@waymark/read-store';
import type { Metrics } from './metrics.js';

/** What is measured: where projections run, as far as this process knows. */
export interface MeasuredProjections {
  /** Undefined while nothing is known, as of a process that stands by. */
  status(): Pick<HostStatus, 'projections'> | undefined;
  onProgress?(listener: (progress: ProjectionProgress) => void): unknown;
}

/**
 * Shows in metrics how far the tables lie behind the record, in positions and in time, whether they stopped, and how far a rebuild has come.
 * The time is that of the oldest event that the tables do not show, read from the record before each scrape; 0 when the
 * record cannot be read just then.
 */
export function measureProjections(
  metrics: Metrics,
  projections: MeasuredProjections,
  store: Pick<EventStore, 'readAll'>,
  now: () => number = Date.now,
): void {
  projections.onProgress?.((progress) => metrics.projectionRun(progress));
  metrics.collectBeforeScrape(async () => {
    const ages = new Map<number, number>();
    const status = projections.status();
    if (status === undefined) metrics.projectionsUnknown();
    for (const { name, lag, state, checkpoint } of status?.projections ?? []) {
      metrics.projectionStopped(name, state === 'STOPPED');
      if (!ages.has(checkpoint)) ages.set(checkpoint, lag === 0 ? 0 : await ageAfter(checkpoint, store, now));
      metrics.projectionLag(name, lag, ages.get(checkpoint));
    }
  });
}

/** Seconds since the first event after a position was recorded; 0 when there is none or it cannot be read. */
async function ageAfter(position: number, store: Pick<EventStore, 'readAll'>, now: () => number): Promise<number> {
  const [oldest] = await store.readAll({ after: position, limit: 1 }).catch(() => []);
  return oldest === undefined ? 0 : Math.max(0, (now() - Date.parse(oldest.metadata.recordedAt)) / 1_000);
}
