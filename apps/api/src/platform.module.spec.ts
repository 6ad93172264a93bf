import type { HostStatus, ProjectionStatus } from '@waymark/read-store';
import { faultOf } from './platform.module.js';

const built: ProjectionStatus = { name: 'facts', version: 1, state: 'RUNNING', checkpoint: 40, lag: 0, poison: null };
const host = (projection: Partial<ProjectionStatus> = {}, over: Partial<HostStatus> = {}): HostStatus => ({
  ...{ state: 'RUNNING', fault: undefined, head: 40 },
  projections: [
    { ...built, name: 'persons' },
    { ...built, ...projection },
  ],
  ...over,
});
const poison = {
  eventId: 'e-1',
  position: 31,
  type: 'ItemAnswered',
  message: 'no such item',
} as ProjectionStatus['poison'];

describe('readiness of the tables', () => {
  it.each([
    ['they show the record', host(), undefined],
    ['they lag a little behind new events', host({ checkpoint: 40, lag: 900 }, { head: 940 }), undefined],
    ['they are built anew beside those that answer', host({ state: 'REBUILDING' }), undefined],
    [
      'they are built for the first time',
      host({ checkpoint: 12, lag: 28 }),
      '"facts" is being built: 12 of 40 positions are in its tables',
    ],
    ['they are not made', host({ version: 0 }), '"facts" has no tables yet: a projector makes them'],
    ['they lag far behind', host({ lag: 10_001 }), '"facts" is 10001 positions behind the record'],
    [
      'they stopped',
      host({ state: 'STOPPED', checkpoint: 30, poison }),
      '"facts" stopped at event e-1: an operator must mend it',
    ],
    ['nobody projects', host({}, { state: 'RESTARTING', fault: 'thread ended' }), 'thread ended'],
    ['all has ended', host({}, { state: 'STOPPED' }), 'projections are stopped'],
  ])('when %s', (_, status, reason) => {
    expect(faultOf(status, 40)).toBe(reason);
  });
});
