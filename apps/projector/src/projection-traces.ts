import type { Tracing } from '@waymark/nest-kit';
import type { ProjectedBatch } from '@waymark/read-store';

/** One span for each transaction of the tables, which points to the commands whose events it took, by whichever process they came. */
export function traceProjections(tracing: Tracing): (taken: ProjectedBatch) => void {
  return ({ projections, events, from, to, milliseconds, commands }) =>
    tracing.past({
      ...{ name: 'project', endedAt: Date.now(), milliseconds, commands },
      facts: {
        'waymark.projections': [...new Set(projections)],
        'waymark.events': events,
        'waymark.position.from': from,
        'waymark.position.to': to,
      },
    });
}
