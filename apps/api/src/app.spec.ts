import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { bootstrapDemoPersons, mintToken, PersonKeys } from '@waymark/identity';
import { CommandRunner, RisingClock } from '@waymark/kernel';
import { type Config, OrganisationDirectory, PROJECTION_HOST, readConfig } from '@waymark/nest-kit';
import { ParityProbe } from '@waymark/nest-kit/testing';
import type { ProjectionHost } from '@waymark/read-store';
import { createApp } from './app.js';

const REGISTER = `mutation ($input: RegisterPersonInput!) {
  registerPerson(input: $input) { entity { id } receipt { position eventIds replayed } userErrors { code message path } }
}`;

describe('the api application', () => {
  let folder: string;
  let config: Config;
  let app: NestFastifyApplication;
  const probe = new ParityProbe();

  async function start() {
    app = await createApp(config, { projections: 'inline', observers: probe.observers });
  }
  async function ask(query: string, variables: object = {}, person = 'adam') {
    const authorization = `Bearer ${await mintToken(folder, person)}`;
    const response = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization },
      payload: { query, variables },
    });
    return JSON.parse(response.body) as { data: Record<string, any>; errors?: { extensions: { code: string } }[] };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-api-'));
    config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' }, folder);
    await start();
    const directory = app.get(OrganisationDirectory);
    await bootstrapDemoPersons({
      runner: app.get(CommandRunner),
      clock: app.get(RisingClock),
      keys: app.get(PersonKeys),
      find: (code) => directory.find(code),
    });
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const input = {
    idempotencyKey: 'register-grace',
    name: 'Grace Example',
    email: 'grace@sample.example',
  };

  it('carries a mutation from the token to the tables and back', async () => {
    const { data, errors } = await ask(REGISTER, { input });
    expect(errors).toBeUndefined();
    expect(data['registerPerson']).toMatchObject({ userErrors: [], receipt: { replayed: false } });
    const { id } = data['registerPerson'].entity;
    const read = await ask('query ($id: ID!) { node(id: $id) { id __typename } }', { id });
    expect(read.data['node']).toEqual({ id, __typename: 'Person' });
    expect((await app.inject('/metrics')).body).toMatch(/waymark_append_batch_size_count [1-9]/);
  });

  it('R-93 finds the earlier entry again after a restart', async () => {
    await app.close();
    await start();
    const { data } = await ask(REGISTER, { input });
    expect(data['registerPerson'].receipt.replayed).toBe(true);
  });

  it('refuses whoever lacks the right', async () => {
    const { errors } = await ask(REGISTER, { input: { ...input, idempotencyKey: 'register-again' } }, 'rev');
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is ready, shows its lag, and serves the explorer page', async () => {
    const head = await app.inject('/health/ready');
    expect([head.statusCode, head.body]).toEqual([200, '{"status":"ready"}']);
    expect((await app.inject('/metrics')).body).toMatch(/waymark_projection_lag_events\{projection="[\w-]+"\} 0/);
    expect((await app.inject('/')).body).toContain('<title>Waymark explorer</title>');
  });

  it('is not ready when projections stand still', async () => {
    await app.get<ProjectionHost>(PROJECTION_HOST).stop();
    expect((await app.inject('/health/ready')).statusCode).toBe(503);
    await app.close();
    await start();
  });

  it('does not start a second time on the same folder, and lets it go at the end', async () => {
    await expect(createApp(config, { projections: 'inline' })).rejects.toThrow(/data folder|another process/i);
    await app.close();
    await start();
    expect((await app.inject('/health/ready')).statusCode).toBe(200);
  });

  it('R-91 does not start from another data folder on the same files', async () => {
    const [other, elsewhere] = ['other', 'elsewhere'].map((name) => join(folder, name)) as [string, string];
    const [EVENT_STORE_URL, READ_STORE_URL] = [`sqlite:${elsewhere}/e.db`, `sqlite:${elsewhere}/r.db`];
    const startWith = (settings: Record<string, string>) =>
      createApp(readConfig({ LOG_LEVEL: 'silent', ...settings }, folder), { projections: 'inline' });
    await expect(startWith({ DATA_DIR: other, EVENT_STORE_URL: config.eventStoreUrl })).rejects.toThrow(
      /another waymark/i,
    );
    const first = await startWith({ DATA_DIR: other, EVENT_STORE_URL, READ_STORE_URL });
    const second = { DATA_DIR: join(folder, 'second') };
    await expect(startWith({ ...second, EVENT_STORE_URL })).rejects.toThrow(/another waymark/i);
    await expect(startWith({ ...second, READ_STORE_URL })).rejects.toThrow(/another waymark/i);
    await first.close();
    await (await startWith({ ...second, EVENT_STORE_URL, READ_STORE_URL })).close();
  });

  it('answered every operation alike, compiled and not', () => {
    expect(probe.operations).toBeGreaterThan(3);
    expect(probe.differences).toEqual([]);
  });
});
