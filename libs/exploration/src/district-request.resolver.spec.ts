import { explorationApp } from './testing/exploration-app.js';

let app: Awaited<ReturnType<typeof explorationApp>>;
beforeAll(async () => {
  app = await explorationApp();
});
afterAll(() => app.close());

describe('districts over GraphQL', () => {
  const district = { district: 'ZZ-90010', schoolYear: '2025-26' };
  it('R-14 unknown opens a follow-up that the answer closes', async () => {
    const source = { kind: 'SURVEY', on: '2025-09-20' };
    const fields = 'needs { focusArea answer statement { statedBy } } followUps { focusAreas outcome ownerRole }';
    const unknown = { ...district, source, cells: [{ focusArea: 'SEBH', answer: 'UNKNOWN' }] };
    const first = await app.mutate('stateDistrictNeed', unknown, fields);
    expect(first['entity'].followUps).toMatchObject([{ focusAreas: ['SEBH'], outcome: null }]);
    const basedOn = first['receipt'].eventIds[0];
    const known = { ...unknown, cells: [{ focusArea: 'SEBH', answer: 'NEED', strength: 5, basedOn }] };
    const second = await app.mutate('stateDistrictNeed', known, fields, 'DISTRICT_MEMBER');
    expect(second['entity']).toMatchObject({
      needs: [{ answer: 'NEED', statement: { statedBy: 'DISTRICT' } }],
      followUps: [{ outcome: 'ANSWERED' }],
    });
  });
  it('R-88 a plan that was noted is put right, and taken back', async () => {
    const plan = {
      ...{ planTitle: 'Improvement plan', goalTitle: 'Reading by grade 3', goalState: 'ACTIVE' },
      ...{ focusAreas: ['LITERACY'], seenOn: '2025-10-01' },
    };
    const fields = 'plans { planRef goalState focusAreas statement { eventId act reason } }';
    const noted = await app.mutate('noteDistrictPlan', { ...district, plan }, fields);
    const [{ planRef, statement }] = noted['entity'].plans;
    const archived = { ...plan, goalState: 'ARCHIVED' };
    const which = { ...district, planRef };
    const corrected = await app.mutate(
      'correctDistrictPlan',
      { ...which, corrects: statement.eventId, plan: archived, reason: 'an old list' },
      fields,
    );
    expect(corrected['entity'].plans).toMatchObject([
      { planRef, goalState: 'ARCHIVED', statement: { act: 'CORRECTED', reason: 'an old list' } },
    ]);
    const withdraw = (corrects: string) =>
      app.mutate('withdrawDistrictPlan', { ...which, corrects, reason: 'of another district' }, fields);
    const outdated = await withdraw(statement.eventId);
    expect(outdated['userErrors']).toMatchObject([{ code: 'CONFLICT' }]);
    const withdrawn = await withdraw(corrected['entity'].plans[0].statement.eventId);
    expect(withdrawn).toMatchObject({ entity: { plans: [] }, userErrors: [] });
  });
  it('two at once about the same cell: one passes, the other sees the conflict and can say its word on top', async () => {
    const other = { district: 'ZZ-90020', schoolYear: '2025-26' };
    const source = { kind: 'MEETING', on: '2025-10-01' };
    const fields = 'requests { focusArea supportType amount statement { eventId } }';
    const ask = (amount: string, supportType: string, basedOn?: string) => {
      const cells = [{ focusArea: 'SEBH', supportType, amount, basedOn }];
      return app.mutate('requestSupport', { ...other, source, cells }, fields);
    };
    const outcomes = await Promise.all(['LIGHT', 'MODERATE', 'INTENSIVE'].map((amount) => ask(amount, 'TRAINING')));
    const passed = outcomes.filter(({ userErrors }) => userErrors.length === 0);
    const [event] = passed[0]!['receipt'].eventIds;
    expect(passed).toHaveLength(1);
    for (const { userErrors, receipt } of outcomes.filter((outcome) => outcome !== passed[0])) {
      expect(receipt).toBeNull();
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', path: ['cells', '0', 'basedOn'] }]);
      expect(userErrors[0].message).toMatch(new RegExp(`SEBH TRAINING stands the entry ${event}.*COORDINATOR`));
    }
    expect(passed[0]!['entity'].requests[0].statement.eventId).toBe(event);
    expect(await ask('LIGHT', 'COACHING')).toMatchObject({ userErrors: [] });
    expect(await ask('NONE', 'TRAINING', event)).toMatchObject({ userErrors: [] });
    expect(await ask('LIGHT', 'TRAINING', event)).toMatchObject({ userErrors: [{ code: 'CONFLICT' }] });
  });
});
