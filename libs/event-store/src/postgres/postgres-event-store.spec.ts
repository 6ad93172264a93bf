import { Client } from 'pg';
import { eventStoreContract, type StoreUnderContract } from '../contract/event-store.contract.js';
import { testPostgres, type TestPostgres } from '../testing/index.js';
import { openPostgresEventStore } from './index.js';

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

let schemas = 0;

function inDatabase(postgres: TestPostgres): StoreUnderContract {
  const schema = `record_${(schemas += 1)}`;
  const open = () => openPostgresEventStore({ url: `${postgres.url}?schema=${schema}` });
  return {
    open,
    reopen: open,
    skipPositions: async (to) => {
      await run(
        postgres.url,
        `INSERT INTO ${schema}.event_log VALUES (${to}, 'skipped', 0, gen_random_uuid(), 'Skipped', NULL, NULL, 0, '')`,
      );
    },
    another: open,
    disturb: {
      async holdTransaction() {
        const client = new Client({ connectionString: postgres.url });
        await client.connect();
        await client.query('BEGIN; CREATE TABLE foreign_business (n int); INSERT INTO foreign_business VALUES (1)');
        return () => client.query('ROLLBACK').then(() => client.end());
      },
      cutConnections: async () =>
        void (await run(
          postgres.url,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'waymark'`,
        )),
    },
    cleanUp: async () => void (await run(postgres.url, `DROP SCHEMA ${schema} CASCADE`)),
  };
}

describe('on PostgreSQL', () => {
  const postgres = testPostgres();
  eventStoreContract('PostgreSQL', () => inDatabase(postgres));
});
