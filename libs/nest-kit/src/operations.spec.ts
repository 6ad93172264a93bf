import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StoreUnavailableError } from '@waymark/kernel';
import { HealthChecks, Metrics } from './index.js';
import { ask, gateApp } from './testing/index.js';

describe('what operators see', () => {
  const lines: string[] = [];
  let app: NestFastifyApplication;
  let failing: Error | undefined;
  beforeAll(async () => {
    app = await gateApp({ log: (line) => lines.push(line), behind: () => failing });
  });
  afterAll(() => app.close());
  const get = (url: string) => app.inject({ method: 'GET', url });

  describe('health', () => {
    it('is live as soon as it answers', async () => {
      const { statusCode, body } = await get('/health/live');
      expect([statusCode, body]).toEqual([200, '{"status":"live"}']);
    });

    it('is ready while no check gives a reason, else says which and why', async () => {
      expect((await get('/health/ready')).statusCode).toBe(200);
      let reason: string | undefined = 'needs is stopped at an event it cannot read';
      app.get(HealthChecks).register('projections', () => reason);
      const full = new StoreUnavailableError('/srv/waymark/data/events.db: no space', 'DISK_FULL');
      app.get(HealthChecks).register('store', () => Promise.reject(full));
      app.get(HealthChecks).register('other', () => Promise.reject(new Error('ENOENT /srv/waymark/data')));
      const { statusCode, body } = await get('/health/ready');
      expect([statusCode, JSON.parse(body)]).toEqual([
        503,
        {
          status: 'not ready',
          reasons: [
            { check: 'projections', reason },
            { check: 'store', reason: 'The record cannot be written: its disk is full.' },
            { check: 'other', reason: 'The log says why.' },
          ],
        },
      ]);
      expect(lines.join('\n')).toContain('/srv/waymark/data/events.db');
      reason = undefined;
      for (const check of ['store', 'other']) app.get(HealthChecks).register(check, () => undefined);
      expect((await get('/health/ready')).statusCode).toBe(200);
    });
  });

  it('metrics count mutations by outcome and show what is read just before', async () => {
    const metrics = app.get(Metrics);
    metrics.collectBeforeScrape(() => metrics.projectionLag('needs', 12));
    metrics.retried('conflict');
    metrics.appended(5);
    metrics.questionStarted('needs-by-focus-area')();
    const build =
      'mutation ($name: String!, $key: String!) { buildGate(input: { idempotencyKey: $key, name: $name, width: 2 }) { userErrors { code } } }';
    await ask(app, build, { name: 'Counted', key: 'metrics-1' });
    await ask(app, build, { name: 'Counted', key: 'metrics-2' });
    await ask(app, build, { name: 'Counted', key: 'metrics-3' }, { authorization: 'Bearer bob' });
    const { headers, body } = await get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'waymark_mutation_seconds_count{mutation="buildGate",outcome="accepted"} 1',
      'waymark_mutation_seconds_count{mutation="buildGate",outcome="refused"} 1',
      'waymark_mutation_seconds_count{mutation="buildGate",outcome="failed"} 1',
      'waymark_question_seconds_count{question="needs-by-focus-area"} 1',
      'waymark_command_retries_total{kind="conflict"} 1',
      'waymark_append_batch_size_sum 5',
      'waymark_projection_lag_events{projection="needs"} 12',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
    expect(body).toMatch(/^waymark_event_loop_delay_p99_seconds \d/m);
  });

  it('logs hold nothing that a caller wrote, down to the level "info"', async () => {
    const canary = 'Canary4711';
    lines.length = 0;
    const headers = { authorization: `Bearer ${canary}`, 'user-agent': canary };
    await ask(app, `query ${canary} { ${canary}: someGates(count: 1) { name } }`, { [canary]: canary }, headers);
    await ask(app, `{ ${canary} }`, {}, headers);
    await ask(app, `{ fail(how: "${canary}") }`, {}, headers);
    await ask(app, '{ node(id: "' + canary + '") { id } }', {}, headers);
    await ask(
      app,
      `mutation { buildGate(input: { idempotencyKey: "${canary}", name: "${canary}\\u0007", width: 1 }) { userErrors { code } } }`,
      {},
      headers,
    );
    await app.inject({ method: 'GET', url: `/${canary}?q=${canary}`, headers });
    const usual = lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 30);
    expect(usual.length).toBeGreaterThanOrEqual(5);
    expect(usual.join('\n')).not.toContain(canary);
    const failure = usual
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line['level'] === 50);
    expect(failure).toMatchObject({ event: 'unexpected error', name: 'TypeError', requestId: expect.any(String) });
    expect(JSON.stringify(failure!['frames'])).toContain('gates.ts');
  });

  it('one line per request names the root fields, codes and the request', async () => {
    lines.length = 0;
    await ask(app, '{ mine again: mine }', {}, { 'x-request-id': 'req-1', authorization: 'Bearer bob' });
    const line = lines
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((entry) => entry['event'] === 'request');
    expect(line).toMatchObject({
      requestId: 'req-1',
      operation: 'query',
      fields: ['mine'],
      codes: ['FORBIDDEN'],
      ms: expect.any(Number),
    });
  });

  it.each([
    [new StoreUnavailableError('/srv/events.db: no space', 'DISK_FULL'), 503, 'STORE_UNAVAILABLE', 'store unavailable'],
    [new TypeError('cannot read Canary4711'), 500, 'INTERNAL_SERVER_ERROR', 'unexpected error'],
  ])('the log says why a wait for the tables ended: %s', async (error, status, code, event) => {
    lines.length = 0;
    failing = error;
    const answer = await ask(app, '{ mine }', {}, { 'x-waymark-at-least': 'p0000000000000', 'x-request-id': 'req-2' });
    failing = undefined;
    expect([answer.status, answer.body.errors!.map(({ extensions }) => extensions['code'])]).toEqual([status, [code]]);
    expect(answer.text).not.toMatch(/srv|Canary4711/);
    const usual = lines.map((text) => JSON.parse(text) as { level: number }).filter(({ level }) => level >= 30);
    expect(usual).toContainEqual(expect.objectContaining({ level: 50, event, requestId: 'req-2' }));
    expect(JSON.stringify(usual)).not.toContain('Canary4711');
  });

  it('a request id that could hold anything is replaced', async () => {
    const { headers } = await ask(app, '{ mine }', {}, { 'x-request-id': 'Ada Lovelace <ada@example.org>' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers carry the headers that keep browsers from harm', async () => {
    const { headers } = await get('/health/live');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
