import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getIntrospectionQuery } from 'graphql';
import { memoryEventStore } from '@waymark/event-store/testing';
import { ask, gateApp, seen } from '../testing/index.js';
import { positionToken } from '../positions.js';
import { MASKED } from '../errors.js';
import { ReadTablesBehindError } from '../ports.js';

const BUILD = `mutation Build($input: BuildGateInput!) {
  buildGate(input: $input) {
    entity { id name width } receipt { position eventIds recordedAt replayed } userErrors { code message path rule }
  }
}`;
let drawn = 0;
const input = (overrides: object = {}) => ({
  input: { idempotencyKey: `gate-key-${(drawn += 1)}`, name: `North ${drawn}`, width: 3, ...overrides },
});

describe('GraphQL over HTTP', () => {
  const store = memoryEventStore();
  let app: NestFastifyApplication;
  let behind: Error | undefined;
  let ended = false;
  beforeAll(async () => {
    app = await gateApp({ store, behind: () => behind, ended: () => ended });
  });
  afterAll(() => app.close());

  describe('a mutation', () => {
    it('answers with the entity and a receipt of what was recorded', async () => {
      const { body } = await ask(app, BUILD, input({ name: 'East' }));
      expect(body.errors).toBeUndefined();
      const { entity, receipt, userErrors } = body.data!['buildGate'];
      expect(entity).toMatchObject({ name: 'East', width: 3 });
      expect(userErrors).toEqual([]);
      const head = await store.head();
      expect(receipt).toEqual({
        position: positionToken(head.position),
        eventIds: [expect.any(String)],
        recordedAt: head.recordedAt,
        replayed: false,
      });
    });

    it('gives the receipt of an entry that the tables do not show in time, and says so', async () => {
      const before = (await store.head()).position;
      const variables = input();
      behind = new ReadTablesBehindError(before + 1);
      const { status, body } = await ask(app, BUILD, variables);
      const { position } = await store.head();
      expect([status, position]).toEqual([200, before + 1]);
      expect(body.data!['buildGate']).toMatchObject({
        entity: null,
        receipt: { position: positionToken(position), replayed: false },
        userErrors: [{ code: 'READ_TABLES_BEHIND', message: expect.stringContaining(positionToken(position)) }],
      });
      behind = undefined;
      const { body: later } = await ask(app, BUILD, variables);
      expect(later.data!['buildGate']).toMatchObject({
        ...{ entity: { width: 3 }, userErrors: [] },
        receipt: { position: positionToken(position), replayed: true },
      });
    });

    it('R-93 gives the receipt of a repeated request when the right has ended since, and records nothing', async () => {
      const variables = input();
      const first = await ask(app, BUILD, variables);
      const head = await store.head();
      ended = true;
      const again = await ask(app, BUILD, variables);
      const others = [
        await ask(app, BUILD, { input: { ...variables.input, width: 4 } }),
        await ask(app, BUILD, input()),
        await ask(app, BUILD, variables, { authorization: 'Bearer bob' }),
      ];
      ended = false;
      const receipt = { ...first.body.data!['buildGate'].receipt, replayed: true };
      expect(again.body.data!['buildGate']).toEqual({ entity: null, receipt, userErrors: [] });
      for (const { body } of others) expect(body.errors![0]!.extensions['code']).toBe('FORBIDDEN');
      expect(await store.head()).toEqual(head);
    });

    it('R-93 answers a repeated request with the receipt of the first and records nothing', async () => {
      const variables = input();
      const first = await ask(app, BUILD, variables);
      const head = await store.head();
      const again = await ask(app, BUILD, variables);
      expect(again.body.data!['buildGate'].receipt).toEqual({
        ...first.body.data!['buildGate'].receipt,
        replayed: true,
      });
      expect(await store.head()).toEqual(head);
    });

    it('R-93 refuses a key that comes with another input', async () => {
      const variables = input();
      await ask(app, BUILD, variables);
      const { body } = await ask(app, BUILD, { input: { ...variables.input, width: 9 } });
      expect(body.data!['buildGate']).toMatchObject({
        entity: null,
        receipt: null,
        userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', rule: 'R-93', path: ['idempotencyKey'] }],
      });
    });

    it('tells null and absent in an input to mean the same, also for a repeated request', async () => {
      const variables = input({ story: null });
      await ask(app, BUILD, variables);
      const { story: _, ...absent } = variables.input as Record<string, unknown>;
      const { body } = await ask(app, BUILD, { input: absent });
      expect(body.data!['buildGate'].receipt.replayed).toBe(true);
    });

    it('answers a refusal by a rule as a user error that names rule and path', async () => {
      await ask(app, BUILD, input({ name: 'Twice' }));
      const { status, body } = await ask(app, BUILD, input({ name: 'Twice' }));
      expect(status).toBe(200);
      expect(body.data!['buildGate'].userErrors).toEqual([
        { code: 'REFUSED', message: 'This gate stands already; name another.', path: ['name'], rule: 'R-00' },
      ]);
    });

    it('builds inputs as their classes, nested ones too', async () => {
      await ask(app, BUILD, input({ marks: [{ says: 'up' }] }));
      const built = seen.inputs.at(-1)!;
      expect([built.constructor.name, built.marks![0]!.constructor.name]).toEqual(['BuildGateInput', 'MarkInput']);
    });

    it.each([
      ['a short key', { idempotencyKey: 'short' }, 'input.idempotencyKey'],
      ['a key with a line break', { idempotencyKey: 'long enough\n!' }, 'input.idempotencyKey'],
      ['a long key', { idempotencyKey: 'k'.repeat(201) }, 'input.idempotencyKey'],
      ['a text over its limit', { name: 'n'.repeat(31) }, 'input.name'],
      ['a blank text', { name: ' \t ' }, 'input.name'],
      ['a text of control characters', { name: 'bell\u0007' }, 'input.name'],
      ['half a surrogate pair', { name: 'half \ud83d' }, 'input.name'],
      ['a nested text over its limit', { marks: [{ says: 'ok' }, { says: 'n'.repeat(11) }] }, 'input.marks.1.says'],
      ['a list over its limit', { marks: Array(4).fill({ says: 'ok' }) }, 'input.marks'],
      ['a number out of range', { width: 0 }, 'input.width'],
      ['a huge text', { story: 's'.repeat(40_001) }, 'input.story'],
    ])('refuses %s as bad shape and names the field', async (_, overrides, path) => {
      const { body } = await ask(app, BUILD, input(overrides));
      expect(body.errors![0]!.extensions['code']).toBe('BAD_REQUEST');
      const paths = body.errors![0]!.extensions['fields'].map((field: { path: string[] }) => field.path.join('.'));
      expect(paths).toEqual([path]);
      expect(await ask(app, '{ someGates(count: 1) { name } }')).toMatchObject({ status: 200 });
    });

    it('takes a text up to the limit its field states, beyond the usual one', async () => {
      const { body } = await ask(app, BUILD, input({ story: 's'.repeat(40_000) }));
      expect(body.errors).toBeUndefined();
    });

    it.each([
      ['an impossible school year', { year: '2025-27' }],
      ['a fraction', { width: 1.5 }],
      ['an unknown member', { colour: 'red' }],
      ['no name', { name: undefined }],
    ])('refuses %s by the schema', async (_, overrides) => {
      const { status, body } = await ask(app, BUILD, input(overrides));
      expect([status, body.errors![0]!.extensions['code']]).toEqual([200, 'BAD_USER_INPUT']);
    });

    it('tells an id of another type and a text that is no id apart', async () => {
      const foreign = await ask(app, BUILD, input({ nextTo: Buffer.from('Tower:1').toString('base64url') }));
      const none = await ask(app, BUILD, input({ nextTo: '../../etc' }));
      const refusals = [foreign, none].map(({ body }) => body.data!['buildGate'].userErrors[0]);
      expect(refusals).toMatchObject([
        { code: 'ID_UNKNOWN', message: expect.stringContaining('is the id of a Tower'), path: ['nextTo'] },
        { code: 'ID_UNKNOWN', message: expect.stringContaining('is not an id of this system'), path: ['nextTo'] },
      ]);
    });
  });

  describe('who asks', () => {
    it('is told to sign in when there is no token or a bad one', async () => {
      for (const authorization of ['', 'Bearer mallory']) {
        const { body } = await ask(app, BUILD, input(), { authorization });
        expect(body.errors![0]!.extensions['code']).toBe('UNAUTHENTICATED');
      }
    });

    it('is told what right is missing', async () => {
      const head = await store.head();
      const { body } = await ask(app, BUILD, input(), { authorization: 'Bearer bob' });
      expect(body.errors![0]).toMatchObject({
        message: 'Not allowed: buildGate needs role KEEPER',
        extensions: { code: 'FORBIDDEN', missing: 'buildGate needs role KEEPER', rule: 'R-07' },
      });
      expect(await store.head()).toEqual(head);
    });
  });

  describe('errors', () => {
    it('keep unexpected texts to themselves and name the request', async () => {
      const { body, headers, text } = await ask(app, '{ fail(how: "boom") }', {}, { 'x-request-id': 'req-77' });
      expect(body.errors![0]).toMatchObject({ message: MASKED, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
      expect(headers['x-request-id']).toBe('req-77');
      expect(text).not.toContain('secret');
    });

    it('of the domain are told in a query too', async () => {
      const { body } = await ask(app, '{ fail(how: "domain") }');
      expect(body.errors![0]).toMatchObject({ message: 'There is no such gate.', extensions: { code: 'ID_UNKNOWN' } });
    });
  });

  describe('lists', () => {
    it('come in pages that follow each other without gap or overlap', async () => {
      const names: string[] = [];
      let after: string | null = null;
      do {
        const query =
          'query ($after: String) { gates(first: 50, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } totalCount } }';
        const { body } = await ask(app, query, { after });
        const page = body.data!['gates'];
        expect(page.totalCount).toBe(120);
        names.push(...page.nodes.map((node: { name: string }) => node.name));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(new Set(names).size).toBe(120);
      expect(names).toEqual([...names].sort());
    });

    it.each([0, -1, 101])('have no page of %d', async (first) => {
      const { body } = await ask(app, `{ gates(first: ${first}) { nodes { name } } }`);
      expect(body.errors![0]!.extensions).toMatchObject({ code: 'BAD_REQUEST', fields: [{ path: ['first'] }] });
    });

    it('are counted when the client selects how long they are, and only then', async () => {
      seen.counts = 0;
      const fields = 'nodes { name } edges { cursor } pageInfo { hasNextPage endCursor }';
      for (let use = 0; use < 3; use += 1) await ask(app, `{ gates(first: 2) { ${fields} } }`);
      expect(seen.counts).toBe(0);
      const { body } = await ask(app, `{ gates(first: 2) { ${fields} totalCount } }`);
      expect([body.data!['gates'].totalCount, seen.counts]).toEqual([120, 1]);
    });

    it.each(['"bm9wZQ"', '"WyJ4Il0"', '"Wy0xXQ"', '"WzEuNV0"', '""'])('refuse the cursor %s', async (after) => {
      const { body } = await ask(app, `{ gates(after: ${after}) { nodes { name } } }`);
      expect(body.errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN', path: ['after'] });
    });

    it('load what belongs to their entries in one batch per request', async () => {
      seen.batches.length = 0;
      await ask(app, '{ gates(first: 40) { nodes { name keeper { name } } } }');
      await ask(app, '{ gates(first: 40) { nodes { name keeper { name } } } }');
      expect(seen.batches).toEqual([40, 40]);
    });
  });

  describe('node', () => {
    const id = Buffer.from('Gate:Gate 007').toString('base64url');

    it('looks anything up again by its id', async () => {
      const { body } = await ask(
        app,
        'query ($id: ID!) { node(id: $id) { id __typename ... on Gate { name width } } }',
        { id },
      );
      expect(body.data).toEqual({ node: { id, __typename: 'Gate', name: 'Gate 007', width: 7 } });
    });

    it('answers null for what is not there, and refuses ids it cannot read', async () => {
      const gone = Buffer.from('Gate:Gate 999').toString('base64url');
      const { body } = await ask(app, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [id, gone] });
      expect(body.data).toEqual({ nodes: [{ id }, null] });
      const bad = await ask(app, '{ node(id: "R2F0ZTo=") { id } }');
      expect(bad.body.errors![0]!.extensions['code']).toBe('ID_UNKNOWN');
    });
  });

  describe('x-waymark-at-least', () => {
    const query = '{ someGates(count: 1) { name } }';

    it('takes the position and the event ids of a receipt', async () => {
      const { body } = await ask(app, BUILD, input());
      const { position, eventIds } = body.data!['buildGate'].receipt;
      for (const atLeast of [position, eventIds[0]]) {
        const answer = await ask(app, query, {}, { 'x-waymark-at-least': atLeast });
        expect(answer.body.data).toBeDefined();
      }
    });

    it('says that the tables are behind, so that the client asks again', async () => {
      const { position } = await store.head();
      behind = new ReadTablesBehindError(position);
      const { status, body } = await ask(app, query, {}, { 'x-waymark-at-least': positionToken(position) });
      behind = undefined;
      expect([status, body.errors![0]!.extensions['code']]).toEqual([503, 'READ_TABLES_BEHIND']);
    });

    it('refuses a position that the record has not come to, without a wait', async () => {
      const beyond = positionToken((await store.head()).position + 1);
      behind = new Error('nobody waits for it');
      const { status, body } = await ask(app, query, {}, { 'x-waymark-at-least': beyond });
      behind = undefined;
      expect([status, body.errors![0]!.extensions['code']]).toEqual([400, 'AT_LEAST_UNKNOWN']);
    });

    it.each(['12', 'p12', '00000000-0000-8000-8000-00000000ffff'])('refuses %s', async (atLeast) => {
      const { status, body } = await ask(app, query, {}, { 'x-waymark-at-least': atLeast });
      expect([status, body.errors![0]!.extensions['code']]).toEqual([400, 'AT_LEAST_UNKNOWN']);
    });
  });

  it('answers introspection, within all limits', async () => {
    const { body } = await ask(app, getIntrospectionQuery({ inputValueDeprecation: true }));
    expect(body.errors).toBeUndefined();
    expect(body.data!['__schema'].queryType.name).toBe('Query');
  });
});
