import { join } from 'node:path';
import { type EventStore, isKurrentUrl } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { isSqliteUrl, sqliteFile } from '@waymark/nest-kit';

export interface OpenEventStoreOptions {
  readonly readOnly?: boolean;
  /** Folder of the process that writes, for what an adapter keeps beside a server and can make again. */
  readonly dataDir?: string;
  /** Whether other processes write to the record at the same time. */
  readonly hasOtherWriters?: boolean;
  /** Called after each commit with the number of appends that shared it, and how long it took. */
  readonly onCommit?: (appends: number, milliseconds: number) => void;
  /** Called when a connection that was lost is made anew. */
  readonly onReconnect?: () => void;
}

/**
 * Opens the record that EVENT_STORE_URL names. Throws StoreUnavailableError. A driver is loaded when a URL asks for it, so that an
 * installation without that server does not pay for it.
 */
export async function openEventStore(
  url: string,
  { dataDir, onReconnect, hasOtherWriters = false, ...options }: OpenEventStoreOptions = {},
): Promise<EventStore> {
  if (isSqliteUrl(url)) return openSqliteEventStore({ file: sqliteFile(url), ...options });
  if (isKurrentUrl(url)) {
    const { openKurrentEventStore } = await import('./kurrentdb-record.js');
    return openKurrentEventStore({
      ...{ url, hasOtherWriters },
      ...(dataDir !== undefined && { indexFile: join(dataDir, 'kurrentdb-index.db') }),
      ...(onReconnect !== undefined && { onInterrupted: onReconnect }),
    });
  }
  const { openPostgresEventStore } = await import('./postgres-record.js');
  return openPostgresEventStore({ url, ...options, ...(onReconnect !== undefined && { onReconnect }) });
}
