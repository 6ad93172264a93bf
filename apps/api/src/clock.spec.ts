import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { bootstrapDemoPersons, mintToken, PersonKeys } from '@waymark/identity';
import { CommandRunner, RisingClock } from '@waymark/kernel';
import { createLogger, OrganisationDirectory, readConfig } from '@waymark/nest-kit';
import { createApp } from './app.js';

const TWO_DAYS_MS = 2 * 86_400_000;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('after the clock of the machine was two days ahead for a while', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-clock-'));
  const logged: string[] = [];
  let app: NestFastifyApplication;

  async function start() {
    const config = readConfig({ DATA_DIR: folder, TIME_ZONE: 'America/Chicago' }, folder);
    const logger = createLogger('warn', { write: (line) => logged.push(line) });
    app = await createApp(config, { projections: 'inline', logger });
  }
  async function mutate(name: string, input: object) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) {
      entity { id grants { id inForce } } receipt { recordedAt } userErrors { code rule } } }`;
    const response = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${await mintToken(folder, 'adam')}` },
      payload: { query, variables: { input } },
    });
    const { data, errors } = JSON.parse(response.body) as { data: Record<string, any>; errors?: object[] };
    expect(errors).toBeUndefined();
    return data[name];
  }

  beforeAll(async () => {
    await start();
    const directory = app.get(OrganisationDirectory);
    const clock = app.get(RisingClock);
    const find = (code: string) => directory.find(code);
    clock.raiseTo(new Date(Date.now() + TWO_DAYS_MS).toISOString());
    await bootstrapDemoPersons({ runner: app.get(CommandRunner), clock, keys: app.get(PersonKeys), find });
    await app.close();
    logged.length = 0;
    await start();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('the start warns, and health says so without turning requests away', async () => {
    const ready = await app.inject('/health/ready');
    const reason = expect.stringMatching(/48 hours ahead .* docs\/runbooks\/clock\.md/) as string;
    expect([ready.statusCode, JSON.parse(ready.body)]).toEqual([
      200,
      { status: 'ready', warnings: [{ check: 'clock', reason }] },
    ]);
    expect(logged.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ event: 'clock', message: reason }),
    );
  });

  it('the operator is in the time zone that is set', async () => {
    expect(await app.get(OrganisationDirectory).timeZoneOf(undefined)).toBe('America/Chicago');
  });

  it('R-90 today is what the machine says, for entries and for grants; the order of events stays', async () => {
    const person = { name: 'Grace Example', email: 'grace@sample.example' };
    const registered = await mutate('registerPerson', { idempotencyKey: 'register-grace', ...person });
    expect(Date.parse(registered.receipt.recordedAt)).toBeGreaterThan(Date.now() + TWO_DAYS_MS / 2);
    const grant = { person: registered.entity.id, role: 'ADMIN' };
    const coming = await mutate('grantRole', {
      idempotencyKey: 'grant-of-grace',
      ...grant,
      from: day(Date.now() + TWO_DAYS_MS / 2),
    });
    expect(coming.userErrors).toEqual([]);
    expect(coming.entity.grants).toMatchObject([{ inForce: false }]);
  });
});
