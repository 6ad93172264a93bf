import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { limits } from './graphql/limits.js';
import { gateApp } from './testing/index.js';

const query = '{ someGates(count: 1) { name } }';
const request = (more: string) => `{"query":"${query}",${more}}`;
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('the body of a request', () => {
  const lines: string[] = [];
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await gateApp({ log: (line) => lines.push(line) });
  });
  afterAll(() => app.close());

  async function post(payload: string, type = 'application/json') {
    lines.length = 0;
    const headers = { ...(type !== '' && { 'content-type': type }), 'x-request-id': 'req-5' };
    const answer = await app.inject({ method: 'POST', url: '/graphql', headers, payload });
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) as unknown };
  }

  it.each([
    ['a member __proto__', request('"variables":{"__proto__":{"a":1}}'), undefined, 'named "__proto__"'],
    ['that member in escapes', request('"variables":{"\\u005f_proto__":1}'), undefined, 'named "__proto__"'],
    ['that member at the top', request('"__proto__":{"a":1}'), undefined, 'named "__proto__"'],
    ['that member in a list', request('"variables":{"a":[[{"__proto__":1}]]}'), undefined, 'named "__proto__"'],
    ['a member constructor', request('"variables":{"constructor":{"prototype":{}}}'), undefined, 'named "constructor"'],
    ['too short a text', request('"variables":{"a":1}').slice(0, -2), undefined, 'ends too early'],
    ['no text at all', '', undefined, 'not JSON'],
    ['values 100 levels deep', request(`"variables":${nested(100)}`), undefined, '32 levels'],
    ['lists 100,000 levels deep', '['.repeat(100_000) + ']'.repeat(100_000), undefined, '32 levels'],
    ['XML', '<a/>', 'application/xml', 'content-type: application/json'],
    ['no word of what it is', request('"variables":{}'), '', 'content-type: application/json'],
    ['plain text', request('"variables":{}'), 'text/plain', 'content-type'],
    ['a form', 'query=1', 'application/x-www-form-urlencoded', 'content-type'],
    ['a list', '[]', undefined, 'batching'],
    ['nothing', 'null', undefined, 'body'],
  ])('that holds %s is refused by one error with a code', async (_, payload, type, said) => {
    const { status, body } = await post(payload, type);
    expect([status, body]).toEqual([
      400,
      { errors: [{ message: expect.stringContaining(said), extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });

  it('that is too large is refused with the limit', async () => {
    const { status, body } = await post('x'.repeat(limits.bodyBytes + 1));
    const error = { message: expect.stringContaining(String(limits.bodyBytes)), extensions: { code: 'TOO_LARGE' } };
    expect([status, body]).toEqual([413, { errors: [error] }]);
  });

  it('that is refused is known by its id, in the answer and in the log', async () => {
    const { headers } = await post('{"query": "secret');
    expect(headers['x-request-id']).toBe('req-5');
    const line = lines.map((text) => JSON.parse(text) as object).find((entry) => 'requestId' in entry);
    expect(line).toMatchObject({ event: 'request', requestId: 'req-5', codes: ['BAD_REQUEST'] });
    expect(lines.join('\n')).not.toContain('secret');
  });

  it('is taken up to the limit of its levels', async () => {
    const { status, body } = await post(request(`"variables":${nested(limits.bodyDepth - 1)}`));
    expect([status, body]).toEqual([200, { data: { someGates: [{ name: 'Gate 000' }] } }]);
  });
});
