import { idOf } from '@waymark/kernel/testing';
import { globalId } from '@waymark/nest-kit';
import { explorationApp, knownPerson } from './testing/exploration-app.js';

let app: Awaited<ReturnType<typeof explorationApp>>;
beforeAll(async () => {
  app = await explorationApp();
});
afterAll(() => app.close());

const cycle = { organisation: 'ZZ-90', schoolYear: '2025-26', lineage: 'mimtss-isd' };

describe('exploration over GraphQL', () => {
  it('opens a cycle, answers an item in parts, and shows gaps, owner and answer', async () => {
    const { organisation, schoolYear } = cycle;
    const opened = await app.mutate(
      'openExplorationCycle',
      { organisation, schoolYear, questionSet: 'mimtss-isd-2022' },
      'id state cycle',
    );
    expect(opened).toMatchObject({ entity: { state: 'OPEN', cycle: 1 }, userErrors: [] });
    const answered = await app.mutate(
      'answerItem',
      {
        ...cycle,
        item: 'F1',
        answer: {
          state: 'ANSWERED',
          parts: [
            { part: 'shared', threeWay: 'PARTLY' },
            { part: 'clarity', scale: { level: 3 } },
          ],
        },
        evidence: [{ kind: 'MEETING', seenOn: '2025-10-01' }],
      },
      `assessments { assessment state gapCount items { item status isGap
        answer { eventId state parts { part value { __typename ... on ThreeWayValue { threeWay } ... on Scale5Value { level } } } } } }`,
    );
    const fit = answered['entity'].assessments[1];
    expect(fit).toMatchObject({ assessment: 'FIT', state: 'DRAFT', gapCount: 9 });
    expect(fit.items[0]).toMatchObject({
      ...{ item: 'F1', status: 'ANSWERED', isGap: false },
      answer: { parts: [{ value: { threeWay: 'PARTLY' } }, { value: { level: 3 } }] },
    });
  });
  it('answers the same item at once with a visible conflict', async () => {
    const again = await app.mutate(
      'answerItem',
      { ...cycle, item: 'F1', answer: { state: 'UNKNOWN', reason: 'asked again' } },
      'id',
    );
    expect(again).toMatchObject({ entity: null, receipt: null, userErrors: [{ code: 'CONFLICT', path: ['basedOn'] }] });
  });
  it('states a need and a commitment, and warns', async () => {
    const need = {
      focusArea: 'SEBH',
      statement: 'Support differs',
      strength: 4,
      sources: [{ kind: 'SURVEY', seenOn: '2025-10-01' }],
    };
    const stated = await app.mutate(
      'stateCountyNeed',
      { ...cycle, need },
      'needs { needId focusArea sources { kind } }',
    );
    expect(stated['entity'].needs).toMatchObject([{ focusArea: 'SEBH', sources: [{ kind: 'SURVEY' }] }]);
    const commitment = {
      supports: 'YES',
      leaderRole: 'superintendent',
      committedOn: '2025-10-01',
      understandsResources: 'NO',
    };
    const committed = await app.mutate(
      'stateLeadershipCommitment',
      { ...cycle, commitment },
      'warnings { code rule } commitment { supports }',
    );
    expect(committed['entity']).toEqual({
      warnings: [{ code: 'COMMITMENT_WITHOUT_RESOURCES', rule: 'R-17' }],
      commitment: { supports: 'YES' },
    });
  });
  it('R-11 refuses to submit with gaps, and takes no wrong part', async () => {
    const refused = await app.mutate('submitAssessment', { ...cycle, assessment: 'FIT' }, 'id');
    expect(refused['userErrors']).toMatchObject([{ code: 'ASSESSMENT_INCOMPLETE', rule: 'R-11' }]);
    const two = { state: 'ANSWERED', parts: [{ part: 'fits', text: 'x', choice: 'y' }] };
    const wrong = await app.mutate('answerItem', { ...cycle, item: 'F2', answer: two }, 'id');
    expect(wrong['userErrors']).toMatchObject([
      { code: 'ANSWER_DOES_NOT_FIT', rule: 'R-12', path: ['answer', 'parts', '0'] },
    ]);
  });
  it('reads a cycle, lists of cycles, its node, and the question sets', async () => {
    const { data, errors } = await app.ask(`{
      explorationCycle(organisation: "ZZ-90", schoolYear: "2025-26") { id organisationId needs { needId } }
      explorationCycles(agency: "ZZ-90", first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }
      questionSets { code items { item parts { part kind codes } } } }`);
    expect(errors).toBeUndefined();
    expect(data!['questionSets']).toHaveLength(3);
    expect(data!['explorationCycles'].nodes).toEqual([{ id: data!['explorationCycle'].id }]);
    const node = await app.ask(
      `{ node(id: "${data!['explorationCycle'].id}") { ... on ExplorationCycle { schoolYear state } } }`,
    );
    expect(node.data).toEqual({ node: { schoolYear: '2025-26', state: 'OPEN' } });
  });
  it('names organisations that do not exist or cannot explore', async () => {
    const nobody = await app.mutate('abandonExplorationCycle', { ...cycle, organisation: 'ZZ-99', reason: 'x' }, 'id');
    expect(nobody['userErrors']).toMatchObject([{ code: 'ORGANISATION_UNKNOWN', path: ['organisation'] }]);
    const odd = await app.mutate('abandonExplorationCycle', { ...cycle, lineage: '../x_y', reason: 'x' }, 'id');
    expect(odd['userErrors']).toMatchObject([{ code: 'UNKNOWN_QUESTION_SET' }]);
  });
});

