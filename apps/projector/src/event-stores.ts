import type { EventStore } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { isSqliteUrl, sqliteFile } from '@waymark/nest-kit';

export interface OpenEventStoreOptions {
  readonly readOnly?: boolean;
  /** Called after each commit with the number of appends that shared it. */
  readonly onCommit?: (appends: number) => void;
}

/**
 * Opens the record that EVENT_STORE_URL names. Throws StoreUnavailableError. A driver is loaded when a URL asks for it, so that an
 * installation without that server does not pay for it.
 */
export async function openEventStore(url: string, options: OpenEventStoreOptions = {}): Promise<EventStore> {
  if (isSqliteUrl(url)) return openSqliteEventStore({ file: sqliteFile(url), ...options });
  const { openPostgresEventStore } = await import('./postgres-record.js');
  return openPostgresEventStore({ url, ...options });
}
