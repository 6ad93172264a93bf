import type { OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { explorationApp } from './testing/exploration-app.js';

let app: Awaited<ReturnType<typeof explorationApp>>;
beforeEach(async () => {
  app = await explorationApp();
});
afterEach(() => app.close());

const after = (code: string, day: string) => app.laterWork.after(idOf<OrganisationId>(code), day);

describe('S10 what was stated for days after the last one of an organisation', () => {
  it('are its cycles and their answers, until the cycle is abandoned', async () => {
    const organisation = 'ZZ-90';
    const schoolYear = '2025-26';
    const questionSet = 'mimtss-isd-2022';
    const opened = { organisation, schoolYear, questionSet, effectiveOn: '2025-10-10' };
    await app.mutate('openExplorationCycle', opened, 'id');
    const cycle = { organisation, schoolYear, lineage: 'mimtss-isd' };
    const answer = { state: 'UNKNOWN', reason: 'nobody knows' };
    await app.mutate('answerItem', { ...cycle, item: 'F1', answer, effectiveOn: '2025-10-12' }, 'id');
    expect(await after(organisation, '2025-10-09')).toEqual([
      'cycle of 2025-26 opened on 2025-10-10',
      'answer to F1 from 2025-10-12',
    ]);
    expect(await after(organisation, '2025-10-10')).toEqual(['answer to F1 from 2025-10-12']);
    expect(await after(organisation, '2025-10-12')).toEqual([]);
    expect(await after('ZZ-91', '2025-10-09')).toEqual([]);
    await app.mutate('abandonExplorationCycle', { ...cycle, reason: 'The agency closed' }, 'id');
    expect(await after(organisation, '2025-10-09')).toEqual([]);
  });

  it('are the needs of a district, until they are withdrawn', async () => {
    const district = { district: 'ZZ-90010', schoolYear: '2025-26' };
    const stated = await app.mutate(
      'stateDistrictNeed',
      {
        ...{ ...district, cells: [{ focusArea: 'SEBH', answer: 'NEED' }], effectiveOn: '2025-10-12' },
        source: { kind: 'MEETING', on: '2025-10-12' },
      },
      '__typename',
    );
    expect(stated['userErrors']).toEqual([]);
    expect(await after('ZZ-90010', '2025-10-11')).toEqual(['need from 2025-10-12']);
    expect(await after('ZZ-90010', '2025-10-12')).toEqual([]);
    const [corrects] = stated['receipt'].eventIds;
    const withdrawn = await app.mutate(
      'withdrawDistrictNeed',
      { ...district, corrects, reason: 'Said of another district' },
      '__typename',
    );
    expect(withdrawn['userErrors']).toEqual([]);
    expect(await after('ZZ-90010', '2025-10-11')).toEqual([]);
  });
});
