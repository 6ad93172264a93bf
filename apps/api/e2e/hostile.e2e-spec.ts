import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { civilDateIn, schoolYearOf } from '@waymark/kernel';
import { SignJWT, UnsecuredJWT } from 'jose';
import { hostileInputs } from './hostile-inputs.js';
import { Journey, type Outcome } from './journey.js';
import { parityOf } from './parity.js';
import { type GraphqlAnswer, Program } from './program.js';
import { headOf } from './record.js';
import { removeFolder, startedFolder } from './started-folder.js';
import { issuerKey, LOCAL_ISSUER, LOCAL_TOKEN_SECONDS, signedToken } from './tokens.js';

jest.setTimeout(120_000);

let folder: string;
let program: Program;
let position: number;
const journey = new Journey(() => program);
const today = civilDateIn('America/Detroit', new Date());
const tomorrow = new Date(Date.parse(today) + 2 * 86_400_000).toISOString().slice(0, 10);
const schoolYear = schoolYearOf(today);
const inCycle = { organisation: 'MI-41', schoolYear, lineage: 'mimtss-isd' };
const source = { kind: 'SURVEY', on: today };
const district = { district: 'ZZ-90010', schoolYear, source };
/** About an area of which nothing is known yet; each test that records something has one of its own. */
const about = (focusArea: string) => [{ focusArea, answer: 'NEED', strength: 3 }];
const cells = about('PYRAMID_MODEL');
const attempt = (subject: string, mutation: string, input: object) => journey.attempt<any>(subject, mutation, input);

/** The code of the first thing said against a request. */
function codeOf(answer: Pick<GraphqlAnswer<unknown>, 'errors'> | Outcome<unknown>): string | undefined {
  const [refusal] = 'userErrors' in answer ? answer.userErrors : [];
  return refusal?.code ?? answer.errors?.[0]?.extensions?.code;
}

beforeAll(async () => {
  folder = await startedFolder();
  program = await Program.start(folder);
  await journey.run('kent', 'openExplorationCycle', {
    ...{ organisation: 'MI-41', schoolYear, questionSet: 'mimtss-isd-2022' },
  });
}, 240_000);
afterAll(async () => {
  await program.stop();
  removeFolder(folder);
});
beforeEach(async () => {
  position = (await headOf(folder)).position;
});
afterEach(async () => {
  expect(await headOf(folder)).toMatchObject({ position });
  const { status, data } = await program.post<any>('kent', '{ viewer { grants { role } } }');
  expect([status, data.viewer.grants]).toEqual([200, [{ role: 'COORDINATOR' }]]);
});
/** A test that is meant to record something says how the record stands afterwards. */
const recorded = async () => void (position = (await headOf(folder)).position);

