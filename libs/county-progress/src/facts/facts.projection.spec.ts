import type { Happened } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import { projectionLaws, tablesAfter } from '@waymark/read-store/testing';
import type { Row } from '@waymark/read-store';
import { History } from '../testing/history.js';
import { closed, said } from '../testing/said.js';
import { factKinds } from './fact-kinds.js';
import { type FactRow, STILL_BELIEVED } from './fact-kind.js';
import { factsProjection } from './facts.projection.js';
import { recordedCatalogue } from './recorded-catalogue.js';

const cycle = { subjectId: idOf('a0'), schoolYear: '2024-25', lineage: 'mimtss-isd', cycle: 9 };
const handedIn = { ...cycle, assessment: 'NEEDS', submission: 1 };
const organisation = { organisationId: idOf('a0') };
const oneOfEachOther: Happened[] = [
  closed('d9', { eff: '2024-01-01' }),
  said('OrganisationNamed', 'organisation-a0', { ...organisation, name: 'another' }, { eff: '2024-01-01' }),
  said(
    'OrganisationIdentified',
    'organisation-a0',
    { ...organisation, scheme: 'MI_ISD', value: '03' },
    { eff: '2024-01-01' },
  ),
  said('OrganisationDescribed', 'organisation-a0', organisation, { eff: '2024-01-01' }),
  said(
    'OrganisationMovedAway',
    'organisation-d0',
    { organisationId: idOf('d0'), fromId: idOf('a0'), toId: idOf('a1') },
    { eff: '2024-01-01' },
  ),
  said(
    'QuestionSetReplaced',
    'explorationCycle-a0',
    { ...cycle, questionSet: 'mimtss-isd-2025', reason: 'newer' },
    { eff: '2024-09-01' },
  ),
  said(
    'ItemOwnerAssigned',
    'explorationCycle-a0',
    { ...cycle, item: 'N0', ownerRole: 'coordinator' },
    { eff: '2024-09-01' },
  ),
  said('AssessmentSubmitted', 'explorationCycle-a0', handedIn, { eff: '2024-09-02' }),
  said('AssessmentReturned', 'explorationCycle-a0', { ...handedIn, reasons: [] }, { eff: '2024-09-03' }),
  said('AssessmentRevised', 'explorationCycle-a0', { ...handedIn, reason: 'wrong' }, { eff: '2024-09-04' }),
  said('AssessmentAccepted', 'explorationCycle-a0', handedIn, { eff: '2024-09-05' }),
  said('ExplorationCycleClosed', 'explorationCycle-a0', cycle, { eff: '2024-09-06' }),
  said('ExplorationCycleReopened', 'explorationCycle-a0', { ...cycle, reason: 'wrong' }, { eff: '2024-09-07' }),
  said('InstantSettled', 'record-clock', {}, { eff: '2024-09-08' }),
];

projectionLaws('facts', {
  projection: factsProjection,
  catalogue: recordedCatalogue,
  events: () => [...new History(5, 300).events, ...oneOfEachOther],
});

const keyOf = (row: Row, key: readonly string[]) => key.map((column) => String(row[column])).join('/');

function byKey(rows: readonly FactRow[], key: readonly string[]): Map<string, FactRow[]> {
  const groups = new Map<string, FactRow[]>();
  for (const row of rows) groups.set(keyOf(row, key), [...(groups.get(keyOf(row, key)) ?? []), row]);
  return groups;
}

