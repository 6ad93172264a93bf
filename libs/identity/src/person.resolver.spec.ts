import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { memoryEventStore } from '@waymark/event-store/testing';
import { CommandRunner, type OrganisationId, type PersonId, RisingClock } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { createLogger, globalId, OrganisationDirectory, type ReadGate, readGlobalId } from '@waymark/nest-kit';
import { portApp } from '@waymark/nest-kit/testing';
import { inlineProjections, type ProjectionHost, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { bootstrapDemoPersons } from './bootstrap.js';
import { IdentityModule } from './identity.module.js';
import { PersonKeys } from './keys/person-keys.js';
import { LocalIssuer, mintToken } from './local-issuer.js';
import { identityCatalogue, personProjection, PersonReads } from './person.projection.js';
import { TokenAuthenticator } from './token-authenticator.js';

const known: Record<string, { kind: string; state: string; name: string; agency?: string }> = {
  'ZZ-90': { kind: 'SERVICE_AGENCY', state: 'ZZ', name: 'Sample ESA', agency: 'ZZ-90' },
  'ZZ-90010': { kind: 'DISTRICT', state: 'ZZ', name: 'Sample District', agency: 'ZZ-90' },
  ZZ: { kind: 'STATE_AGENCY', state: 'ZZ', name: 'Sample State' },
  'MI-41': { kind: 'SERVICE_AGENCY', state: 'MI', name: 'Kent ISD', agency: 'MI-41' },
  'MI-MDE': { kind: 'STATE_AGENCY', state: 'MI', name: 'State of Michigan' },
};
const idFor = (code: string) => idOf<OrganisationId>(code);
const codeOf = (text: string) => Object.keys(known).find((code) => code === text || idFor(code) === text);

class SmallDirectory extends OrganisationDirectory {
  districtsOf = () => Promise.resolve([]);
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = (id: OrganisationId) => Promise.resolve(known[codeOf(id) ?? '']?.state);
  agencyOf = (id: OrganisationId) => {
    const agency = known[codeOf(id) ?? '']?.agency;
    return Promise.resolve(agency === undefined ? undefined : idFor(agency));
  };
  find = (text: string) => {
    const code = codeOf(text);
    return Promise.resolve(code === undefined ? undefined : { id: idFor(code), ...known[code]! });
  };
}

interface Answer {
  data?: Record<string, any> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

describe('identity over GraphQL', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'waymark-identity-'));
  const store = memoryEventStore();
  const keys = PersonKeys.open(dataDir);
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const tables = readStore.reads(personProjection.tables);
  let projections: ProjectionHost;
  const logged: string[] = [];
  let app: NestFastifyApplication;
  let keysDrawn = 0;

  beforeAll(async () => {
    const clock = new RisingClock();
    const runner = new CommandRunner({ store, sealer: keys, clock });
    const directory = new SmallDirectory();
    await bootstrapDemoPersons({
      runner,
      clock,
      keys,
      find: (code) => directory.find(code),
    });
    projections = await inlineProjections({
      projections: [personProjection],
      catalogue: identityCatalogue,
      eventStore: store,
      readStore,
    });
    await projections.waitFor((await store.head()).position);
    const gate: ReadGate = { waitFor: (position, names) => projections.waitFor(position, names) };
    const logger = createLogger('debug', { write: (line) => logged.push(line) });
    const tokens = LocalIssuer.open({ dataDir, host: '127.0.0.1', production: false });
    const authenticator = new TokenAuthenticator(tokens, new PersonReads(tables), keys);
    app = await portApp({
      ...{ store, gate, authenticator, logger, modules: [IdentityModule.register({ keys, tokens })] },
      ports: [
        { provide: CommandRunner, useValue: runner },
        { provide: RisingClock, useValue: clock },
        { provide: OrganisationDirectory, useValue: directory },
        { provide: ReadDatabase, useValue: tables },
      ],
    });
  });
  afterAll(async () => {
    await app.close();
    await projections.stop();
    await readStore.close();
    await store.close();
    await keys.close();
    rmSync(dataDir, { recursive: true });
  });

  async function ask(as: string | undefined, query: string, variables: object = {}): Promise<Answer> {
    const headers: Record<string, string> =
      as === undefined ? {} : { authorization: `Bearer ${await mintToken(dataDir, as)}` };
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    return JSON.parse(response.body) as Answer;
  }

  const shown =
    'id isSample contact { name email phone } grants { id role organisationName from until inForce endReason }';
  async function mutate(as: string, name: string, input: object, idempotencyKey = `key-of-test-${(keysDrawn += 1)}`) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) {
      entity { ${shown} } receipt { replayed eventIds } userErrors { code message path rule } } }`;
    const answer = await ask(as, query, { input: { idempotencyKey, ...input } });
    return answer.errors === undefined ? answer.data![name] : answer;
  }
  const grace = { name: 'Grace Canary', email: 'grace.canary@example.org' };
  const register = async () => (await mutate('adam', 'registerPerson', grace)).entity.id as string;

  async function everyRow(): Promise<string> {
    const all = personProjection.tables.map(({ name }) => tables.rows(`SELECT * FROM ${name}`));
    return JSON.stringify(await Promise.all(all));
  }

  it('shows who is signed in, with own name and roles', async () => {
    const { data } = await ask('ada', `{ viewer { ${shown} } }`);
    expect(data!['viewer']).toMatchObject({
      isSample: true,
      contact: { name: 'Ada Sample', email: 'ada@sample.example', phone: null },
      grants: [{ role: 'COORDINATOR', organisationName: 'Sample ESA', from: '2020-07-01', until: null, inForce: true }],
    });
  });

  it('shows nothing to whoever is not signed in', async () => {
    const { errors } = await ask(undefined, '{ viewer { id } }');
    expect(errors![0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it('registers a person, grants and ends a role, each open to the administrator', async () => {
    const person = await register();
    const granted = await mutate('adam', 'grantRole', {
      person,
      role: 'COACH',
      organisation: 'MI-41',
      from: '2025-07-01',
    });
    expect(granted).toMatchObject({
      userErrors: [],
      entity: { contact: grace, grants: [{ role: 'COACH', organisationName: 'Kent ISD', inForce: true }] },
    });
    const grant = granted.entity.grants[0].id as string;
    const ended = await mutate('adam', 'endGrant', { person, grant, on: '2025-09-01', reason: 'Another position' });
    expect(ended.entity.grants[0]).toMatchObject({
      until: '2025-09-01',
      inForce: false,
      endReason: 'Another position',
    });
  });

  it('lets a linked account in, and tells an unlinked one so', async () => {
    const person = await register();
    const link = { person, issuer: 'https://login.example.org', subject: 'grace' };
    expect(await mutate('adam', 'linkAccount', link)).toMatchObject({ userErrors: [], entity: { id: person } });
    const again = await mutate('adam', 'linkAccount', { ...link, person: await register() });
    expect(again.userErrors[0]).toMatchObject({ code: 'ACCOUNT_LINKED' });
  });

  it('asks the tables nothing about the grants of nobody', async () => {
    const asked: string[] = [];
    const silent = { rows: (sql: string) => Promise.resolve([asked.push(sql)]) } as unknown as ReadDatabase;
    expect(await new PersonReads(silent).grantsOf([])).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('names a person anew', async () => {
    const person = await register();
    const named = await mutate('adam', 'namePerson', {
      person,
      name: 'Grace Other',
      email: 'g@example.org',
      phone: '555 0100',
    });
    expect(named.entity.contact).toEqual({ name: 'Grace Other', email: 'g@example.org', phone: '555 0100' });
  });

  it('R-93 registers once, however often the request comes', async () => {
    const first = await mutate('adam', 'registerPerson', grace, 'the same key');
    const second = await mutate('adam', 'registerPerson', grace, 'the same key');
    expect(second.entity.id).toBe(first.entity.id);
    expect([first.receipt.replayed, second.receipt.replayed]).toEqual([false, true]);
    const other = await mutate('adam', 'registerPerson', { ...grace, name: 'Somebody else' }, 'the same key');
    expect(other.userErrors[0]).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', rule: 'R-93' });
  });

  it('R-93 says so when a key comes again for another person', async () => {
    const [one, other] = [await register(), await register()];
    const named = { name: 'Grace Other', email: 'g@example.org' };
    expect((await mutate('adam', 'namePerson', { person: one, ...named }, 'a key used twice')).userErrors).toEqual([]);
    const again = await mutate('adam', 'namePerson', { person: other, ...named }, 'a key used twice');
    expect(again.userErrors[0]).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it.each(['ada', 'len', 'dora', 'tao', 'cora', 'rev', 'anna', 'kent', 'mila'])(
    'R-07 lets %s grant nobody anything',
    async (name) => {
      const grant = await mutate(name, 'grantRole', { person: globalId('Person', 'x'), role: 'ADMIN' });
      expect(grant.errors[0]).toMatchObject({
        message: expect.stringContaining('grantRole needs role ADMIN') as string,
        extensions: { code: 'FORBIDDEN' },
      });
    },
  );

  it.each([
    [
      'an unknown person',
      { person: globalId('Person', idOf('nobody')), role: 'COACH', organisation: 'MI-41' },
      'PERSON_NOT_FOUND',
    ],
    ['an id of something else', { person: globalId('Gate', 'x'), role: 'COACH', organisation: 'MI-41' }, 'ID_UNKNOWN'],
    ['no id at all', { person: 'x', role: 'COACH', organisation: 'MI-41' }, 'ID_UNKNOWN'],
    ['an unknown organisation', { person: '', role: 'COACH', organisation: 'MI-99' }, 'ORGANISATION_UNKNOWN'],
    [
      'a role that does not go with the organisation',
      { person: '', role: 'ADMIN', organisation: 'MI-41' },
      'ROLE_NOT_FOR_ORGANISATION',
    ],
    [
      'an end before the start',
      { person: '', role: 'COACH', organisation: 'MI-41', from: '2025-07-01', until: '2025-07-01' },
      'GRANT_EMPTY',
    ],
  ])('refuses %s and says so', async (_, input, code) => {
    const person = input.person === '' ? await register() : input.person;
    expect((await mutate('adam', 'grantRole', { ...input, person })).userErrors[0]).toMatchObject({ code });
  });

  it.each([
    [{ ...grace, name: '' }],
    [{ ...grace, name: ' ' }],
    [{ ...grace, name: 'x'.repeat(201) }],
    [{ ...grace, name: 'Grace\u0000' }],
    [{ ...grace, email: 'not an address' }],
  ])('refuses the bad shape %j', async (input) => {
    const before = await store.head();
    expect((await mutate('adam', 'registerPerson', input)).errors[0].extensions).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await store.head()).toEqual(before);
  });

  it('takes the longest name and address there may be, and gives them back', async () => {
    const longest = { name: '漢'.repeat(200), email: `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}org` };
    expect((await mutate('adam', 'registerPerson', longest)).entity.contact).toMatchObject(longest);
  });

  it('R-07 shows name and grants of a person to those who may: self, the same agency, administrators', async () => {
    const { data } = await ask('len', '{ viewer { id } }');
    const seen = async (as: string) =>
      (
        await ask(as, `query ($id: ID!) { person(id: $id) { contact { name } grants { role } } }`, {
          id: data!['viewer'].id,
        })
      ).data!['person'];
    for (const name of ['len', 'ada', 'adam']) expect((await seen(name)).contact).toEqual({ name: 'Len Sample' });
    for (const name of ['dora', 'tao', 'rev', 'anna', 'kent', 'mila']) {
      expect(await seen(name)).toBeNull();
      expect((await ask(name, '{ viewer { grants { role } } }')).data!['viewer'].grants).toHaveLength(1);
    }
  });

  it('lists the people of an organisation to those who may, page by page', async () => {
    const list = (as: string, args: string) =>
      ask(as, `{ persons(${args}) { totalCount nodes { contact { name } } pageInfo { hasNextPage endCursor } } }`);
    const names = (answer: Answer) =>
      answer.data!['persons'].nodes.map((node: any) => node.contact.name as string).sort();
    const all = names(await list('ada', 'organisation: "ZZ-90"'));
    expect(all).toEqual(['Ada Sample', 'Anna Sample', 'Cora Sample', 'Len Sample', 'Tao Sample']);
    const first = await list('ada', 'organisation: "ZZ-90", first: 3');
    const { hasNextPage, endCursor } = first.data!['persons'].pageInfo;
    expect(hasNextPage).toBe(true);
    const rest = await list('ada', `organisation: "ZZ-90", first: 3, after: "${endCursor}"`);
    expect([...names(first), ...names(rest)].sort()).toEqual(all);
    expect([first, rest].map(({ data }) => data!['persons'].totalCount)).toEqual([5, 5]);
    expect((await list('kent', 'organisation: "ZZ-90"')).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect((await list('ada', 'first: 5')).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect(names(await list('adam', 'first: 100')).length).toBeGreaterThan(9);
  });

  it('looks a person up by id among all nodes, and has nothing for an id of nobody', async () => {
    const { data } = await ask('ada', '{ viewer { id } }');
    const node = await ask('ada', `query ($id: ID!) { node(id: $id) { id ... on Person { contact { name } } } }`, {
      id: data!['viewer'].id,
    });
    expect(node.data!['node']).toMatchObject({ contact: { name: 'Ada Sample' } });
    const nobody = await ask('ada', 'query ($id: ID!) { person(id: $id) { id } }', {
      id: globalId('Person', idOf('nobody')),
    });
    expect(nobody).toEqual({ data: { person: null } });
  });

  it('shows no name any more when the key of the person is gone', async () => {
    const person = await register();
    const personId = readGlobalId(person)!.id as PersonId;
    const record = await new PersonReads(tables).person(personId);
    const strange = PersonKeys.inMemory();
    const { openContact } = await import('./person.projection.js');
    expect(openContact(keys, record!)).toMatchObject(grace);
    expect(openContact(strange, record!)).toBeUndefined();
  });

  it('serves the public key of the local issuer, and no private one', async () => {
    const discovery = await app.inject({
      url: '/oidc/.well-known/openid-configuration',
      headers: { host: '127.0.0.1:3000' },
    });
    expect(discovery.json()).toMatchObject({
      issuer: 'urn:waymark:local-issuer',
      jwks_uri: 'http://127.0.0.1:3000/oidc/jwks',
    });
    const jwks = await app.inject({ url: '/oidc/jwks' });
    expect(jwks.json().keys[0]).toMatchObject({ crv: 'Ed25519' });
    expect(jwks.body).not.toContain('"d"');
  });

  it('leaves no name in plain in events, tables or logs', async () => {
    await register();
    const events = JSON.stringify(await store.readAll({ after: 0, limit: 1000 }));
    expect(events).toContain('PersonRegistered');
    expect(logged.length).toBeGreaterThan(0);
    expect(await everyRow()).toContain('enc:1:');
    for (const place of [events, await everyRow(), logged.join('\n')]) {
      expect(place).not.toMatch(/Canary|canary@|Ada Sample|sample\.example/);
    }
  });
});
