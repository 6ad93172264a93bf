import { initiativesApp } from './testing/initiatives-app.js';

let app: Awaited<ReturnType<typeof initiativesApp>>;
beforeEach(async () => {
  app = await initiativesApp();
});
afterEach(() => app.close());

const RELATIONS = 'relations { relation toInitiativeId toFocusArea explanation resolution statement { eventId act } }';
const alike = { expectedOutcomes: ['Fewer referrals'], population: { grades: ['6'] } };

describe('judgements over GraphQL', () => {
  it('R-31, R-36 people judge; what a rule suggests stands beside it and changes nothing', async () => {
    const one = await app.register('ZZ-90', 'Check-in', alike);
    const other = await app.register('ZZ-90010', 'Mentors', alike);
    const query = `query { initiativeSuggestions(organisation: "ZZ-90010") {
      relation initiatives because rule judgements { relation } } }`;
    const before = await app.ask(query);
    expect(before.data!['initiativeSuggestions']).toMatchObject([
      { relation: 'DUPLICATES', initiatives: [other['id'], one['id']], rule: 'initiative-overlap@1', judgements: [] },
    ]);
    const pair = { initiative: one['id'], to: { initiative: other['id'] }, explanation: 'different pupils' };
    const judged = await app.mutate('relateInitiative', { ...pair, relation: 'CONFLICTS' }, RELATIONS);
    const [{ statement }] = judged['entity'].relations;
    const resolution = 'alternate weeks';
    const resolve = { initiative: one['id'], to: pair.to, judgement: statement.eventId, resolution };
    const resolved = await app.mutate('resolveConflict', resolve, RELATIONS);
    expect(resolved['entity'].relations).toMatchObject([{ relation: 'CONFLICTS', resolution }]);
    const after = await app.ask(query);
    expect(after.data!['initiativeSuggestions']).toMatchObject([{ judgements: [{ relation: 'CONFLICTS' }] }]);
    const again = { ...pair, relation: 'CONFLICTS', basedOn: statement.eventId };
    const open = await app.mutate('relateInitiative', again, RELATIONS);
    expect(open['entity'].relations).toMatchObject([{ relation: 'CONFLICTS', resolution: null }]);
    const [{ statement: newest }] = open['entity'].relations;
    const anew = { ...pair, relation: 'NEUTRAL', basedOn: newest.eventId };
    const settled = await app.mutate('relateInitiative', anew, RELATIONS);
    expect(settled['entity'].relations).toMatchObject([{ relation: 'NEUTRAL', resolution: null }]);
  });

  it('R-34, R-07 a relation names one target, and nothing that the judge may not see', async () => {
    const { id } = await app.register('ZZ-90', 'Check-in');
    const foreign = await app.register('ZZ-91', 'Theirs', {}, 'ADMIN');
    const judge = (to: object) =>
      app.mutate('relateInitiative', { initiative: id, to, relation: 'NEUTRAL', explanation: 'x' }, RELATIONS);
    expect((await judge({}))['userErrors']).toMatchObject([{ code: 'RELATION_TO_ITSELF', rule: 'R-34' }]);
    expect((await judge({ initiative: id }))['userErrors']).toMatchObject([{ code: 'RELATION_TO_ITSELF' }]);
    await expect(judge({ initiative: foreign['id'] })).rejects.toThrow('FORBIDDEN');
    const area = await judge({ focusArea: 'SEBH' });
    expect(area['entity'].relations).toMatchObject([{ toFocusArea: 'SEBH', toInitiativeId: null }]);
  });

  it('R-35 a review leaves its status and its reasons; withdrawn it leaves the status of before', async () => {
    const { id, status } = await app.register('ZZ-90', 'Check-in');
    const fields = 'status reviews { reviewId decision restsOn { what } statement { eventId } }';
    const restsOn = [{ what: 'walkthroughs of spring', seenOn: '2025-05-20' }];
    const review = { decision: 'DESELECT', explanation: 'nobody uses it', restsOn };
    const done = await app.mutate('reviewInitiative', { initiative: id, review, basedOn: status }, fields);
    expect(done['entity']).toMatchObject({ status: 'DESELECTED', reviews: [{ decision: 'DESELECT', restsOn: [{}] }] });
    const [{ reviewId, statement }] = done['entity'].reviews;
    const never = { initiative: id, reviewId, corrects: statement.eventId, reason: 'there was none' };
    const withdrawn = await app.mutate('withdrawReview', never, fields);
    expect(withdrawn['entity']).toMatchObject({ status: 'ACTIVE', reviews: [] });
  });

  it('a rating is shown indicator by indicator, and put right', async () => {
    const { id } = await app.register('ZZ-90', 'Check-in');
    const rating = { evidence: 4, usability: 3, supports: 2, need: 5, fit: 4, capacity: 1 };
    const fields = 'rating { evidence capacity roles statement { eventId act } }';
    const rated = await app.mutate('rateInitiative', { initiative: id, rating }, fields);
    const { statement } = rated['entity'].rating;
    const right = { initiative: id, rating: { ...rating, capacity: 2 }, corrects: statement.eventId, reason: 'a slip' };
    const corrected = await app.mutate('correctRating', right, fields);
    expect(corrected['entity'].rating).toMatchObject({ capacity: 2, statement: { act: 'CORRECTED' } });
  });

  it('staff promised and staff available make the load of a school year', async () => {
    const { id } = await app.register('ZZ-90', 'Check-in');
    const schoolYear = '2025-26';
    const cells = [{ staffGroup: 'Coaches', fte: 2 }];
    const fields = 'staff { schoolYear staffGroup fte statement { eventId } }';
    const promised = await app.mutate('promiseStaff', { initiative: id, schoolYear, cells }, fields);
    expect(promised['entity'].staff).toMatchObject([{ schoolYear, staffGroup: 'Coaches', fte: 2 }]);
    const lines = 'lines { schoolYear staffGroup promised available state because statement { eventId } }';
    const there = { organisation: 'ZZ-90', schoolYear, cells: [{ staffGroup: 'coaches', fte: 1.5 }] };
    const stated = await app.mutate('stateStaffAvailability', there, lines);
    expect(stated['entity'].lines).toMatchObject([
      { staffGroup: 'Coaches', promised: 2, available: 1.5, state: 'OVER', because: '2 of 1.5 FTE are promised.' },
    ]);
    const { data } = await app.ask(
      `query { staffLoad(organisation: "ZZ-90", from: "2026-27") { rule lines { state } } }`,
    );
    expect(data!['staffLoad']).toEqual({ rule: 'staff-load@1', lines: [] });
  });
});
