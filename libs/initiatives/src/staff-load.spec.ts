import type { Entry, EventId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Compared, overlapOf, suggestedDuplicates, suggestedOverExtensions } from './initiative-suggestions.js';
import { type Cells, promiseKey } from './initiative-state.js';
import type { StaffCell } from './initiative-commands.js';
import { staffLoad } from './staff-load.js';
import { description } from './testing/lakeside.js';

let drawn = 0;
function said(...cells: StaffCell[]): Entry<Cells>[] {
  const eventId = idOf<EventId>(`staff ${(drawn += 1)}`);
  const when = { recordedAt: '2025-10-15T14:00:00.000Z', effectiveOn: '2025-10-15', role: 'COORDINATOR' };
  return [{ eventId, statement: eventId, act: 'STATED', position: drawn, ...when, content: { cells } }];
}
const active = (initiativeId: string) => ({ initiativeId, status: 'ACTIVE' as const });
const year = '2025-26';

describe('staff load', () => {
  it('counts what is promised to what runs, against what there is, and says what is unknown', () => {
    const lines = staffLoad([active('a'), active('b'), { initiativeId: 'c', status: 'PAUSED' }], {
      promised: {
        [promiseKey('a', year)]: said({ staffGroup: 'Coaches', fte: 0.7 }, { staffGroup: 'Counselors' }),
        [promiseKey('b', year)]: said({ staffGroup: 'coaches', fte: 0.4 }, { staffGroup: 'Nurses', fte: 1 }),
        [promiseKey('c', year)]: said({ staffGroup: 'Coaches', fte: 5 }),
      },
      available: { [year]: said({ staffGroup: 'Coaches', fte: 1 }, { staffGroup: 'Counselors', fte: 2 }) },
    });
    expect(lines).toMatchObject([
      { staffGroup: 'Coaches', promised: 1.1, initiatives: ['a', 'b'], unknown: 0, available: 1, state: 'OVER' },
      { staffGroup: 'Counselors', promised: null, unknown: 1, available: 2, state: 'UNKNOWN' },
      { staffGroup: 'Nurses', promised: 1, available: null, state: 'UNKNOWN' },
    ]);
    expect(lines[1]!.because).toBe('An unknown amount of 2 FTE is promised. 1 of the initiatives do not say how much.');
  });

  it('keeps school years apart, and is within where all is known and there is enough', () => {
    const lines = staffLoad([active('a')], {
      promised: {
        [promiseKey('a', '2024-25')]: said({ staffGroup: 'Coaches', fte: 2 }),
        [promiseKey('a', year)]: said({ staffGroup: 'Coaches', fte: 1 }),
      },
      available: {
        '2024-25': said({ staffGroup: 'Coaches', fte: 1 }),
        [year]: said({ staffGroup: 'Coaches', fte: 1 }),
      },
    });
    expect(lines.map(({ schoolYear, state }) => [schoolYear, state])).toEqual([
      ['2024-25', 'OVER'],
      [year, 'WITHIN'],
    ]);
  });
});

describe('suggestions', () => {
  const compared = (initiativeId: string, more: Parameters<typeof description>[1] = {}, staffGroups: string[] = []) =>
    ({ initiativeId, description: description(initiativeId, more), staffGroups }) satisfies Compared;
  const alike = { expectedOutcomes: ['Fewer referrals'], population: { grades: ['6'] } };

  it('R-36 are duplicates where outcome and population agree, with what differs and what nobody knows', () => {
    const one = compared('a', { ...alike, tiers: ['TIER_2'] });
    const other = compared('b', { ...alike, expectedOutcomes: ['fewer  referrals'], tiers: ['TIER_3'] });
    const elsewhere = compared('c', { expectedOutcomes: ['Fewer referrals'] });
    expect(suggestedDuplicates([one, elsewhere], [other])).toEqual([
      {
        relation: 'DUPLICATES',
        initiatives: ['a', 'b'],
        rule: 'initiative-overlap@1',
        because:
          'They agree in 3 of 4 compared: focus area, population, outcome. They differ in tier. ' +
          'Not known of one or both: staff group, funding source, calendar window.',
      },
    ]);
  });

  it('compares the time in which they run, an end that was not said being open', () => {
    const one = compared('a', { startsOn: '2024-01-01', plannedEndOn: '2024-12-31' });
    expect(overlapOf(one, compared('b', { startsOn: '2025-01-01' })).differ).toEqual(['calendar window']);
    expect(overlapOf(one, compared('b', { startsOn: '2023-01-01' })).agree).toContain('calendar window');
    expect(overlapOf(one, compared('b')).unknown).toContain('calendar window');
  });

  it('R-36 are over-extended staff where more initiatives name a group than it carries, or more is promised than there is', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'];
    const promised = (ids: string[], fte?: number) =>
      Object.fromEntries(
        ids.map((id) => [promiseKey(id, year), said({ staffGroup: 'Coaches', ...(fte !== undefined && { fte }) })]),
      );
    const of = (ids: string[], fte?: number, there?: number) =>
      suggestedOverExtensions(
        staffLoad(ids.map(active), {
          promised: promised(ids, fte),
          available: there === undefined ? {} : { [year]: said({ staffGroup: 'Coaches', fte: there }) },
        }),
      );
    expect(of(six.slice(0, 5))).toEqual([]);
    expect(of(six)[0]!.because).toMatch(/^6 initiatives name the group; 5 is the limit\. Nobody said/);
    expect(of(['a'], 2, 1)).toMatchObject([
      { relation: 'OVER_EXTENDS_STAFF', staffGroup: 'Coaches', schoolYear: year },
    ]);
  });
});