describe('inputs of mutations', () => {
  const plausible = {
    ...{ organisation: 'MI-41', agency: 'MI-41', district: 'ZZ-90010', schoolYear, today, lineage: 'mimtss-isd' },
    ...{ item: 'N5', idempotencyKey: 'hostile-input', questionSet: 'mimtss-isd-2022', mapping: 'zz', state: 'MI' },
  };
  const reviews = ['returnAssessment', 'acceptAssessment'];
  const ofAdmins = /Organisation|Placement|Person|Account|Grant|Role|Tables/;
  const subjectOf = (mutation: string) =>
    reviews.includes(mutation) ? 'mila' : ofAdmins.test(mutation) ? 'adam' : 'kent';

  it.each(journey.mutations)('%s: whatever has the wrong shape is told as such, field by field', async (mutation) => {
    const hostile = hostileInputs(journey.schema, mutation, plausible);
    expect(hostile.length).toBeGreaterThan(5);
    const document = journey.document(mutation);
    const token = await program.token(subjectOf(mutation));
    const surprises: object[] = [];
    for (let index = 0; index < hostile.length; index += 20) {
      const lot = hostile.slice(index, index + 20).map(async ({ input, path, why }) => {
        const body = JSON.stringify({ query: document, variables: { input } });
        const { status, errors } = await program.send(body, { authorization: `Bearer ${token}` });
        const code = errors?.[0]?.extensions.code;
        if (['BAD_USER_INPUT', 'BAD_REQUEST'].includes(code ?? '')) return;
        surprises.push({ path: path.join('.'), why, status, code, message: errors?.[0]?.message });
      });
      await Promise.all(lot);
    }
    expect(surprises).toEqual([]);
  });

  it('a field that is not there is refused; null counts as absent', async () => {
    const unknown = await attempt('ada', 'stateDistrictNeed', { ...district, cells, isAdmin: true });
    expect(codeOf(unknown)).toBe('BAD_USER_INPUT');
    const polluted = await program.send(
      `{"query":"mutation ($input: StateDistrictNeedInput!) { stateDistrictNeed(input: $input) { receipt { position } } }",
        "variables":{"input":{"__proto__":{"district":"ZZ-90010"}}}}`,
      { authorization: `Bearer ${await program.token('ada')}` },
    );
    expect([polluted.status, polluted.data, codeOf(polluted)]).toEqual([400, undefined, 'BAD_REQUEST']);
    const key = { idempotencyKey: randomUUID() };
    const first = await journey.run('ada', 'stateDistrictNeed', { ...district, ...key, cells });
    const nulls = { effectiveOn: null, followUp: null, source: { ...source, reference: null } };
    const second = await journey.run('ada', 'stateDistrictNeed', { ...district, ...key, cells, ...nulls });
    expect([first.receipt.replayed, second.receipt.replayed]).toEqual([false, true]);
    await recorded();
  });

  it('an empty list, a number out of range and a cell said twice are refused', async () => {
    const of = async (wrong: object[]) =>
      codeOf(await attempt('ada', 'stateDistrictNeed', { ...district, cells: wrong }));
    expect(await of([])).toBe('CELLS_MISSING');
    expect(await of([...cells, ...cells])).toBe('DUPLICATE_CELL');
    expect(await of([{ ...cells[0], strength: 9 }])).toBe('BAD_REQUEST');
    expect(await of([{ ...cells[0], strength: 2 ** 40 }])).toBe('BAD_USER_INPUT');
    expect(await of([{ ...cells[0], strength: 2.5 }])).toBe('BAD_USER_INPUT');
    expect(await of(Array.from({ length: 21 }, () => cells[0]!))).toBe('BAD_REQUEST');
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    '\u202e',
  ])('a name such as %j is looked up and not found', async (name) => {
    const answers = await Promise.all([
      attempt('kent', 'answerItem', { ...inCycle, item: name, answer: { state: 'UNKNOWN', reason: 'none' } }),
      attempt('kent', 'answerItem', {
        ...inCycle,
        lineage: name,
        item: 'N5',
        answer: { state: 'UNKNOWN', reason: 'x' },
      }),
      attempt('kent', 'replaceQuestionSet', { ...inCycle, questionSet: name, reason: 'none' }),
      attempt('kent', 'openExplorationCycle', { organisation: 'MI-41', schoolYear, questionSet: name }),
      attempt('ada', 'stateDistrictNeed', { ...district, district: name, cells }),
      attempt('ada', 'closeFollowUp', { district: 'ZZ-90010', schoolYear, followUpId: name, outcome: 'DROPPED' }),
      attempt('ada', 'withdrawDistrictNeed', { district: 'ZZ-90010', schoolYear, corrects: name, reason: 'none' }),
      attempt('kent', 'stateCountyNeed', {
        ...{ ...inCycle, needId: name },
        need: { focusArea: 'SEBH', statement: 'x', sources: [{ kind: 'SURVEY', seenOn: today }] },
      }),
      attempt('adam', 'importOrganisations', { csv: 'a,b\n1,2', mapping: name }),
      attempt('adam', 'rebuildTables', { projections: [name] }),
      attempt('adam', 'nameOrganisation', { organisation: name, name: 'Other' }),
      program.post('kent', 'query ($q: String!) { ask(question: $q, agency: "MI-41") { state } }', { q: name }),
      program.post('kent', 'query ($q: String!) { ask(question: "open-cycles", agency: $q) { state } }', { q: name }),
      program.post('kent', 'query ($q: String!) { ask(question: "open-cycles", state: $q) { state } }', { q: name }),
      program.post(
        'kent',
        'query ($q: String!) { ask(question: "open-cycles", agency: "MI-41", inputs: [{name: $q, value: $q}]) { state } }',
        { q: name },
      ),
      program.post('kent', 'query ($q: String!) { sources(handle: $q) { nodes { id } } }', { q: name }),
      program.post('kent', 'query ($q: String!) { organisations(after: $q) { nodes { id } } }', { q: name }),
      ...['missing', 'events'].map((list) =>
        program.post(
          'kent',
          `query ($q: String!) { agencyPage(agency: "MI-41") { ${list}(after: $q) { totalCount } } }`,
          {
            q: name,
          },
        ),
      ),
      ...['after', 'kind'].map((arg) =>
        program.post(
          'kent',
          `query ($q: String!) { ask(question: "open-cycles", agency: "MI-41") { items(${arg}: $q) { totalCount } } }`,
          { q: name },
        ),
      ),
      program.post(
        'kent',
        'query ($q: String!) { ask(question: "open-cycles", agency: "MI-41", asOf: { recorded: $q }) { state } }',
        { q: name },
      ),
    ]);
    const codes = answers.map((answer) => codeOf(answer as Outcome<unknown>));
    const wordless = codes.flatMap((code, index) =>
      code === undefined || code === 'INTERNAL_SERVER_ERROR' ? [[index, code]] : [],
    );
    expect(wordless).toEqual([]);
  });
});

