import type { Happened } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import { globalId } from '@waymark/nest-kit';
import { questionsApp } from './testing/questions-app.js';
import { placed, registered, said } from './testing/said.js';

const grace = { personId: idOf('grace') };
const ofGrace = (type: string, id: string, data: object): Happened =>
  said(type, `person-${idOf('grace')}`, { ...grace, ...data }, { eff: '2024-01-10', id });
const account = 'a'.repeat(64);
const linked = (who: string, hash: string, id: string): Happened =>
  said(
    'AccountLinked',
    `account-${hash}`,
    { personId: idOf(who), issuer: 'https://issuer.test', accountHash: hash },
    { eff: '2024-01-10', id },
  );
const granted = (organisation: string, id: string) =>
  ofGrace('RoleGranted', id, {
    grantId: idOf(id),
    role: 'COORDINATOR',
    organisationId: idOf(organisation),
    from: '2024-01-10',
  });

const events = [
  registered('mi', 'STATE_AGENCY'),
  registered('a1', 'SERVICE_AGENCY'),
  registered('a2', 'SERVICE_AGENCY'),
  registered('d1', 'DISTRICT'),
  ofGrace('PersonRegistered', 'entered', {
    name: 'enc:1:Grace',
    email: 'enc:1:g@sample.example',
    phone: 'enc:1:555',
    sample: true,
  }),
  linked('ada', 'b'.repeat(64), 'linked to ada'),
  linked('grace', account, 'linked'),
  granted('a1', 'granted'),
  placed('d1', 'a1', { eff: '2023-07-01', id: 'placed' }),
  ofGrace('PersonNamed', 'named', { name: 'enc:1:Grace Miller', email: 'enc:1:g@sample.example' }),
  ofGrace('GrantEnded', 'ended', { grantId: idOf('granted'), on: '2024-02-01', reason: 'moved on' }),
  said(
    'PersonRegistered',
    `person-${idOf('new')}`,
    { personId: idOf('new'), name: 'enc:1:New', email: 'enc:1:n' },
    { eff: '2024-02-01' },
  ),
].map((event, index) => ({ ...event, recordedAt: `2024-02-${String(index + 1).padStart(2, '0')}T12:00:00.000Z` }));
const whole = ['PersonRegistered', 'AccountLinked', 'RoleGranted', 'PersonNamed', 'GrantEnded'];

const EVENT = 'id type stream isSample reason changes { path before after }';
const ASK = `query ($record: String, $agency: String, $inputs: [QuestionInput!], $asOf: AsOfInput) {
  ask(question: "person-history", record: $record, agency: $agency, inputs: $inputs, asOf: $asOf) {
    state stream organisation { name } asOf { eventId recordedAt effectiveOn }
    figures { value state sourceHandle } items { nodes { kind event { ${EVENT} } } } } }`;
const SOURCES = `query ($handle: String!) { sources(handle: $handle, first: 100) { nodes { ${EVENT} } } }`;

