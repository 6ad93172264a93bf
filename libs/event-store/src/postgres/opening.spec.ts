import { assertVersion, migrate, type Migration, postgresAddress } from '@waymark/postgres';
import { Client } from 'pg';
import { ownPostgresServer, someEvent, testPostgres } from '../testing/index.js';
import { streamName } from '@waymark/kernel';
import { openPostgresEventStore } from './index.js';
import { MIGRATIONS } from './migrations.js';

describe('opening a record in PostgreSQL', () => {
  const postgres = testPostgres();
  let admin: Client;
  beforeAll(async () => {
    admin = new Client({ connectionString: postgres.url });
    await admin.connect();
  });
  afterAll(() => admin.end());

  const at = (change: (url: URL) => void) => {
    const url = new URL(postgres.url);
    change(url);
    return url.href;
  };
  const opening = (url: string, readOnly = false) =>
    openPostgresEventStore({ url, readOnly }).then((store) => store.close());
  const schemas = async () =>
    (
      await admin.query<{ nspname: string }>(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)' ORDER BY 1",
      )
    ).rows.map(({ nspname }) => nspname);

  it.each([
    ['no server', (url: URL) => (url.port = '1'), 'UNREACHABLE', /does not answer\. Start the server/],
    ['no such host', (url: URL) => (url.hostname = 'nowhere.invalid'), 'UNREACHABLE', /cannot be found/],
    [
      'no such database',
      (url: URL) => (url.pathname = '/nothing'),
      'UNREACHABLE',
      /does not exist\. Create it \(createdb nothing\)/,
    ],
    [
      'a server without TLS',
      (url: URL) => (url.search = '?sslmode=require'),
      'UNREACHABLE',
      /speaks no TLS.*sslmode=disable/,
    ],
    [
      'no certificate file',
      (url: URL) => (url.search = '?sslmode=verify-ca&sslrootcert=/no/ca.pem'),
      'UNREACHABLE',
      /ca\.pem.*cannot be read/,
    ],
  ])('%s is told with what to do, and nothing is changed', async (_, change, reason, message) => {
    const before = await schemas();
    const opened = opening(at(change));
    await expect(opened).rejects.toMatchObject({ name: 'StoreUnavailableError', reason });
    await expect(opened).rejects.toThrow(message);
    expect(await schemas()).toEqual(before);
  });

  it('a wrong password is told, and never repeated', async () => {
    const server = await ownPostgresServer();
    const clerk = new Client({ connectionString: server.url });
    await clerk.connect();
    await clerk.query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
    await clerk.end();
    const url = (password: string) => server.url.replace('waymark@', `guarded:${password}@`);
    await expect(opening(url('secret'))).rejects.toThrow(/does not let guarded in\. Correct user and password/);
    await expect(opening(url('secret'))).rejects.not.toThrow(/secret/);
    await expect(opening(url('right'))).rejects.toMatchObject({
      reason: 'READ_ONLY',
      message: expect.stringContaining('does not let guarded do this. Grant it the right') as string,
    });
    await server.remove();
  });

  it('a replica, or a database set to read only, is refused at the start', async () => {
    const name = new URL(postgres.url).pathname.slice(1);
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await expect(opening(`${postgres.url}?schema=replica`)).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      reason: 'READ_ONLY',
    });
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect(await schemas()).not.toContain('replica');
  });

  it('a server that is too old is refused', () => {
    const address = postgresAddress(postgres.url);
    expect(() => assertVersion(140_011, address)).toThrow(/PostgreSQL 14; Waymark needs 15 or newer/);
    expect(() => assertVersion(150_000, address)).not.toThrow();
  });

  it('a database that does not keep UTF-8 is refused', async () => {
    const name = `${new URL(postgres.url).pathname.slice(1)}_ascii`;
    await admin.query(`CREATE DATABASE ${name} ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0`);
    await expect(opening(at((url) => (url.pathname = `/${name}`)))).rejects.toThrow(/keeps texts as SQL_ASCII/);
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('reading alone makes nothing, and says when there is nothing to read', async () => {
    await expect(opening(`${postgres.url}?schema=absent`, true)).rejects.toThrow(/no record in schema absent/);
    expect(await schemas()).not.toContain('absent');
    await opening(`${postgres.url}?schema=present`);
    const reader = await openPostgresEventStore({ url: `${postgres.url}?schema=present`, readOnly: true });
    await expect(reader.append(streamName('plan', 'a'), 'NO_STREAM', [someEvent()])).rejects.toMatchObject({
      reason: 'READ_ONLY',
    });
    expect(await reader.readAll({ after: 0, limit: 1 })).toEqual([]);
    await reader.close();
  });

  describe('migrations', () => {
    const address = () => postgresAddress(postgres.url);
    const torn = (migrations: readonly Migration[]) => ({ schema: 'torn', migrations, what: 'record' });
    const tablesOf = async (schema: string) =>
      (
        await admin.query<{ tablename: string }>('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [
          schema,
        ])
      ).rows.map(({ tablename }) => tablename);

    it('run once, whoever comes first of many', async () => {
      await Promise.all(Array.from({ length: 8 }, () => opening(`${postgres.url}?schema=crowd`)));
      const { rows } = await admin.query('SELECT version FROM crowd.migration');
      expect(rows).toEqual([{ version: MIGRATIONS.length }]);
    });

    it('end whole or not at all: one that fails leaves the schema as it was, and the next start does it all', async () => {
      const failing = [...MIGRATIONS, (schema: string) => `CREATE TABLE ${schema}.half (n int); SELECT 1 / 0`];
      await expect(migrate(admin, address(), torn(failing))).rejects.toThrow(/division by zero/);
      expect(await schemas()).not.toContain('torn');
      await migrate(admin, address(), torn(MIGRATIONS));
      const whole = await tablesOf('torn');
      await expect(migrate(admin, address(), torn(failing))).rejects.toThrow(/division by zero/);
      expect(await tablesOf('torn')).toEqual(whole);
      await migrate(admin, address(), torn([...MIGRATIONS, (schema) => `CREATE TABLE ${schema}.half (n int)`]));
      expect(await tablesOf('torn')).toEqual([...whole, 'half'].sort());
    });

    it('of a newer release are left as they are', async () => {
      await opening(`${postgres.url}?schema=newer`);
      await admin.query('INSERT INTO newer.migration (version) VALUES (99)');
      for (const readOnly of [false, true]) {
        await expect(opening(`${postgres.url}?schema=newer`, readOnly)).rejects.toThrow(
          /format 99, written by a newer release.*Nothing was changed/,
        );
      }
    });

    it('do not take over a schema that something else has migrated, nor one with a word of SQL for a name', async () => {
      for (const table of ['migration (version int DEFAULT 1)', 'migration (made_at date)']) {
        await admin.query('CREATE SCHEMA taken');
        await admin.query(`CREATE TABLE taken.${table}`);
        await admin.query('INSERT INTO taken.migration DEFAULT VALUES');
        const opened = openPostgresEventStore({ url: `${postgres.url}?schema=taken` }).then((store) =>
          store.head().finally(() => store.close()),
        );
        await expect(opened).rejects.toThrow(/tables of another program.*Name another schema/);
        await admin.query('DROP SCHEMA taken CASCADE');
      }
      await expect(opening(`${postgres.url}?schema=user`)).rejects.toThrow(/user of the URL is a word of SQL/);
    });

    it('do not take over the tables of another program', async () => {
      await admin.query('CREATE SCHEMA other; CREATE TABLE other.event_log (n int)');
      await expect(opening(`${postgres.url}?schema=other`)).rejects.toThrow(/tables of another program/);
      expect(await tablesOf('other')).toEqual(['event_log']);
    });
  });
});