describe('owners', () => {
  const task = { district: 'ZZ-90010', schoolYear: '2025-26' };
  it('are persons of the record', async () => {
    const nobody = globalId('Person', idOf('nobody'));
    const item = { ...cycle, item: 'N3', ownerRole: 'data coordinator' };
    const unknown = await app.mutate('assignItemOwner', { ...item, ownerId: nobody }, 'id');
    expect(unknown['userErrors']).toMatchObject([{ code: 'PERSON_NOT_FOUND', path: ['ownerId'] }]);
    const known = await app.mutate('assignItemOwner', { ...item, ownerId: globalId('Person', knownPerson) }, 'id');
    expect(known['userErrors']).toEqual([]);
    const asked = { ...task, focusAreas: ['SEBH'], task: { ownerId: nobody } };
    const followUp = await app.mutate('openFollowUp', asked, 'id');
    expect(followUp['userErrors']).toMatchObject([{ code: 'PERSON_NOT_FOUND', path: ['task', 'ownerId'] }]);
  });
});

describe('a district that moves', () => {
  const listed = async (agency: string) => {
    const { data } = await app.ask(`{ explorationCycles(agency: "${agency}", first: 10) { nodes { id } totalCount } }`);
    expect(data!['explorationCycles'].totalCount).toBe(data!['explorationCycles'].nodes.length);
    return data!['explorationCycles'].nodes.map(({ id }: { id: string }) => id) as string[];
  };
  it.each(['bm9wZQ', 'WyJ4Il0', 'WzFd'])('is not looked for after the cursor %s, which is none', async (after) => {
    const { errors } = await app.ask(`{ explorationCycles(agency: "ZZ-90", after: "${after}") { nodes { id } } }`);
    expect(errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['after'] });
  });

  it('takes its cycles with it: they are listed under its agency of today', async () => {
    const input = { organisation: 'ZZ-90010', schoolYear: '2025-26', questionSet: 'mimtss-district' };
    const { entity } = await app.mutate('openExplorationCycle', input, 'id');
    expect(await listed('ZZ-90')).toContain(entity.id);
    app.move('ZZ-90010', 'ZZ-91');
    expect([await listed('ZZ-90'), await listed('ZZ-91')]).toEqual([
      expect.not.arrayContaining([entity.id]),
      [entity.id],
    ]);
    app.move('ZZ-90010', 'ZZ-90');
  });
});