describe('ids', () => {
  const node = (subject: string, id: string) =>
    program.post<any>(subject, 'query ($id: ID!) { node(id: $id) { id } }', { id });
  const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64url');

  it('that never were, or are of another kind, are told apart from things that are not there', async () => {
    expect(codeOf(await node('kent', 'garbage'))).toBe('ID_UNKNOWN');
    expect(codeOf(await node('kent', globalId('Nonsense', '1')))).toBe('ID_UNKNOWN');
    for (const type of ['Organisation', 'Person', 'ExplorationCycle', 'DistrictRequests']) {
      const { data, errors } = await node('kent', globalId(type, randomUUID()));
      expect([type, data?.node ?? null, codeOf({ errors: errors ?? [] })]).toEqual([type, null, undefined]);
    }
    const person = (await program.post<any>('kent', '{ viewer { id } }')).data.viewer.id;
    const wrongKind = await attempt('ada', 'openFollowUp', {
      ...{ district: 'ZZ-90010', schoolYear, focusAreas: ['SEBH'] },
      task: { ownerId: globalId('Organisation', randomUUID()) },
    });
    expect(codeOf(wrongKind)).toBe('ID_UNKNOWN');
    expect(codeOf(await attempt('adam', 'nameOrganisation', { organisation: person, name: 'Other' }))).toBe(
      'ORGANISATION_UNKNOWN',
    );
    expect(
      codeOf(await attempt('adam', 'grantRole', { person: globalId('Person', randomUUID()), role: 'ADMIN' })),
    ).toBe('PERSON_NOT_FOUND');
  });

  it('of another agency open nothing', async () => {
    const own = await program.post<any>(
      'ada',
      `query ($year: SchoolYear!) { explorationCycle(organisation: "ZZ-90", schoolYear: $year) { id
          needs { needId eventId } assessments { items { item answer { eventId } } } }
        districtRequests(district: "ZZ-90010", schoolYear: $year) { id needs { statement { eventId } } }
        ask(question: "needs-by-focus-area", agency: "ZZ-90") { figures { sourceHandle } } }`,
      { year: schoolYear },
    );
    const { explorationCycle, districtRequests, ask } = own.data;
    for (const id of [explorationCycle.id, districtRequests.id]) {
      const { data, errors } = await node('kent', id);
      expect([data?.node ?? null, codeOf({ errors: errors ?? [] })]).toEqual([null, 'FORBIDDEN']);
    }
    const handle = ask.figures[0].sourceHandle;
    const opened = await program.post(
      'kent',
      'query ($handle: String!) { sources(handle: $handle) { nodes { id } } }',
      {
        handle,
      },
    );
    expect(codeOf(opened)).toBe('FORBIDDEN');
    const [need] = explorationCycle.needs;
    const corrects = districtRequests.needs[0].statement.eventId;
    const reason = 'Not mine.';
    const districts = await program.post<any>(
      'kent',
      '{ organisations(agency: "MI-41", kind: DISTRICT) { nodes { code } } }',
    );
    const mine = { district: districts.data.organisations.nodes[0].code, schoolYear };
    for (const wrong of [
      await attempt('kent', 'withdrawCountyNeed', { ...inCycle, needId: need.needId, corrects: need.eventId, reason }),
      await attempt('kent', 'withdrawDistrictNeed', { ...mine, corrects, reason }),
      await attempt('kent', 'correctDistrictNeed', { ...mine, corrects, reason, cells }),
    ]) {
      expect(codeOf(wrong)).toMatch(/^(STATEMENT|NEED)_NOT_FOUND$/);
    }
    expect(codeOf(await attempt('kent', 'stateDistrictNeed', { ...district, cells }))).toBe('FORBIDDEN');
    const survey = { agency: 'ZZ-90', schoolYear, csv: `district,focusArea,date,answer\nZZ-90010,SEBH,${today},NEED` };
    expect(codeOf(await attempt('kent', 'importDistrictSurvey', survey))).toBe('FORBIDDEN');
  });
});

