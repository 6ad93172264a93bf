import { randomBytes } from 'node:crypto';
import { freshPostgresDatabase } from '@waymark/event-store/testing';
import { openPostgresReadDatabase, openPostgresReadStore } from '../postgres/index.js';
import type { ReadDatabase } from '../read-database.js';
import type { ReadStore } from '../read-store.js';
import { openSqliteReadStore } from '../sqlite/index.js';
import type { TableDefinition } from '../table.js';

/** Databases that read tables lie in. */
export const readDatabases = ['SQLite', 'PostgreSQL'] as const;
export type ReadDatabaseName = (typeof readDatabases)[number];

/** Read tables of a test: empty at first, gone when closed. */
export interface TestTables {
  readonly readStore: ReadStore;
  /** Reads these tables; closed with them. */
  reads(tables: readonly TableDefinition[]): Promise<ReadDatabase>;
  close(): Promise<void>;
}

/** Read tables in memory, or in a schema of their own on the PostgreSQL of the tests. */
export async function testTables(where: ReadDatabaseName): Promise<TestTables> {
  return where === 'SQLite' ? inMemory() : inPostgres();
}

function inMemory(): TestTables {
  const readStore = openSqliteReadStore({ file: ':memory:' });
  return {
    readStore,
    reads: (tables) => Promise.resolve(readStore.reads(tables)),
    close: () => readStore.close(),
  };
}

/** One database for all suites of a file: a schema is there sooner. */
let database: ReturnType<typeof freshPostgresDatabase> | undefined;
afterAll(async () => {
  await (await database)?.drop();
  database = undefined;
});

async function inPostgres(): Promise<TestTables> {
  database ??= freshPostgresDatabase();
  const url = `${(await database).url}?schema=tables_${randomBytes(6).toString('hex')}`;
  const readStore = await openPostgresReadStore({ url });
  const opened: ReadDatabase[] = [];
  return {
    readStore,
    reads: async () => {
      const reads = await openPostgresReadDatabase({ url });
      opened.push(reads);
      return reads;
    },
    async close() {
      for (const reads of opened) await reads.close();
      await readStore.close();
    },
  };
}
