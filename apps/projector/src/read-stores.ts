import { isSqliteUrl, sqliteFile } from '@waymark/nest-kit';
import type { ReadDatabase, ReadStore } from '@waymark/read-store';
import { openSqliteReadDatabase, openSqliteReadStore } from '@waymark/read-store/sqlite';
import { tables } from './subscriptions.js';

/**
 * Opens the read tables that READ_STORE_URL names for writing; of a file, read-only when asked so. Throws StoreUnavailableError.
 * A driver is loaded when a URL asks for it.
 */
export async function openReadStore(url: string, { readOnly = false } = {}): Promise<ReadStore> {
  if (isSqliteUrl(url)) return openSqliteReadStore({ file: sqliteFile(url), readOnly });
  const { openPostgresReadStore } = await import('./postgres-tables.js');
  return openPostgresReadStore({ url });
}

/**
 * Opens the read tables for reading, beside whoever writes them. `isSteady`: see the SQLite adapter; the other has no such choice.
 * Throws StoreUnavailableError.
 */
export async function openReadDatabase(url: string, { isSteady = false } = {}): Promise<ReadDatabase> {
  if (isSqliteUrl(url)) return openSqliteReadDatabase({ file: sqliteFile(url), tables, isSteady });
  const { openPostgresReadDatabase } = await import('./postgres-tables.js');
  return openPostgresReadDatabase({ url });
}
