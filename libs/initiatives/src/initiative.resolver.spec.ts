import { idOfCode, initiativesApp } from './testing/initiatives-app.js';

let app: Awaited<ReturnType<typeof initiativesApp>>;
beforeEach(async () => {
  app = await initiativesApp();
});
afterEach(() => app.close());

const LIST = `query ($organisation: String!, $withThoseUnder: Boolean!, $focusArea: FocusArea, $first: Int!, $after: String) {
  initiatives(organisation: $organisation, withThoseUnder: $withThoseUnder, focusArea: $focusArea, first: $first, after: $after) {
    totalCount nodes { level status description { name } } pageInfo { hasNextPage endCursor } } }`;
const asked = { organisation: 'ZZ-90', withThoseUnder: false, first: 50 };

describe('inventories over GraphQL', () => {
  it('R-32 agency, district and school keep one each; a list shows the owner alone, or with those under it', async () => {
    for (const organisation of ['ZZ-90', 'ZZ-90010', 'ZZ-SCHOOL-1', 'ZZ-SCHOOL-2']) {
      await app.register(organisation, `of ${organisation}`);
    }
    await app.register('ZZ-91', 'of another agency', {}, 'ADMIN');
    const own = await app.ask(LIST, asked);
    expect(own.data!['initiatives'].nodes).toMatchObject([{ level: 'AGENCY', description: { name: 'of ZZ-90' } }]);
    const all = await app.ask(LIST, { ...asked, withThoseUnder: true });
    expect(all.data!['initiatives'].totalCount).toBe(4);
    expect(all.data!['initiatives'].nodes.map(({ level }: { level: string }) => level).sort()).toEqual([
      ...['AGENCY', 'DISTRICT', 'SCHOOL', 'SCHOOL'],
    ]);
    const district = await app.ask(LIST, { ...asked, organisation: 'ZZ-90010', withThoseUnder: true });
    expect(district.data!['initiatives'].totalCount).toBe(2);
  });

  it('pages by owner and name, and narrows by focus area', async () => {
    for (const name of ['b', 'C', 'a', 'd']) await app.register('ZZ-90', name, { focusAreas: ['SEBH'] });
    await app.register('ZZ-90', 'reading', { focusAreas: ['LITERACY'] });
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await app.ask(LIST, { ...asked, focusArea: 'SEBH', first: 3, after });
      const { nodes, pageInfo } = data!['initiatives'];
      names.push(...nodes.map(({ description }: any) => description.name));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(['a', 'b', 'C', 'd']);
  });

  it('R-07 whoever has no right there enters nothing and sees nothing', async () => {
    const { id } = await app.register('ZZ-91', 'of another agency', {}, 'ADMIN');
    const input = { organisation: 'ZZ-91', description: { name: 'x' }, status: 'ACTIVE' };
    await expect(app.mutate('registerInitiative', input, 'id')).rejects.toThrow('FORBIDDEN');
    const listed = await app.ask(LIST, { ...asked, organisation: 'ZZ-91' });
    expect(listed.errors![0]!.extensions['code']).toBe('FORBIDDEN');
    const seen = await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(seen.errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });

  it('what is left out is unknown, and what was said is shown with its entry', async () => {
    const { id, described } = await app.register('ZZ-90', 'Check-in', { annualCost: 1_250_000, tiers: ['TIER_2'] });
    const { data } = await app.ask(
      `query ($id: ID!) { node(id: $id) { ... on Initiative { organisationId description {
        mandate annualCost tiers stage fidelityMeasure { state name } population { grades } statement { what eventId act } } } } }`,
      { id },
    );
    expect(data!['node'].description).toEqual({
      ...{ mandate: 'UNKNOWN', annualCost: 1_250_000, tiers: ['TIER_2'], stage: null, population: null },
      fidelityMeasure: { state: 'UNKNOWN', name: null },
      statement: { what: 'DESCRIPTION', eventId: described, act: 'STATED' },
    });
  });

  it('R-88 is described anew, corrected, ended, and taken back', async () => {
    const { id, described, status } = await app.register('ZZ-90', 'Check-in');
    const anew = { initiative: id, description: { name: 'Check-in and out' }, basedOn: described };
    const fields = 'status description { name statement { eventId act reason } } history { what act }';
    const said = await app.mutate('describeInitiative', anew, fields);
    expect(said['entity'].description.name).toBe('Check-in and out');
    const stale = await app.mutate('describeInitiative', anew, fields);
    expect(stale['userErrors']).toMatchObject([{ code: 'CONFLICT', path: ['basedOn'] }]);
    const wrong = { initiative: id, corrects: said['entity'].description.statement.eventId, reason: 'a slip' };
    const corrected = await app.mutate('correctInitiative', { ...wrong, description: { name: 'Mentors' } }, fields);
    expect(corrected['entity'].description).toMatchObject({ name: 'Mentors', statement: { act: 'CORRECTED' } });
    const end = { initiative: id, status: 'ENDED', basedOn: status, reason: 'the grant ended' };
    const ended = await app.mutate('stateInitiativeStatus', end, fields);
    expect(ended['entity']).toMatchObject({ status: 'ENDED', history: [{}, {}, {}, {}, { what: 'STATUS' }] });
    const twice = await app.register('ZZ-90', 'Twice');
    const gone = await app.mutate('withdrawInitiative', { initiative: twice['id'], reason: 'entered twice' }, 'id');
    expect(gone).toMatchObject({ entity: null, userErrors: [], receipt: { replayed: false } });
    const { data } = await app.ask(LIST, asked);
    expect(data!['initiatives'].totalCount).toBe(1);
  });

  it('S10 what holds from after the last day of an owner is in the list that refuses its closing', async () => {
    await app.register('ZZ-SCHOOL-1', 'Check-in');
    const after = (day: string) => app.laterWork.after(idOfCode('ZZ-SCHOOL-1'), day);
    expect(await after('2025-10-14')).toEqual(['initiative "check-in" from 2025-10-15']);
    expect(await after('2025-10-15')).toEqual([]);
  });
});
