import { Client } from 'pg';
import { freshPostgresDatabase, ownPostgresServer, testPostgres } from './test-postgres.js';

async function ask(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

describe('PostgreSQL for tests', () => {
  const postgres = testPostgres();

  it('is a database of the suite alone', async () => {
    const other = await freshPostgresDatabase();
    await ask(other.url, 'CREATE TABLE visits (n int)');
    const tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    expect(await ask(other.url, tables)).toEqual(['visits']);
    expect(await ask(postgres.url, tables)).toEqual([]);
    await other.drop();
  });

  it('keeps texts in UTF-8, in the order of their code points, whatever the machine speaks', async () => {
    expect(await ask(postgres.url, 'SHOW server_encoding')).toEqual(['UTF8']);
  });

  it('may be killed by a test that has a server of its own, and comes back with what was committed', async () => {
    const server = await ownPostgresServer();
    await ask(server.url, 'CREATE TABLE visits AS SELECT 7 AS n');
    for (const how of ['kill', 'immediate', 'fast'] as const) {
      await server.stop(how);
      await expect(ask(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await server.start();
      expect(await ask(server.url, 'SELECT n FROM visits')).toEqual([7]);
    }
    await server.remove();
  });
});