describe('dates', () => {
  it('R-90 days that have not come are refused wherever something is said to have happened', async () => {
    const need = { focusArea: 'SEBH', statement: 'x', sources: [{ kind: 'SURVEY', seenOn: today }] };
    const commitment = {
      supports: 'YES',
      leaderRole: 'superintendent',
      understandsResources: 'YES',
      committedOn: tomorrow,
    };
    const answer = { state: 'UNKNOWN', reason: 'x' };
    for (const [subject, mutation, input] of [
      ['ada', 'stateDistrictNeed', { ...district, cells, effectiveOn: tomorrow }],
      ['ada', 'stateDistrictNeed', { ...district, cells, source: { ...source, on: tomorrow } }],
      ['kent', 'answerItem', { ...inCycle, item: 'N5', answer, effectiveOn: tomorrow }],
      ['kent', 'answerItem', { ...inCycle, item: 'N5', answer, evidence: [{ kind: 'SURVEY', seenOn: tomorrow }] }],
      ['kent', 'stateCountyNeed', { ...inCycle, need, effectiveOn: tomorrow }],
      ['kent', 'stateLeadershipCommitment', { ...inCycle, commitment }],
      ['adam', 'nameOrganisation', { organisation: 'MI-41', name: 'Other', effectiveOn: tomorrow }],
    ] as const) {
      const refused = await attempt(subject, mutation, input);
      expect([mutation, codeOf(refused), refused.userErrors[0]?.rule]).toEqual([
        mutation,
        'EFFECTIVE_IN_FUTURE',
        'R-90',
      ]);
    }
  });

  it('school years that are none, or far ahead, are refused', async () => {
    for (const wrong of ['2025-27', '2025', '25-26', '2025-2026', 2025]) {
      expect(codeOf(await attempt('ada', 'stateDistrictNeed', { ...district, schoolYear: wrong, cells }))).toBe(
        'BAD_USER_INPUT',
      );
    }
    expect(codeOf(await attempt('ada', 'stateDistrictNeed', { ...district, schoolYear: '2099-00', cells }))).toBe(
      'SCHOOL_YEAR_TOO_FAR',
    );
  });

  it('dials beyond the present are refused', async () => {
    const ask = (asOf: object) =>
      program.post(
        'kent',
        'query ($asOf: AsOfInput) { ask(question: "open-cycles", agency: "MI-41", asOf: $asOf) { state } }',
        {
          asOf,
        },
      );
    expect(codeOf(await ask({ recorded: '2099-01-01T00:00:00Z' }))).toBe('RECORDED_IN_FUTURE');
    expect(codeOf(await ask({ recorded: randomUUID() }))).toBe('EVENT_UNKNOWN');
    expect(codeOf(await ask({ effective: '2026-02-30' }))).toBe('BAD_USER_INPUT');
  });
});

