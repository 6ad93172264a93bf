import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { ask, gateApp } from '../testing/index.js';
import { limits } from './limits.js';

const nested = (levels: number) => `${'neighbours { '.repeat(levels)}name${' }'.repeat(levels)}`;

describe('limits', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await gateApp();
  });
  afterAll(() => app.close());

  const refusal = async (query: string, variables: object = {}) => {
    const { status, body } = await ask(app, query, variables, { accept: 'application/graphql-response+json' });
    expect(body.data).toBeUndefined();
    return { status, code: body.errors?.[0]?.extensions['code'], message: body.errors?.[0]?.message };
  };

  it('depth', async () => {
    const query = `{ someGates(count: 1) { ${nested(limits.depth)} } }`;
    expect(await refusal(query)).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: `Query depth limit of ${limits.depth} exceeded, found ${limits.depth + 2}.`,
    });
  });

  it('depth, also through fragments', async () => {
    const query = `query { someGates(count: 1) { ...deep } } fragment deep on Gate { ${nested(limits.depth)} }`;
    expect(await refusal(query)).toMatchObject({ status: 400, message: expect.stringContaining('depth limit') });
  });

  it('aliases', async () => {
    const aliases = Array.from({ length: limits.aliases + 1 }, (_, n) => `a${n}: name`).join(' ');
    expect(await refusal(`{ someGates(count: 1) { ${aliases} } }`)).toMatchObject({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: expect.stringContaining('Aliases limit'),
    });
  });

  it('directives', async () => {
    const fields = ['name', 'width', 'builtOn', 'planks', 'colour', 'id', 'rust'];
    const one = fields.map((field) => `${field} @include(if: true) @skip(if: false)`).join(' ');
    const query = `{ someGates(count: 1) { ${one} neighbours { ${one} neighbours { ${one} } } } }`;
    expect(await refusal(query)).toMatchObject({ status: 400, message: expect.stringContaining('irectives limit') });
  });

  it('cost, with the page size counted', async () => {
    const one = 'edges { node { neighbours { neighbours { name width } } } }';
    expect(await refusal(`{ gates(first: 100) { ${one} } }`)).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    const { body } = await ask(app, `{ gates(first: 5) { ${one} } }`);
    expect(body.errors).toBeUndefined();
  });

  it('cost, also through variables', async () => {
    const query =
      'query ($n: Int!) { gates(first: $n) { edges { node { neighbours { neighbours { name width } } } } } }';
    expect(await refusal(query, { n: 100 })).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    const { body } = await ask(app, query, { n: 5 });
    expect(body.errors).toBeUndefined();
  });

  it('cost of the operation that is run, when a document holds several', async () => {
    const query =
      'query A { someGates(count: 1) { name } } query B { gates(first: 100) { edges { node { neighbours { neighbours { name width } } } } } }';
    const run = async (operationName: string) => {
      const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query, operationName } });
      return (JSON.parse(response.body) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions
        .code;
    };
    expect([await run('A'), await run('B'), await run('A')]).toEqual([undefined, 'QUERY_TOO_COMPLEX', undefined]);
  });

  it('cost is not forgotten after variables that did not fit', async () => {
    const query =
      'query ($after: String) { gates(first: 100, after: $after) { edges { node { neighbours { neighbours { name width } } } } } }';
    expect((await refusal(query, { after: 5 })).code).toBe('BAD_USER_INPUT');
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
  });

  it('cost cannot be escaped by an argument that fails while the rest is carried out', async () => {
    const query =
      'query ($n: Int) { fail(how: "domain") small: gates(first: $n) { nodes { id } } gates(first: 100) { edges { node { neighbours { neighbours { name } } } } } }';
    expect(await refusal(query, { n: null })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('cost, with the ids counted', async () => {
    const one = '... on Gate { neighbours { neighbours { name width } } }';
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ${one} } }`;
    const ids = (count: number) =>
      Array.from({ length: count }, () => Buffer.from('Gate:Gate 007').toString('base64url'));
    expect((await ask(app, query, { ids: ids(5) })).body.errors).toBeUndefined();
    expect(await refusal(query, { ids: ids(100) })).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
  });

  it('cost, with the length that a list states', async () => {
    const one = 'neighbours { name width }';
    expect((await ask(app, `{ someGates(count: 1) { neighbours { ${one} } } }`)).body.errors).toBeUndefined();
    expect(await refusal(`{ someGates(count: 1) { steps { ${one} } } }`)).toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
  });

  it('tokens', async () => {
    const query = `{ someGates(count: 1) { ${'name '.repeat(limits.tokens)} } }`;
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED' });
  });

  it('selections behind fragments', async () => {
    const bomb = Array.from({ length: 12 }, (_, n) => `fragment f${n} on Gate { ...f${n + 1} ...f${n + 1} }`).join(' ');
    const query = `{ someGates(count: 1) { ...f0 } } ${bomb} fragment f12 on Gate { name }`;
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('fragments in a circle', async () => {
    const query =
      '{ someGates(count: 1) { ...a } } fragment a on Gate { neighbours { ...b } } fragment b on Gate { neighbours { ...a } }';
    expect(await refusal(query)).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('no subscriptions', async () => {
    expect(await refusal('subscription { gates { name } }')).toMatchObject({
      ...{ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
      message: expect.stringContaining('no subscriptions'),
    });
  });

  it('no batches', async () => {
    const payload = [{ query: '{ someGates(count: 1) { name } }' }, { query: '{ someGates(count: 1) { name } }' }];
    const response = await app.inject({ method: 'POST', url: '/graphql', payload });
    expect(response.statusCode).toBe(400);
  });

  it('no persisted queries by hash', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const response = await app.inject({ method: 'POST', url: '/graphql', payload: { extensions } });
    expect(response.body).toContain('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  it('no forms and plain links of other sites', async () => {
    const form = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'text/plain' },
      payload: '{"query":"{ __typename }"}',
    });
    const link = await app.inject({ method: 'GET', url: '/graphql?query={__typename}' });
    expect([form.statusCode >= 400, link.statusCode]).toEqual([true, 400]);
  });

  it('no mutation by GET', async () => {
    const url = `/graphql?query=${encodeURIComponent('mutation { buildGate(input: {idempotencyKey: "12345678", name: "x", width: 1}) { userErrors { code } } }')}`;
    const response = await app.inject({ method: 'GET', url, headers: { 'apollo-require-preflight': '1' } });
    expect(response.statusCode).toBe(405);
  });

  it('body size', async () => {
    const payload = { query: `{ __typename } # ${'x'.repeat(limits.bodyBytes)}` };
    const response = await app.inject({ method: 'POST', url: '/graphql', payload });
    expect(response.statusCode).toBe(413);
  });

  it('survives an upgrade request that is cut off', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', () => {
          socket.resetAndDestroy();
          resolve();
        });
      });
    });
    const response = await fetch(`http://127.0.0.1:${port}/health/live`);
    expect(response.status).toBe(200);
  });
});

describe('in production', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await gateApp({ production: true, explorer: false });
  });
  afterAll(() => app.close());

  it('the schema is not told', async () => {
    const { body } = await ask(app, '{ __schema { queryType { name } } }');
    expect(body.data).toBeUndefined();
    expect(body.errors![0]!.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('no field is suggested for a mistyped one', async () => {
    const { text } = await ask(app, '{ someGate(count: 1) { name } }');
    expect(text).not.toContain('someGates');
    const open = await gateApp();
    expect((await ask(open, '{ someGate(count: 1) { name } }')).text).toContain('someGates');
    await open.close();
  });
});
