import { idOf } from '@waymark/kernel/testing';
import { globalId } from '@waymark/nest-kit';
import { questionsApp, TODAY } from './testing/questions-app.js';
import { need, placed, registered } from './testing/said.js';

const inD1 = placed('school', 'd1', { eff: '2023-07-01' });
const events = [
  registered('mi', 'STATE_AGENCY'),
  ...['a1', 'a2'].map((agency) => registered(agency, 'SERVICE_AGENCY')),
  registered('s1', 'SERVICE_AGENCY', { state: 'ZZ' }),
  ...['d1', 'd2', 'd3'].map((district) => registered(district, 'DISTRICT')),
  placed('d1', 'a1', { eff: '2023-07-01' }),
  placed('d2', 'a1', { eff: '2023-07-01', id: 'd2 placed' }),
  placed('d3', 'a2', { eff: '2023-07-01' }),
  registered('school', 'SCHOOL'),
  { ...inD1, data: { ...inD1.data, kind: 'SCHOOL' }, organisations: {} },
  need('d1', { SEBH: 'UNKNOWN' }, { eff: '2024-01-10', id: 'stated', agency: 'a1' }),
  need(
    'd1',
    { SEBH: 'NEED' },
    {
      eff: '2024-01-10',
      id: 'corrected',
      act: 'CORRECTED',
      statement: 'stated',
      was: { SEBH: 'UNKNOWN' },
      agency: 'a1',
    },
  ),
  need('d2', { SEBH: 'NEED' }, { eff: '2024-01-12', id: 'second', agency: 'a1' }),
  need('d3', { SEBH: 'NEED' }, { eff: '2024-01-13', agency: 'a2' }),
].map((event, index) => ({ ...event, recordedAt: `2024-02-${String(index + 1).padStart(2, '0')}T12:00:00.000Z` }));

