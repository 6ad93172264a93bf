import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventStore } from '@waymark/event-store';
import { testPostgres } from '@waymark/event-store/testing';
import { bootstrapDemoPersons, mintToken, PersonKeys } from '@waymark/identity';
import { CommandRunner, RisingClock } from '@waymark/kernel';
import { EVENT_STORE, OrganisationDirectory, ReadGate, readConfig } from '@waymark/nest-kit';
import { createApp } from './app.js';

const REGISTER = `mutation ($input: RegisterPersonInput!) {
  registerPerson(input: $input) { receipt { position eventIds replayed } userErrors { code } }
}`;

describe.each([
  ['its record', ['EVENT_STORE_URL']],
  ['its tables', ['READ_STORE_URL']],
  ['record and tables', ['EVENT_STORE_URL', 'READ_STORE_URL']],
])('the api application with %s in PostgreSQL', (_, there) => {
  const postgres = testPostgres();
  let folder: string;
  let app: NestFastifyApplication;
  const start = async () => {
    const urls = Object.fromEntries(there.map((setting) => [setting, postgres.url]));
    const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', ...urls }, folder);
    app = await createApp(config, { projections: 'inline' });
  };
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'waymark-api-'))));
  afterAll(async () => {
    await (app as NestFastifyApplication | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers from there, and again after a restart; the data folder holds the rest alone', async () => {
    await start();
    const directory = app.get(OrganisationDirectory);
    await bootstrapDemoPersons({
      runner: app.get(CommandRunner),
      clock: app.get(RisingClock),
      keys: app.get(PersonKeys),
      find: (code) => directory.find(code),
    });
    await app.get(ReadGate).waitFor((await app.get<EventStore>(EVENT_STORE).head()).position);
    const authorization = `Bearer ${await mintToken(folder, 'adam')}`;
    const register = async () => {
      const input = { idempotencyKey: 'register-grace', name: 'Grace Example', email: 'grace@sample.example' };
      const payload = { query: REGISTER, variables: { input } };
      const { body } = await app.inject({ method: 'POST', url: '/graphql', headers: { authorization }, payload });
      return (JSON.parse(body) as { data: { registerPerson: { receipt: object } } }).data.registerPerson.receipt;
    };
    const receipt = await register();
    expect(receipt).toMatchObject({ replayed: false });
    await app.close();
    await start();
    expect((await app.inject('/health/ready')).statusCode).toBe(200);
    expect(await register()).toEqual({ ...receipt, replayed: true });
    const files = readdirSync(folder).filter((file) => /^(events|readmodel)\.db$/.test(file));
    const rest = ['EVENT_STORE_URL', 'READ_STORE_URL'].filter((setting) => !there.includes(setting));
    expect(files).toEqual(rest.map((setting) => (setting === 'EVENT_STORE_URL' ? 'events.db' : 'readmodel.db')));
  });
});
