import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type GraphQLSchema, isObjectType, parse } from 'graphql';
import { ask, gateApp } from '../testing/index.js';
import { compiledExecutor, type Executor, type Operation, plainExecutor, RecentlyUsed } from './executors.js';

const FIELDS = 'id name width builtOn planks colour keeper { name }';
const operations: [string, string, object?][] = [
  [
    'scalars, lists and loaders',
    `{ gates(first: 30) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } totalCount } }`,
  ],
  [
    'aliases, fragments and __typename',
    `query { a: someGates(count: 2) { ...g } b: someGates(count: 1) { __typename other: name } } fragment g on Gate { name ... on Gate { width } }`,
  ],
  [
    'skip and include',
    `query ($yes: Boolean!) { someGates(count: 1) { name @skip(if: $yes) width @include(if: $yes) } }`,
    { yes: true },
  ],
  ['errors at nullable fields', '{ someGates(count: 7) { name rust } }'],
  ['an error at a field that may not be null', '{ someGates(count: 3) { name load } }'],
  ['an error in a list entry that may not be null', '{ gates(first: 7) { nodes { load } totalCount } }'],
  ['a masked error at the root', '{ fail(how: "badly") }'],
  ['a refusal at the root', '{ fail(how: "domain") }'],
  ['a wrong variable', 'query ($n: Int!) { someGates(count: $n) { name } }', { n: 'many' }],
  ['a missing variable', 'query ($n: Int!) { someGates(count: $n) { name } }'],
  ['an interface', '{ node(id: "R2F0ZTpHYXRlIDAwNw") { id __typename ... on Gate { name } } }'],
  ['an unreadable id', '{ node(id: "x") { id } }'],
  ['a bad shape', '{ gates(first: 1000) { totalCount } }'],
  ['introspection', '{ __schema { types { name fields { name type { name kind ofType { name } } } } } }'],
  [
    'a mutation refused for its shape',
    'mutation { buildGate(input: { idempotencyKey: "12345678", name: " ", width: 1 }) { userErrors { code } } }',
  ],
];

describe('compiled execution', () => {
  let compiled: NestFastifyApplication;
  let plain: NestFastifyApplication;
  beforeAll(async () => {
    compiled = await gateApp({ compiled: true });
    plain = await gateApp({ compiled: false });
  });
  afterAll(() => Promise.all([compiled.close(), plain.close()]));

  it.each(operations)('answers %s with the bytes of graphql-js', async (...[, query, variables]) => {
    const expected = await ask(plain, query, variables);
    for (let use = 1; use <= 3; use += 1) {
      const answer = await ask(compiled, query, variables);
      expect(answer.text).toBe(expected.text);
      expect(answer.status).toBe(expected.status);
    }
  });

  it('answers an error with its path and place, in both', async () => {
    const { body } = await ask(plain, '{ someGates(count: 1) { name rust } }');
    expect(body.errors).toMatchObject([{ path: ['someGates', 0, 'rust'], locations: [{ line: 1, column: 30 }] }]);
  });

  it('runs the named operation of several, and refuses a request that names none', async () => {
    const query = 'query A { someGates(count: 1) { name } } query B { someGates(count: 2) { name } }';
    const run = async (app: NestFastifyApplication, operationName?: string) =>
      (await app.inject({ method: 'POST', url: '/graphql', payload: { query, operationName } })).body;
    for (const name of ['C', undefined]) expect(await run(compiled, name)).toContain('OPERATION_RESOLUTION_FAILURE');
    for (const name of ['A', 'B', 'A', 'B', 'A', 'C', undefined]) {
      expect(await run(compiled, name)).toBe(await run(plain, name));
    }
    expect(await run(compiled, 'A')).not.toBe(await run(compiled, 'B'));
  });
});

describe('compiledExecutor', () => {
  const document = parse('{ someGates(count: 2) { name } }');
  const operation: Operation = { key: 'k', document, operationName: undefined, variables: undefined, context: {} };
  let schema: GraphQLSchema;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await gateApp({ onExecutors: (executors) => (schema = executors.schema) });
  });
  afterAll(() => app.close());

  function counting(): { executor: Executor; uses: () => number } {
    let uses = 0;
    const plain = plainExecutor(schema);
    return { executor: (asked) => ((uses += 1), plain(asked)), uses: () => uses };
  }

  it('compiles on the second use, so that documents seen once cost nothing', async () => {
    const fallback = counting();
    const run = compiledExecutor(schema, fallback.executor);
    await run(operation);
    expect(fallback.uses()).toBe(1);
    await run(operation);
    await run(operation);
    expect(fallback.uses()).toBe(1);
  });

  it('forgets what was not used for long', async () => {
    const fallback = counting();
    const run = compiledExecutor(schema, fallback.executor, 1);
    const use = (key: string) => run({ ...operation, key });
    for (const key of ['a', 'a', 'b', 'b']) await use(key);
    expect(fallback.uses()).toBe(2);
    await use('a');
    await use('a');
    expect(fallback.uses()).toBe(2);
  });

  it('is given fields whose trivial resolvers are gone, and the others kept', () => {
    const gate = schema.getType('Gate');
    const fields = isObjectType(gate) ? gate.getFields() : {};
    const kept = Object.values(fields).flatMap((field) => (field.resolve === undefined ? [] : [field.name]));
    expect(kept.sort()).toEqual(['colour', 'keeper', 'load', 'rust']);
    expect(Object.values(schema.getQueryType()!.getFields()).every((field) => field.resolve !== undefined)).toBe(true);
  });
});

describe('RecentlyUsed', () => {
  it('keeps what was read last and drops the rest', () => {
    const recent = new RecentlyUsed<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.get('a');
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  });
});