describe('idempotency keys (R-93)', () => {
  it('sent again they record nothing; used for something else they are refused', async () => {
    const cells = about('ATTENDANCE_ENGAGEMENT');
    const key = { idempotencyKey: randomUUID() };
    const first = await journey.run<any>('ada', 'stateDistrictNeed', { ...district, ...key, cells });
    await recorded();
    const again = await Promise.all(
      Array.from({ length: 10 }, () => journey.run<any>('ada', 'stateDistrictNeed', { ...district, ...key, cells })),
    );
    for (const { receipt } of again) expect(receipt).toEqual({ ...first.receipt, replayed: true });
    const other = [{ focusArea: 'SEBH', answer: 'NO_NEED' }];
    const reused = await attempt('ada', 'stateDistrictNeed', { ...district, ...key, cells: other });
    expect(reused.userErrors).toEqual([expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED', rule: 'R-93' })]);
  });

  it('ten at once with one key record one entry', async () => {
    const key = { idempotencyKey: randomUUID() };
    const cells = about('INTEGRATED');
    const before = (await headOf(folder)).position;
    const all = await Promise.all(
      Array.from({ length: 10 }, () => journey.run<any>('ada', 'stateDistrictNeed', { ...district, ...key, cells })),
    );
    expect(new Set(all.map(({ receipt }) => receipt.eventIds.join())).size).toBe(1);
    expect(all.filter(({ receipt }) => !receipt.replayed)).toHaveLength(1);
    expect((await headOf(folder)).position).toBe(before + 1);
    await recorded();
  });

  it('too short, too long and unprintable ones are refused', async () => {
    for (const idempotencyKey of ['', 'short', 'x'.repeat(201), 'with\nline break', 'umlaut-äöü-key', '        ']) {
      expect(codeOf(await attempt('ada', 'stateDistrictNeed', { ...district, cells, idempotencyKey }))).toBe(
        'BAD_REQUEST',
      );
    }
  });
});

describe('tokens', () => {
  const viewer = (authorization: string) =>
    program.send('{"query":"{ viewer { id } }"}', authorization === '' ? {} : { authorization });

  it('that do not hold open nothing, and the answer says why', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const shared = new TextEncoder().encode(issuerKey(folder).export({ type: 'pkcs8', format: 'pem' }).toString());
    const claims = { iss: LOCAL_ISSUER, aud: 'waymark', sub: 'adam', exp: 9_999_999_999 };
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(shared);
    const genuine = await program.token('kent');
    const [head, , signature] = genuine.split('.') as [string, string, string];
    const swapped = Buffer.from(JSON.stringify(claims)).toString('base64url');
    for (const [authorization, said] of [
      ['', /no token/],
      [`Bearer ${await signedToken(folder, 'adam', -3_600)}`, /expired/],
      [`Bearer ${await signedToken(folder, 'adam', LOCAL_TOKEN_SECONDS, { key: privateKey })}`, /not genuine/],
      [
        `Bearer ${await signedToken(folder, 'adam', LOCAL_TOKEN_SECONDS, { issuer: 'https://evil.example' })}`,
        /another issuer/,
      ],
      [`Bearer ${await signedToken(folder, 'adam', LOCAL_TOKEN_SECONDS, { audience: 'other' })}`, /another audience/],
      [`Bearer ${await signedToken(folder, 'nobody', LOCAL_TOKEN_SECONDS)}`, /not linked/],
      [`Bearer ${new UnsecuredJWT(claims).encode()}`, /not accepted|not a token/],
      [`Bearer ${hmac}`, /not accepted/],
      [`Bearer ${head}.${swapped}.${signature}`, /not genuine/],
      [`Bearer ${genuine.slice(0, -4)}AAAA`, /not genuine/],
      ['Bearer not.a.token', /not a token/],
      [`Bearer ${'a'.repeat(12_000)}`, /not a token/],
      ['Basic YWRhbTphZGFt', /must read "Bearer/],
    ] as const) {
      const answer = await viewer(authorization);
      expect([authorization.slice(0, 60), codeOf(answer), answer.data ?? null]).toEqual([
        authorization.slice(0, 60),
        'UNAUTHENTICATED',
        null,
      ]);
      expect(answer.errors![0]!.message).toMatch(said);
    }
  });
});

describe('documents', () => {
  const nested = (levels: number) =>
    `{ organisations(first: 1) { nodes ${'{ parent '.repeat(levels)}{ id }${' }'.repeat(levels)} } }`;

  it.each([
    ['deep', nested(30), 'GRAPHQL_VALIDATION_FAILED'],
    [
      'aliased',
      `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: questions { slug }`).join(' ')} }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'wide',
      '{ organisations(first: 100) { nodes { children(first: 100) { nodes { children(first: 100) { nodes { id } } } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
    ['full of directives', `{ questions { slug ${'@include(if: true) '.repeat(60)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['long', `{ ${'questions { slug } '.repeat(1_000)} }`, 'GRAPHQL_PARSE_FAILED'],
    [
      'going in circles',
      '{ questions { ...a } } fragment a on Question { ...b } fragment b on Question { ...a }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['broken', '{ questions { slug ', 'GRAPHQL_PARSE_FAILED'],
    ['about fields that are not there', '{ secrets { key } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription', 'subscription { events { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['empty', '', 'BAD_REQUEST'],
  ])('that are %s are refused', async (_, query, code) => {
    const answer = await program.post('kent', query);
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toContain(code);
    expect(answer.data ?? null).toBeNull();
  });

  it('fragments that multiply are counted before they are spread out', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `fragment f${i} on Question { ...f${i + 1} ...f${i + 1} slug }`,
    );
    const query = `{ questions { ...f0 } } ${levels.join(' ')} fragment f12 on Question { slug }`;
    expect(codeOf(await program.post('kent', query))).toMatch(/GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX/);
  });

  it('pages beyond the limit and below one are refused', async () => {
    for (const first of [101, 0, -1, 2 ** 31]) {
      for (const list of [
        'organisations(first: $first) { nodes { id } }',
        'ask(question: "open-cycles", agency: "MI-41") { items(first: $first) { nodes { kind } } }',
        'ask(question: "open-cycles", agency: "MI-41") { figures { sources(first: $first) { nodes { id } } } }',
        'agencyPage(agency: "MI-41") { missing(first: $first) { nodes { kind } } }',
        'agencyPage(agency: "MI-41") { events(first: $first) { nodes { id } } }',
      ]) {
        const answer = await program.post('kent', `query ($first: Int!) { ${list} }`, { first });
        expect([first, list, codeOf(answer)]).toEqual([
          ...[first, list],
          expect.stringMatching(/^(BAD_REQUEST|BAD_USER_INPUT|TOO_LARGE)$/),
        ]);
      }
    }
  });
});

describe('requests', () => {
  const authorised = async () => ({ authorization: `Bearer ${await program.token('kent')}` });
  const query = '{"query":"{ questions { slug } }"}';

  it('by GET, in batches, with another content type, without JSON or too large get a status and change nothing', async () => {
    const authorization = await authorised();
    const mutation = encodeURIComponent(
      'mutation { rebuildTables(input: {idempotencyKey: "by-get-only"}) { receipt { position } } }',
    );
    const byGet = await program.get(`/graphql?query=${mutation}`, authorization);
    expect(byGet.status).toBeGreaterThanOrEqual(400);
    expect((await program.send(`[${query},${query}]`, authorization)).status).toBe(400);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/csv',
    ]) {
      const { status } = await program.send(query, { ...authorization, 'content-type': type });
      expect([type, status]).toEqual([type, expect.any(Number)]);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    for (const body of [
      '',
      'null',
      '1',
      '"text"',
      '{',
      '{"query":1}',
      '{"query":"{ questions { slug } }","variables":[]}',
      '{}',
    ]) {
      const { status } = await program.send(body, authorization);
      expect([body, status >= 400 && status < 500]).toEqual([body, true]);
    }
    const invalid = new Uint8Array([
      ...Buffer.from('{"query":"{ questions { slug } } #'),
      0xff,
      0xfe,
      ...Buffer.from('"}'),
    ]);
    expect((await program.send(invalid, authorization)).status).toBeLessThan(500);
    const large = JSON.stringify({ query: '{ questions { slug } }', variables: { x: 'x'.repeat(13 * 1024 * 1024) } });
    const tooLarge = await program.send(large, authorization).catch(() => ({ status: 413 }));
    expect(tooLarge.status).toBe(413);
  });

  it('with odd headers are answered', async () => {
    const authorization = await authorised();
    for (const headers of [{ 'x-request-id': 'x'.repeat(4_000) }, { 'x-request-id': '<script>' }]) {
      const { status } = await program.send(query, { ...authorization, ...headers });
      expect(status).toBe(200);
    }
    for (const atLeast of ['999999999999999999999', 'p0008796093022207', '-1', 'NaN', randomUUID(), '']) {
      const answer = await program.send(query, { ...authorization, 'x-waymark-at-least': atLeast });
      expect([atLeast, codeOf(answer)]).toEqual([atLeast, 'AT_LEAST_UNKNOWN']);
    }
  });

  it('to other paths and by other methods are not found, whatever they carry', async () => {
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/package.json',
      '/graphql/../data',
      '/health/secret',
      '/.git/config',
    ]) {
      const { status } = await program.get(path);
      expect([path, status]).toEqual([path, 404]);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const { status } = await fetch(`${program.address}/graphql`, { method });
      expect([method, status >= 400 && status < 500]).toEqual([method, true]);
    }
  });
});

describe('files', () => {
  it('that cannot be read change nothing, and the answer says what is wrong', async () => {
    const importing = async (csv: string) =>
      codeOf(await attempt('adam', 'importOrganisations', { csv, mapping: 'zz' }));
    const heading = 'Agency Code,Agency Name,District Code,District,School Code,School,City,Grade Levels';
    expect(await importing('a,b\n1,2')).toBe('COLUMN_MISSING');
    expect(await importing(heading)).toBe('FILE_EMPTY');
    expect(await importing(`${heading},Student ID\n90,x,90010,x,91001,x,x,x,7`)).toBe('STUDENT_DATA');
    expect(await importing(`${heading}\n90,"x`)).toBe('FILE_MALFORMED');
    expect(await importing(`${heading},City\n90,x,90010,x,91001,x,x,x,7`)).toBe('COLUMN_REPEATED');
    const survey = async (csv: string) =>
      codeOf(await attempt('ada', 'importDistrictSurvey', { agency: 'ZZ-90', schoolYear, csv }));
    const heads = 'district,focusArea,date';
    expect(await survey('nothing\nat all')).toBe('COLUMN_MISSING');
    expect(await survey(`${heads},answer`)).toBe('FILE_EMPTY');
    expect(await survey(`${heads},answer,uic\nZZ-90010,SEBH,x,y,1`)).toBe('STUDENT_DATA');
    expect(await survey(`${heads}\nZZ-90010,SEBH,${today}`)).toBe('SURVEY_UNREADABLE');
    expect(await survey(`${heads},answer\nZZ-90010,"SEBH`)).toBe('FILE_MALFORMED');
  });
});

describe('both executors', () => {
  it('word every refusal in the same bytes', async () => {
    await program.stop();
    const { compared, differences } = await parityOf(folder, program.operations);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(100);
    program = await Program.start(folder);
    await recorded();
  });
});