describe('questions over GraphQL', () => {
  let app: Awaited<ReturnType<typeof questionsApp>>;
  beforeAll(async () => {
    app = await questionsApp(events);
  });
  afterAll(() => app.close());

  const FIGURES = 'figures { key value state reason sourceHandle }';
  const ASK = `query ($q: String!, $agency: String, $state: String, $record: String, $inputs: [QuestionInput!], $asOf: AsOfInput) {
    ask(question: $q, agency: $agency, state: $state, record: $record, inputs: $inputs, asOf: $asOf) {
      question version state organisation { code name isSample } asOf { eventId recordedAt effectiveOn }
      ${FIGURES} items { nodes { kind fields { name value } event { id isSample } } } } }`;

  async function figure(key: string, variables: object, as?: string) {
    const { data, errors } = await app.ask(ASK, { q: 'needs-by-focus-area', ...variables }, as);
    expect(errors).toBeUndefined();
    return data!['ask'].figures.find((found: { key: string }) => found.key === key);
  }
  const sebh = 'districts-with-need?focusArea=SEBH';
  async function refused(variables: object, as?: string) {
    const { data, errors } = await app.ask(ASK, { q: 'silent-districts', ...variables }, as);
    expect(data ?? null).toBeNull();
    return errors![0]!;
  }

  it('lists the questions, and shows one with its rule', async () => {
    const { data } = await app.ask(
      '{ questions { slug } question(slug: "silent-districts") { version plainWords inputs { name kind otherwise } figures { name rule } } }',
    );
    expect(data!['questions']).toHaveLength(12);
    expect(data!['question']).toMatchObject({ version: 1, inputs: [{ name: 'schoolYear', kind: 'SCHOOL_YEAR' }] });
  });

  it('answers with where its dials stand, and again the same by them', async () => {
    const now = await app.ask(ASK, { q: 'needs-by-focus-area', agency: 'MI-01' });
    expect(now.data!['ask']).toMatchObject({
      ...{ question: 'needs-by-focus-area', version: 1, state: null },
      organisation: { code: 'MI-a1', name: 'a1', isSample: false },
      asOf: { eventId: events.at(-1)!.eventId, recordedAt: events.at(-1)!.recordedAt, effectiveOn: TODAY },
    });
    const { eventId, effectiveOn } = now.data!['ask'].asOf;
    const asOf = { recorded: eventId, effective: effectiveOn };
    expect(await app.ask(ASK, { q: 'needs-by-focus-area', agency: 'MI-01', asOf })).toEqual(now);
    expect(await figure(sebh, { agency: 'MI-01' })).toMatchObject({ value: 2, state: 'KNOWN' });
    const earlier = { recorded: idOf('corrected'), effective: TODAY };
    expect(await figure(sebh, { agency: 'MI-01', asOf: earlier })).toMatchObject({
      ...{ value: 1, state: 'PARTIAL', reason: '1 of 2 districts said nothing.' },
    });
  });

  it('marks an answer about the sample county', async () => {
    const { data } = await app.ask(ASK, { q: 'silent-districts', agency: 'ZZ-90' }, 'COORDINATOR s1');
    expect(data!['ask'].organisation).toEqual({ code: 'ZZ-s1', name: 's1', isSample: true });
    expect(data!['ask'].figures[0]).toMatchObject({ value: null, state: 'NOT_APPLICABLE' });
  });

  describe('sources', () => {
    const SOURCES = `query ($handle: String!, $first: Int, $after: String, $history: Boolean) {
      sources(handle: $handle, first: $first, after: $after, history: $history) {
        nodes { id type act corrects changes { path before after } } pageInfo { hasNextPage endCursor } } }`;

    it('open page by page, in the order of the record', async () => {
      const { sourceHandle: handle } = await figure(sebh, { agency: 'MI-01' });
      const first = (await app.ask(SOURCES, { handle, first: 1 })).data!['sources'];
      expect(first.nodes).toMatchObject([{ id: idOf('corrected'), act: 'CORRECTED', corrects: idOf('stated') }]);
      expect(first.nodes[0].changes).toEqual([{ path: 'cells[SEBH].answer', before: 'UNKNOWN', after: 'NEED' }]);
      expect(first.pageInfo.hasNextPage).toBe(true);
      const next = (await app.ask(SOURCES, { handle, first: 1, after: first.pageInfo.endCursor })).data!['sources'];
      expect(next.nodes.map(({ id }: { id: string }) => id)).toEqual([idOf('second')]);
      expect(next.pageInfo.hasNextPage).toBe(false);
    });

    it('show the earlier events of each statement when asked for history, at the figure as by its handle', async () => {
      const { sourceHandle: handle } = await figure(sebh, { agency: 'MI-01' });
      const byHandle = (await app.ask(SOURCES, { handle, history: true })).data!['sources'].nodes;
      expect(byHandle.map(({ id }: { id: string }) => id)).toEqual(
        ['stated', 'corrected', 'second'].map((id) => idOf(id)),
      );
      const { data } = await app.ask(`{ ask(question: "needs-by-focus-area", agency: "MI-01") {
        figures { key sources(history: true) { nodes { id } } } } }`);
      const own = data!['ask'].figures.find(({ key }: { key: string }) => key === sebh);
      expect(own.sources.nodes).toEqual(byHandle.map(({ id }: { id: string }) => ({ id })));
    });

    it('pay for each figure when they are asked for at all figures at once', async () => {
      const all = (first: number) => `{ ask(question: "needs-by-focus-area", agency: "MI-01") {
        figures { sources(first: ${first}) { nodes { id type act stream recordedAt } } } } }`;
      expect((await app.ask(all(100))).errors![0]!.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
      expect((await app.ask(all(20))).errors).toBeUndefined();
    });

    it('refuse a handle or a cursor that is none', async () => {
      const { sourceHandle: handle } = await figure(sebh, { agency: 'MI-01' });
      const strange = Buffer.from(JSON.stringify([7])).toString('base64url');
      for (const variables of [{ handle: 'x' }, { handle, after: 'x' }, { handle, after: strange }]) {
        const { errors } = await app.ask(SOURCES, variables);
        expect(errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN' });
      }
    });

    it('R-07 stay closed to who may ask but not read events, and about another agency', async () => {
      const { sourceHandle: handle } = await figure(sebh, { agency: 'MI-01' }, 'ANALYST a1');
      for (const as of ['ANALYST a1', 'COORDINATOR a2']) {
        const { errors } = await app.ask(SOURCES, { handle }, as);
        expect(errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
      }
    });
  });

  describe('a state', () => {
    it.each(['STATE_REVIEWER mi', 'ANALYST mi', 'ADMIN operator'])('is the sum of its agencies, for %s', async (as) => {
      const [whole, ...parts] = await Promise.all(
        [{ state: 'MI' }, { agency: 'MI-01' }, { agency: 'MI-02' }].map((scope) => figure(sebh, scope, as)),
      );
      expect(whole).toMatchObject({ value: 3, state: 'KNOWN' });
      expect(parts.map(({ value }) => value)).toEqual([2, 1]);
    });

    it.each(['COORDINATOR a1', 'ANALYST a1', 'DISTRICT_MEMBER d1', 'STATE_REVIEWER zz', ''])(
      'R-07 is not for %s',
      async (as) => {
        expect((await refused({ state: 'MI' }, as)).extensions).toMatchObject({ code: 'FORBIDDEN' });
      },
    );

    it('R-07 of another state is not for its reviewer', async () => {
      for (const scope of [{ state: 'ZZ' }, { agency: 'ZZ-90' }]) {
        expect((await refused(scope, 'STATE_REVIEWER mi')).extensions).toMatchObject({ code: 'FORBIDDEN' });
      }
    });
  });

  it('R-07 the record of a school is for those who may read that of its district', async () => {
    for (const record of ['MI-SCHOOL-1', globalId('Organisation', idOf('school')), `organisation-${idOf('school')}`]) {
      for (const as of ['COORDINATOR a1', 'DISTRICT_MEMBER d1', 'STATE_REVIEWER mi']) {
        const { data, errors } = await app.ask(ASK, { q: 'record-history', record }, as);
        expect([as, errors]).toEqual([as, undefined]);
        expect(data!['ask'].items.nodes).toHaveLength(2);
      }
      for (const as of ['COORDINATOR a2', 'DISTRICT_MEMBER d2', 'STATE_REVIEWER zz', 'ANALYST a1']) {
        const { extensions } = await refused({ q: 'record-history', record }, as);
        expect([as, extensions['code']]).toEqual([as, 'FORBIDDEN']);
      }
    }
  });

  it('a stream of a person, or of nobody in the record, is not shown', async () => {
    for (const record of [`person-${idOf('ada')}`, `organisation-${idOf('nobody')}`]) {
      const { extensions } = await refused({ q: 'record-history', record }, 'ADMIN operator');
      expect(extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['record'] });
    }
  });

  it('R-07 an agency is for its own people, and a denial says what is missing', async () => {
    const { message, extensions } = await refused({ agency: 'MI-02' });
    expect(extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(message).toContain('question:silent-districts needs role');
    expect(await figure(sebh, { agency: 'MI-01010' }, 'DISTRICT_MEMBER d1')).toMatchObject({ value: 1 });
    expect((await refused({ agency: 'MI-01' }, 'DISTRICT_MEMBER d1')).extensions['code']).toBe('FORBIDDEN');
  });

  it.each([
    [{ q: 'no-such-question', agency: 'MI-01' }, 'QUESTION_UNKNOWN'],
    [{}, 'SCOPE_MISSING'],
    [{ agency: 'MI-01', state: 'MI' }, 'SCOPE_MISSING'],
    [{ agency: null, state: null }, 'SCOPE_MISSING'],
    [{ agency: 'MI-99' }, 'ORGANISATION_UNKNOWN'],
    [{ agency: 'MI-01', inputs: [{ name: 'since', value: '2024-01-01' }] }, 'INPUT_UNKNOWN'],
    [{ agency: 'MI-01', inputs: [{ name: 'schoolYear', value: '2024' }] }, 'INPUT_INVALID'],
    [{ agency: 'MI-01', asOf: { recorded: '2031-01-01T00:00:00Z' } }, 'RECORDED_IN_FUTURE'],
    [{ agency: 'MI-01', asOf: { recorded: 'yesterday' } }, 'INPUT_INVALID'],
    [{ agency: 'MI-01', asOf: { recorded: idOf('nothing') } }, 'EVENT_UNKNOWN'],
  ])('%j is refused with %s', async (variables, code) => {
    expect((await refused(variables)).extensions).toMatchObject({ code });
  });

  it('refuses a day that is none, and says so', async () => {
    const { message } = await refused({ agency: 'MI-01', asOf: { effective: '2024-02-30' } });
    expect(message).toContain('2024-02-30');
  });
});
