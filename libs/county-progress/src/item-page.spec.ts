import { idOf } from '@waymark/kernel/testing';
import { questionsApp } from './testing/questions-app.js';
import { need, placed, registered } from './testing/said.js';

const districts = ['d1', 'd2', 'd3', 'd4', 'd5'];
const events = [
  ...['a1', 'a2'].map((agency) => registered(agency, 'SERVICE_AGENCY')),
  ...districts.map((district) => registered(district, 'DISTRICT')),
  ...districts.map((district) => placed(district, 'a1', { eff: '2023-07-01', id: `${district} placed` })),
  need('d5', { SEBH: 'NEED' }, { eff: '2024-01-12', id: 'spoke', agency: 'a1' }),
].map((event, index) => ({ ...event, recordedAt: `2024-02-${String(index + 1).padStart(2, '0')}T12:00:00.000Z` }));

const LIST = `query ($q: String!, $agency: String!, $inputs: [QuestionInput!], $asOf: AsOfInput, $first: Int!, $after: String, $kind: String) {
  ask(question: $q, agency: $agency, inputs: $inputs, asOf: $asOf) { asOf { eventId effectiveOn }
    items(first: $first, after: $after, kind: $kind) { totalCount edges { cursor } nodes { kind fields { name value } }
      pageInfo { hasNextPage endCursor } } } }`;

describe('what an answer lists', () => {
  let app: Awaited<ReturnType<typeof questionsApp>>;
  beforeAll(async () => {
    app = await questionsApp(events);
  });
  afterAll(() => app.close());

  const asked = { q: 'silent-districts', agency: 'MI-01', first: 2 };
  const list = async (variables: object = {}) => app.ask(LIST, { ...asked, ...variables });
  const items = async (variables: object = {}) => {
    const { data, errors } = await list(variables);
    expect(errors).toBeUndefined();
    return data!['ask'].items;
  };
  const refusal = async (variables: object) => (await list(variables)).errors![0]!;
  const before = { recorded: idOf('d4 placed'), effective: '2024-02-20' };

  it('comes in pages that follow each other without gap or overlap', async () => {
    const whole = await items({ first: 100 });
    expect([whole.totalCount, whole.pageInfo.hasNextPage]).toEqual([4, false]);
    const seen: unknown[] = [];
    for (let after: string | null = null; ;) {
      const page = await items({ after });
      expect(page.totalCount).toBe(4);
      seen.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(whole.nodes);
    const { cursor } = whole.edges[0];
    expect((await items({ after: cursor, first: 100 })).nodes).toEqual(whole.nodes.slice(1));
    expect((await items({ after: whole.pageInfo.endCursor })).nodes).toEqual([]);
  });

  it('holds items of one kind when one is named, and refuses a kind that the question does not list', async () => {
    expect((await items({ kind: 'SILENT_DISTRICT' })).totalCount).toBe(4);
    const page = { q: 'agency-page', kind: 'SILENT_DISTRICT', first: 1 };
    const first = await items(page);
    expect([first.totalCount, first.nodes[0].kind]).toEqual([4, 'SILENT_DISTRICT']);
    const { endCursor: after } = first.pageInfo;
    expect((await items({ ...page, after })).nodes).toHaveLength(1);
    expect(await refusal({ ...page, after, kind: 'EVENT' })).toMatchObject({ extensions: { code: 'ID_UNKNOWN' } });
    const { message, extensions } = await refusal({ kind: 'EVENT' });
    expect([message, extensions]).toEqual([
      'silent-districts lists items of these kinds: SILENT_DISTRICT.',
      expect.objectContaining({ code: 'INPUT_INVALID', path: ['kind'] }),
    ]);
  });

  it('goes on at the dials of its first page, whatever was recorded since, and nowhere else', async () => {
    const { pageInfo } = await items({ asOf: before });
    expect((await items({ asOf: before, after: pageInfo.endCursor, first: 9 })).nodes).toHaveLength(2);
    const { message, extensions } = await refusal({ after: pageInfo.endCursor });
    expect(extensions).toMatchObject({ code: 'LIST_MOVED_ON', path: ['after'] });
    expect(message).toContain(`asOf: { recorded: "${before.recorded}", effective: "${before.effective}" }`);
    const otherDay = { ...before, effective: '2024-02-21' };
    expect((await refusal({ asOf: otherDay, after: pageInfo.endCursor })).extensions['code']).toBe('LIST_MOVED_ON');
  });

  it('refuses a cursor of another question, organisation or input', async () => {
    const after = (await items()).pageInfo.endCursor;
    const year = [{ name: 'schoolYear', value: '2022-23' }];
    for (const other of [{ q: 'open-cycles' }, { agency: 'MI-01010' }, { inputs: year }]) {
      const as = 'agency' in other ? 'DISTRICT_MEMBER d1' : undefined;
      const { errors } = await app.ask(LIST, { ...asked, ...other, after }, as);
      expect(errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['after'] });
    }
  });

  it.each(['x', '', 'W10', '[]', ['a'], ['a', 'b', 'c', 1], ['a', 'b', 'c', -1], [null, 1, {}, []]])(
    'refuses a cursor that is none: %j',
    async (cursor) => {
      const after = typeof cursor === 'string' ? cursor : Buffer.from(JSON.stringify(cursor)).toString('base64url');
      expect((await refusal({ after })).extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['after'] });
    },
  );

  it.each([-1, 1.5, '3', 2 ** 40])('refuses a cursor of its own with the place %j', async (place) => {
    const key = JSON.parse(Buffer.from((await items()).pageInfo.endCursor, 'base64url').toString()) as unknown[];
    const after = Buffer.from(JSON.stringify([...key.slice(0, 3), place])).toString('base64url');
    const { errors, data } = await list({ after });
    if (place === 2 ** 40) expect(data!['ask'].items.nodes).toEqual([]);
    else expect(errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN' });
  });

  it.each([0, -1, 101])('has no page of %d', async (first) => {
    expect((await refusal({ first })).extensions).toMatchObject({ code: 'BAD_REQUEST', fields: [{ path: ['first'] }] });
  });
});
