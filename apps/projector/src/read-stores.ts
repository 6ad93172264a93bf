import { isSqliteUrl, sqliteFile } from '@waymark/nest-kit';
import type { ReadDatabase, ReadStore } from '@waymark/read-store';
import { openSqliteReadDatabase, openSqliteReadStore } from '@waymark/read-store/sqlite';
import { tables } from './subscriptions.js';

export interface OpenReadStoreOptions {
  /** For looking at what the engine keeps about the projections: nothing is written, and nobody is kept from writing. */
  readonly readOnly?: boolean;
  /** Hears that another process has become the writer of the tables; every transaction is refused from then on. */
  readonly onLost?: () => void;
}

/**
 * Opens the read tables that READ_STORE_URL names as their one writer. Throws StoreUnavailableError, LOCKED when another process
 * writes tables in PostgreSQL. A driver is loaded when a URL asks for it.
 */
export async function openReadStore(url: string, options: OpenReadStoreOptions = {}): Promise<ReadStore> {
  const { readOnly = false, onLost } = options;
  if (isSqliteUrl(url)) return openSqliteReadStore({ file: sqliteFile(url), readOnly });
  const { openLeasedReadStore, openPostgresReadStore } = await import('./postgres-tables.js');
  return readOnly ? openPostgresReadStore({ url }) : openLeasedReadStore({ url, ...(onLost && { onLost }) });
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
