import { ConflictError, type EventId, eventIdOf, type StoredEvent } from '@waymark/kernel';
import { someMeta } from '@waymark/kernel/testing';
import type { Json } from '@waymark/read-store';
import { tablesAfter } from '@waymark/read-store/testing';
import { AnswerItem } from './exploration-cycle-commands.js';
import { assessmentViews, commitmentView, needViews, warningViews } from './exploration-cycle-presenting.js';
import {
  type CycleRow,
  cycleTable,
  explorationCycleProjection,
  type ItemRow,
  itemTable,
} from './exploration-cycle.projection.js';
import { districtRequestCatalogue } from './district-request.events.js';
import { districtRequestsView } from './district-request-presenting.js';
import { districtRequestProjection, districtStateOf } from './district-request.projection.js';
import { explorationCycleCatalogue } from './exploration-cycle.events.js';
import type { CycleDetails } from './exploration.reads.js';
import { sampleCounty } from './sample-county.js';
import { county, recordInMemory, sampleAgency, sampleDistricts } from './testing/sample-record.js';

const { store, run, events } = recordInMemory();
let recorded: readonly StoredEvent[] = [];

beforeAll(async () => {
  for (const command of sampleCounty(county)) await run(command);
  recorded = await events();
});
afterAll(() => store.close());

const cycleEvents = () => recorded.filter((event) => explorationCycleCatalogue.has(event.type));
const districtEvents = () => recorded.filter((event) => districtRequestCatalogue.has(event.type));

describe('the sample county', () => {
  it('loads once: the same commands again record nothing', async () => {
    for (const command of sampleCounty(county)) expect((await run(command)).replayed).toBe(true);
    expect((await events()).length).toBe(recorded.length);
  });
  it.each(['2025-07-01', '2025-09-15', '2026-06-30', '2026-11-22'])(
    'holds together when loaded on %s',
    async (today) => {
      const fresh = recordInMemory();
      for (const command of sampleCounty({ ...county, today })) await fresh.run(command);
      const dates = (await fresh.events()).map((event) => event.metadata.effectiveOn);
      expect(dates.filter((date) => date > today)).toEqual([]);
      await fresh.store.close();
    },
  );
  it('runs in the order of its days', () => {
    const days = sampleCounty(county).map((command) => command.meta.today);
    expect(days).toEqual([...days].sort());
  });
});

async function cycleIn(schoolYear: string): Promise<{ row: CycleRow; details: CycleDetails }> {
  const tables = await tablesAfter(explorationCycleProjection, cycleEvents());
  const here = <R>(name: string) =>
    (tables[name] as unknown as (R & CycleRow)[]).filter(
      (row) => row.subject === sampleAgency && row.school_year === schoolYear,
    );
  const items = here<ItemRow>(itemTable.name).map((row) => [row.item, { ...row, said: parsed(row.entries) }] as const);
  const [row] = here<CycleRow>(cycleTable.name);
  const details = {
    items: new Map(items),
    needs: here<{ entries: unknown }>('exploration_need').map((need) => parsed(need.entries)),
    commitment: here<{ entries: unknown }>('exploration_commitment').flatMap((stated) => parsed(stated.entries)),
  };
  return { row: { ...row!, assessments: parsed(row!.assessments) }, details: details as unknown as CycleDetails };
}

/** JSON columns come as text or decoded, depending on the way they were read. */
function parsed(value: unknown): never {
  return (typeof value === 'string' ? JSON.parse(value) : value) as never;
}

describe('the cycle of last year', () => {
  it('is accepted, with every submission readable', async () => {
    const { row, details } = await cycleIn('2024-25');
    expect(row.state).toBe('ACCEPTED');
    const [needs, fit, capacity] = assessmentViews(row, details);
    expect([needs!.state, fit!.state, capacity!.state]).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
    expect(needs!.submissions.map(({ steps }) => steps.map(({ step }) => step))).toEqual([['REVISED'], ['ACCEPTED']]);
    expect(fit!.submissions.map(({ steps }) => steps.map(({ step }) => step))).toEqual([['RETURNED'], ['ACCEPTED']]);
  });
  it('R-16 shows the answers as they stood at each submission', async () => {
    const { row, details } = await cycleIn('2024-25');
    const [needs, fit] = assessmentViews(row, details);
    const aligned = fit!.submissions.map(
      ({ items }) => items.find(({ item }) => item === 'F2')!.answer!.parts[0]!.value,
    );
    expect(aligned).toMatchObject([
      { choices: ['STRATEGIC_PLAN', 'MTSS_PLAN'] },
      { choices: ['STRATEGIC_PLAN', 'MTSS_PLAN', 'MICIP_PLAN'] },
    ]);
    expect(needs!.submissions.map((submission) => submission.needs.length)).toEqual([2, 3]);
  });
});

