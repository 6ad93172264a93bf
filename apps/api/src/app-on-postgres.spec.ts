import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { testPostgres } from '@waymark/event-store/testing';
import { bootstrapDemoPersons, mintToken, PersonKeys } from '@waymark/identity';
import { CommandRunner, RisingClock } from '@waymark/kernel';
import { OrganisationDirectory, readConfig } from '@waymark/nest-kit';
import { createApp } from './app.js';

const REGISTER = `mutation ($input: RegisterPersonInput!) {
  registerPerson(input: $input) { receipt { position eventIds replayed } userErrors { code } }
}`;

describe('the api application with its record in PostgreSQL', () => {
  const postgres = testPostgres();
  let folder: string;
  let app: NestFastifyApplication;
  const start = async () => {
    const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', EVENT_STORE_URL: postgres.url }, folder);
    app = await createApp(config, { projections: 'inline' });
  };
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'waymark-api-'))));
  afterAll(async () => {
    await (app as NestFastifyApplication | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers from it, and again after a restart; no record lies in the data folder', async () => {
    await start();
    const directory = app.get(OrganisationDirectory);
    await bootstrapDemoPersons({
      runner: app.get(CommandRunner),
      clock: app.get(RisingClock),
      keys: app.get(PersonKeys),
      find: (code) => directory.find(code),
    });
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
    expect(readdirSync(folder)).not.toContain('events.db');
  });
});
