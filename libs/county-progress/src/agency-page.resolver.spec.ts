import { idOf } from '@waymark/kernel/testing';
import { questionsApp } from './testing/questions-app.js';
import { need, placed, registered, request } from './testing/said.js';

const amounts = [['SEBH', 'TRAINING', 'LIGHT']] as const;
const said = Array.from({ length: 7 }, (_, index) =>
  need(
    'd1',
    { SEBH: index % 2 === 0 ? 'NEED' : 'NO_NEED' },
    { eff: `2024-01-1${index}`, id: `said ${index}`, agency: 'a1' },
  ),
);
const events = [
  ...['a1', 'a2'].map((agency) => registered(agency, 'SERVICE_AGENCY')),
  ...['d1', 'd2', 'd3'].map((district) => registered(district, 'DISTRICT')),
  ...['d1', 'd2', 'd3'].map((district) => placed(district, 'a1', { eff: '2023-07-01', id: `${district} placed` })),
  request('d1', [...amounts], { eff: '2024-01-10', id: 'asked', agency: 'a1' }),
  ...said,
].map((event, index) => ({ ...event, recordedAt: `2024-02-${String(index + 1).padStart(2, '0')}T12:00:00.000Z` }));

describe('the page of an agency', () => {
  let app: Awaited<ReturnType<typeof questionsApp>>;
  beforeAll(async () => {
    app = await questionsApp(events);
  });
  afterAll(() => app.close());

  async function page(fields: string, since = '2024-02-09') {
    const { data, errors } = await app.ask(`{ agencyPage(agency: "MI-01", since: "${since}") { ${fields} } }`);
    expect(errors).toBeUndefined();
    return data!['agencyPage'];
  }

  it('shows its lists page by page, each with how long it is', async () => {
    const shown =
      await page(`organisation { code } figures { key value state } missing(first: 1) { totalCount nodes { kind } pageInfo
      { hasNextPage endCursor } } requests { totalCount nodes { kind } } assessments { totalCount } commitments { nodes { kind } }`);
    expect(shown).toMatchObject({
      organisation: { code: 'MI-a1' },
      missing: { totalCount: 2, nodes: [{ kind: 'SILENT_DISTRICT' }], pageInfo: { hasNextPage: true } },
      requests: { totalCount: 1, nodes: [{ kind: 'REQUEST' }] },
      assessments: { totalCount: 0 },
      commitments: { nodes: [] },
    });
    expect(shown.figures).toContainEqual({ key: 'events-since', value: 8, state: 'KNOWN' });
    const { endCursor } = shown.missing.pageInfo;
    const next = await page(`missing(first: 1, after: "${endCursor}") { nodes { kind } pageInfo { hasNextPage } }`);
    expect(next.missing).toEqual({ nodes: [{ kind: 'SILENT_DISTRICT' }], pageInfo: { hasNextPage: false } });
  });

  it('tells what happened newest first, back to its day, page by page', async () => {
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { events: found } = await page(
        `events(first: 3${after}) { nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } totalCount }`,
      );
      expect([found.totalCount, found.edges.at(-1).cursor]).toEqual([null, found.pageInfo.endCursor]);
      seen.push(...found.nodes.map(({ id }: { id: string }) => id));
      if (!found.pageInfo.hasNextPage) break;
      after = `, after: "${found.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual([...said.map((_, index) => `said ${index}`).reverse(), 'asked'].map((id) => idOf(id)));
  });

  it('refuses a cursor that another of its lists gave', async () => {
    const { missing } = await page('missing(first: 1) { pageInfo { endCursor } }');
    for (const list of ['requests', 'events']) {
      const query = `{ agencyPage(agency: "MI-01", since: "2024-02-09") { ${list}(after: "${missing.pageInfo.endCursor}") { nodes { __typename } } } }`;
      expect((await app.ask(query)).errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['after'] });
    }
  });
});