describe('facts rows of a random history', () => {
  let tables: Record<string, Row[]>;
  const history = new History(6, 400);
  beforeAll(async () => {
    tables = await tablesAfter(factsProjection, history.events);
  });

  const everyBelief = (check: (believed: FactRow[], key: string) => void) => {
    for (const kind of factKinds) {
      for (const [key, rows] of byKey(tables[kind.table.name] as FactRow[], kind.key)) {
        const positions = new Set(rows.flatMap((row) => [row.from_position, row.until_position - 1]));
        for (const P of positions) {
          check(
            rows.filter((row) => row.from_position <= P && P < row.until_position),
            key,
          );
        }
      }
    }
  };

  it('what is believed of a key follows on without overlap or hole, for ever', () => {
    let seen = 0;
    everyBelief((believed) => {
      const ordered = [...believed].sort((a, b) =>
        a.effective_from < b.effective_from
          ? -1
          : a.effective_from > b.effective_from
            ? 1
            : a.root_position - b.root_position,
      );
      ordered.forEach((row, index) => {
        seen += 1;
        expect(row.effective_until).toBe(ordered[index + 1]?.effective_from ?? '9999-12-31');
      });
    });
    expect(seen).toBeGreaterThan(500);
  });

  it('a statement holds at most one believed row per key', () => {
    everyBelief((believed) => {
      expect(new Set(believed.map((row) => row.statement)).size).toBe(believed.length);
    });
  });

  it('row ids come from the opening event', () => {
    for (const kind of factKinds) {
      for (const row of tables[kind.table.name] as FactRow[]) {
        expect(Math.floor(row.row_id / 1024)).toBe(row.from_position);
        expect(row.until_position).toBeGreaterThan(row.from_position);
        expect(row.until_position).toBeLessThanOrEqual(STILL_BELIEVED);
      }
    }
  });

  it('the clock holds the last event of each distinct instant, and never falls', () => {
    const clock = tables['recorded_clock']!;
    const last = new Map<string, number>();
    history.events.forEach((event, index) => last.set(event.recordedAt!, index + 1));
    expect(clock.map((row) => [row['recorded_at'], row['position']])).toEqual([...last]);
  });

  const described = (recordedAt: string, position: number) => ({
    ...{ type: 'OrganisationDescribed', stream: 'organisation-x', data: { organisationId: idOf('x') } },
    ...{ eventId: idOf(`at-${position}`), revision: position, position },
    metadata: { recordedAt, effectiveOn: '2024-01-01', act: 'STATED', statement: idOf(`at-${position}`) },
  });
  const settled = (recordedAt: string, position: number) => ({
    ...described(recordedAt, position),
    ...{ type: 'InstantSettled', stream: 'record-clock', data: {} },
  });
  async function clockAfter(events: readonly object[]): Promise<unknown[] | undefined> {
    const written = new Map<string, unknown[]>();
    await factsProjection.project(
      events as never,
      {
        last: () => Promise.resolve(undefined),
        writeValues: (table: { name: string }, rows: unknown[]) => Promise.resolve(void written.set(table.name, rows)),
      } as never,
    );
    return written.get('recorded_clock');
  }

  it('S13 an instant that falls back counts as the highest before it', async () => {
    const events = [described('2024-01-01T00:00:02.000Z', 1), described('2024-01-01T00:00:01.000Z', 2)];
    expect(await clockAfter(events)).toEqual([['2024-01-01T00:00:02.000Z', 2, idOf('at-2')]]);
  });

  it('S14 what follows a settled instant counts as recorded after it, whatever its stamp', async () => {
    const events = [
      described('2024-01-01T00:00:01.000Z', 1),
      settled('2024-01-01T00:00:03.000Z', 2),
      described('2024-01-01T00:00:02.000Z', 3),
    ];
    expect(factsProjection.handles).toContain('InstantSettled');
    expect(await clockAfter(events)).toEqual([
      ['2024-01-01T00:00:01.000Z', 1, idOf('at-1')],
      ['2024-01-01T00:00:03.000Z', 3, idOf('at-3')],
    ]);
  });

  it('a correction of what nobody believes stops the projection', async () => {
    const stray = said(
      'DistrictNeedStated',
      'districtRequest-d0',
      {
        district: idOf('d0'),
        schoolYear: '2023-24',
        cells: [],
        was: { cells: [{ focusArea: 'SEBH', answer: 'NEED' }], effectiveOn: '2024-01-01' },
      },
      { eff: '2024-01-01', act: 'WITHDRAWN', statement: 'never said' },
    );
    await expect(tablesAfter(factsProjection, [stray])).rejects.toThrow('no believed need');
  });
});