describe('the record of a person', () => {
  let app: Awaited<ReturnType<typeof questionsApp>>;
  beforeAll(async () => {
    app = await questionsApp(events);
  });
  afterAll(() => app.close());

  async function answered(variables: object, as?: string): Promise<any> {
    const { data, errors } = await app.ask(ASK, variables, as);
    expect(errors).toBeUndefined();
    return data!['ask'];
  }
  const typesOf = ({ items }: any): string[] => items.nodes.map(({ event }: any) => event.type);
  async function refused(variables: object, as?: string) {
    const { data, errors } = await app.ask(ASK, variables, as);
    expect(data ?? null).toBeNull();
    return errors![0]!;
  }
  const record = idOf('grace');

  it('R-88 holds everything in order, accounts too, with what each event changed, texts in the clear', async () => {
    const answer = await answered({ record });
    expect(answer).toMatchObject({ state: null, organisation: null, stream: `person-${record}` });
    expect(answer.figures).toMatchObject([{ value: 5, state: 'KNOWN' }]);
    expect(typesOf(answer)).toEqual(whole);
    const changed = Object.fromEntries(answer.items.nodes.map(({ event }: any) => [event.type, event]));
    expect(changed.PersonNamed.changes).toEqual([
      { path: 'name', before: 'Grace', after: 'Grace Miller' },
      { path: 'phone', before: '555', after: null },
    ]);
    expect(changed.PersonRegistered.changes).toContainEqual({ path: 'email', before: null, after: 'g@sample.example' });
    expect(changed.GrantEnded).toMatchObject({ reason: 'moved on', isSample: true });
    expect(changed.AccountLinked).toMatchObject({ stream: `account-${account}`, isSample: true });
  });

  it('is named by the id of the API, by that of an event, or by a stream; an account alone by its own', async () => {
    const answer = await answered({ record });
    for (const name of [globalId('Person', record), `person-${record}`]) {
      expect(await answered({ record: name })).toEqual(answer);
    }
    expect(typesOf(await answered({ record: `account-${account}` }))).toEqual(['AccountLinked']);
  });

  it('goes on page by page', async () => {
    const page = (...inputs: [string, string][]) =>
      answered({ record, inputs: inputs.map(([name, value]) => ({ name, value })) });
    const first = await page(['first', '2']);
    expect([typesOf(first), first.figures[0].state]).toEqual([whole.slice(0, 2), 'PARTIAL']);
    const rest = await page(['first', '3'], ['after', idOf('linked')]);
    expect([typesOf(rest), rest.figures[0].state]).toEqual([whole.slice(2), 'KNOWN']);
  });

  it('R-94 is read as of an event of the person, of another event, and of an instant', async () => {
    const asOf = (recorded: string) => answered({ record, asOf: { recorded } });
    expect(typesOf(await asOf(idOf('granted')))).toEqual(whole.slice(0, 3));
    expect(typesOf(await asOf(idOf('placed')))).toEqual(whole.slice(0, 3));
    expect(typesOf(await asOf('2024-02-10T12:00:00.000Z'))).toEqual(whole.slice(0, 4));
    expect(await asOf('2024-02-10T11:59:59.999Z')).toMatchObject({ asOf: { eventId: idOf('granted') } });
    const before = await asOf('2024-02-01T00:00:00Z');
    expect(before).toMatchObject({ asOf: { eventId: null }, figures: [{ value: null, state: 'NO_DATA' }] });
    const now = await answered({ record });
    const { eventId, effectiveOn } = now.asOf;
    expect(eventId).toBe(idOf('ended'));
    expect(await answered({ record, asOf: { recorded: eventId, effective: effectiveOn } })).toEqual(now);
  });

  it('opens to its events for those alone who may read persons', async () => {
    const answer = await answered({ record });
    const handle = answer.figures[0].sourceHandle;
    const { data } = await app.ask(SOURCES, { handle });
    expect(data!['sources'].nodes).toEqual(answer.items.nodes.map(({ event }: any) => event));
    for (const as of ['STATE_REVIEWER mi', 'COORDINATOR a2', 'ANALYST a1']) {
      const { errors } = await app.ask(SOURCES, { handle }, as);
      expect([as, errors![0]!.extensions['code']]).toEqual([as, 'FORBIDDEN']);
    }
  });

  it.each(['COORDINATOR a1', 'ISD_LEADER a1', 'ADMIN operator'])('R-07 is for %s', async (as) => {
    expect(typesOf(await answered({ record }, as))).toEqual(whole);
  });

  it.each(['COORDINATOR a2', 'DISTRICT_MEMBER d1', 'STATE_REVIEWER mi', 'ANALYST a1', 'TA_PROVIDER a1', ''])(
    'R-07 is not for %s, who does not learn for whom the person works',
    async (as) => {
      const { message, extensions } = await refused({ record }, as);
      expect(extensions).toMatchObject({ code: 'FORBIDDEN' });
      expect(message).toContain('read:persons needs role');
      expect(message).not.toMatch(/ for (a1|MI-01)/);
    },
  );

  it('R-07 without any role is for administrators', async () => {
    expect(typesOf(await answered({ record: idOf('new') }, 'ADMIN operator'))).toEqual(['PersonRegistered']);
    expect((await refused({ record: idOf('new') })).extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([
    [{ record: idOf('nobody') }, 'ID_UNKNOWN'],
    [{ record: globalId('Organisation', idOf('a1')) }, 'ID_UNKNOWN'],
    [{ record: `organisation-${idOf('a1')}` }, 'ID_UNKNOWN'],
    [{ record: `account-${'c'.repeat(64)}` }, 'ID_UNKNOWN'],
    [{ record: 'Grace Miller' }, 'ID_UNKNOWN'],
    [{ agency: 'MI-01' }, 'SCOPE_MISFIT'],
    [{}, 'SCOPE_MISSING'],
    [{ record: idOf('grace'), asOf: { recorded: idOf('nothing') } }, 'EVENT_UNKNOWN'],
    [{ record: idOf('grace'), asOf: { recorded: 'yesterday' } }, 'INPUT_INVALID'],
    [{ record: idOf('grace'), asOf: { recorded: '2031-01-01T00:00:00Z' } }, 'RECORDED_IN_FUTURE'],
  ])('%j is refused with %s', async (variables, code) => {
    expect((await refused(variables, 'ADMIN operator')).extensions).toMatchObject({ code });
  });
});