describe('the cycle of this year', () => {
  it('is open, and says which items are gaps and who owns them', async () => {
    const { row, details } = await cycleIn('2025-26');
    const [needs, , capacity] = assessmentViews(row, details);
    expect(row.state).toBe('OPEN');
    expect(needs!.items.filter((item) => item.isGap).map(({ item }) => item)).toEqual(['N0', 'N4', 'N6', 'N7']);
    expect(capacity!.items.find(({ item }) => item === 'C2')).toMatchObject({
      isGap: true,
      ownerRole: 'business office',
    });
    expect(needViews(details)).toMatchObject([{ focusArea: 'SEBH', strength: 4 }]);
  });
  it('R-17 warns of a commitment without understanding of the resources', async () => {
    const { details } = await cycleIn('2025-26');
    expect(commitmentView(details)).toMatchObject({ supports: 'YES', understandsResources: 'NO' });
    expect(warningViews(details)).toMatchObject([{ code: 'COMMITMENT_WITHOUT_RESOURCES', rule: 'R-17' }]);
    expect(warningViews((await cycleIn('2024-25')).details)).toEqual([]);
  });
});

describe('what the districts said', () => {
  const said = async (number: number, year = '2025-26') => {
    const rows = (await tablesAfter(districtRequestProjection, districtEvents()))['district_request']!;
    const own = rows
      .filter(({ district, school_year }) => district === sampleDistricts[number] && school_year === year)
      .sort((a, b) => Number(a['position']) - Number(b['position']))
      .map(({ said }) => ({ said: said as Json }));
    return districtRequestsView({
      district: sampleDistricts[number]!,
      school_year: year,
      state: districtStateOf(own),
    });
  };

  it('a late entry does not replace what was said since', async () => {
    const { needs, history } = await said(0);
    expect(needs.find(({ focusArea }) => focusArea === 'LITERACY')).toMatchObject({ strength: 3 });
    expect(history.map(({ effectiveOn }) => effectiveOn)).toContain('2025-08-20');
  });
  it('R-88 a correction is in force, a withdrawal leaves nothing but its trace', async () => {
    expect((await said(1)).requests.find(({ supportType }) => supportType === 'TRAINING')).toMatchObject({
      amount: 'MODERATE',
      statement: { act: 'CORRECTED' },
    });
    const withdrawn = await said(3);
    expect(withdrawn.needs).toEqual([]);
    expect(withdrawn.history.map(({ act }) => act)).toEqual(['STATED', 'WITHDRAWN']);
  });
  it('R-14 unknown is asked about, and ends with the answer', async () => {
    expect((await said(4)).followUps).toMatchObject([
      { focusAreas: ['LITERACY', 'SEBH'], asked: [{ on: '2025-10-01' }], outcome: null, dueOn: '2025-12-15' },
    ]);
    expect((await said(4, '2024-25')).followUps).toMatchObject([{ focusAreas: ['SEBH'], outcome: 'ANSWERED' }]);
  });
});

describe('two persons at once', () => {
  const key = { subjectId: sampleAgency, schoolYear: '2025-26', lineage: 'mimtss-isd' };
  const answer = (item: string, basedOn?: EventId) => {
    const data = { item, answer: { kind: 'UNKNOWN' as const, reason: 'asked again' }, evidence: [], basedOn };
    return new AnswerItem(key, data, { agency: sampleAgency }, someMeta());
  };
  it('on different items: both are recorded', async () => {
    const before = (await events()).length;
    await Promise.all([run(answer('F2')), run(answer('F3b')), run(answer('F3c'))]);
    expect((await events()).length).toBe(before + 3);
  });
  it('on one item: one is recorded, the other sees the conflict and may go on from it', async () => {
    const [mine, theirs] = [answer('F4a'), answer('F4a')];
    const [first, second] = await Promise.allSettled([run(mine), run(theirs)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(ConflictError) as Error });
    expect((await run(answer('F4a', eventIdOf(mine, 0)))).eventIds).toHaveLength(1);
  });
});
