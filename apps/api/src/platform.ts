import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EventStore } from '@waymark/event-store';
import { type HeldDataFolder, holdDataFolders } from '@waymark/event-store/sqlite';
import { PersonKeys, tokenChecker, type TokenChecker } from '@waymark/identity';
import { RisingClock, StoreUnavailableError } from '@waymark/kernel';
import {
  type Config,
  isSqliteUrl,
  type Logger,
  noTracing,
  sqliteFile,
  startTracing,
  type Tracing,
} from '@waymark/nest-kit';
import { inlineProjections, type ProjectionHost, type ReadDatabase, startProjectionWorker } from '@waymark/read-store';
import { openEventStore } from '../../projector/src/event-stores.js';
import { traceProjections } from '../../projector/src/projection-traces.js';
import { openReadDatabase, openReadStore } from '../../projector/src/read-stores.js';
import { catalogue, projections } from '../../projector/src/subscriptions.js';

/** Everything below the application that is opened once and closed in order. */
export interface Platform {
  readonly clock: RisingClock;
  readonly store: EventStore;
  readonly keys: PersonKeys;
  readonly tokens: TokenChecker;
  readonly host: ProjectionHost;
  readonly database: ReadDatabase;
  /** Position of the newest event when the platform was opened. */
  readonly openedAt: number;
  readonly tracing: Tracing;
  /** The listeners hear of the record's store. */
  watchStore(listener: StoreListener): void;
  /** Ends the projections, then closes the stores, then lets the data folder go and sends the last traces. */
  close(): Promise<void>;
}

export interface PlatformOptions {
  /** Where projections run: on a thread of their own, or (for tests) on this one. */
  readonly projections?: 'worker' | 'inline';
  readonly logger?: Logger;
}

export interface StoreListener {
  /** A commit was made: how many appends shared it, and how long it took. */
  committed(appends: number, milliseconds: number): void;
  /** A connection that was lost is made anew. */
  reconnected(): void;
}

/** Steps to undo what was opened, newest first. */
class Opened {
  private readonly undo: (() => void | Promise<void>)[] = [];

  add(undo: () => void | Promise<void>): void {
    this.undo.unshift(undo);
  }

  async close(): Promise<void> {
    for (const step of this.undo.splice(0)) await step();
  }
}

/**
 * Holds the data folder and those of the store files, opens record, keys and tables, and starts the projections.
 * Throws StoreUnavailableError, PrivateFileError or LocalIssuerRefusedError; nothing stays open then.
 */
export async function openPlatform(config: Config, options: PlatformOptions = {}): Promise<Platform> {
  const opened = new Opened();
  try {
    return await open(config, options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function open(config: Config, options: PlatformOptions, opened: Opened): Promise<Platform> {
  const stores: StorePlaces = { events: config.eventStoreUrl, tables: config.readStoreUrl };
  // A file that lies elsewhere is held by its own folder: two data folders may name the same record.
  const files = [stores.events, stores.tables].filter(isSqliteUrl).map((url) => folderOf(sqliteFile(url)));
  const tracing = await startTracing('waymark-api');
  opened.add(() => tracing.stop());
  const folder: HeldDataFolder = holdDataFolders([config.dataDir, ...files]);
  opened.add(() => folder.release());

  const tokens = tokenChecker(config);
  await useRecord(config, opened);
  const keys = await openKeys(config);
  opened.add(() => keys.close());
  const listeners = new Set<StoreListener>();
  const onCommit = (appends: number, milliseconds: number) =>
    listeners.forEach((listener) => listener.committed(appends, milliseconds));
  const onReconnect = () => listeners.forEach((listener) => listener.reconnected());
  const store = await openEventStore(stores.events, { onCommit, onReconnect, dataDir: folder.path });
  opened.add(() => store.close());
  const { position: openedAt, recordedAt } = await store.head();
  const clock = new RisingClock(recordedAt);

  const isInline = options.projections === 'inline';
  const host = await projecting(config, { store, tracing }, options, opened);
  opened.add(() => host.stop());
  const database = await openReadDatabase(stores.tables, { isSteady: !isInline });
  opened.add(() => database.close());
  return {
    ...{ clock, store, keys, tokens, host, database, openedAt },
    tracing,
    watchStore: (listener) => void listeners.add(listener),
    close: () => opened.close(),
  };
}

/** The folder that a file lies in, or will lie in; of a link, the one that it leads to. */
function folderOf(file: string): string {
  return dirname(existsSync(file) ? realpathSync(file) : file);
}

/** URLs of events and tables: plain data, so that it can be handed to a thread. */
export interface StorePlaces {
  readonly events: string;
  readonly tables: string;
}

/** The keys of persons, where the configuration says. Throws PrivateFileError, StoreUnavailableError. */
export async function openKeys({ dataDir, keysUrl, masterKeyFile }: Config): Promise<PersonKeys> {
  if (keysUrl === undefined) return PersonKeys.open(dataDir, masterKeyFile);
  const { openPostgresKeyStore } = await import('./postgres-keys.js');
  const store = await openPostgresKeyStore(keysUrl);
  try {
    return await PersonKeys.shared(store, masterKeyFile);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Several apis share a record in PostgreSQL only when they share its tables and keys too. Throws StoreUnavailableError LOCKED. */
async function useRecord({ eventStoreUrl, projections: where }: Config, opened: Opened): Promise<void> {
  if (!/^postgres(ql)?:/.test(eventStoreUrl)) return;
  const { UsageLock } = await import('./postgres-keys.js');
  const as = where === 'elsewhere' ? 'SHARED' : 'ALONE';
  const lock = await UsageLock.take({ url: eventStoreUrl, name: 'record', as });
  if (lock !== undefined) {
    opened.add(() => lock.release());
    return;
  }
  throw new StoreUnavailableError(
    'Another api uses the record of EVENT_STORE_URL. Several do when all of them are started with PROJECTIONS=elsewhere, one READ_STORE_URL ' +
      'and one KEYS_URL, beside a projector (docs/configuration.md). Stop the other, or set these for both.',
    'LOCKED',
  );
}

async function projecting(
  config: Config,
  source: Pick<Platform, 'store' | 'tracing'>,
  options: PlatformOptions,
  opened: Opened,
): Promise<ProjectionHost> {
  const places: StorePlaces = { events: config.eventStoreUrl, tables: config.readStoreUrl };
  if (config.projections === 'elsewhere') return watching(places, source.store, options);
  return options.projections === 'inline' ? inline(places, source, opened) : onThread(places, source.store, options);
}

async function watching({ tables }: StorePlaces, store: EventStore, options: PlatformOptions): Promise<ProjectionHost> {
  const { watchProjections } = await import('../../projector/src/postgres-tables.js');
  const onFault = (message: string) => options.logger?.error({ event: 'projections', message });
  const host = await watchProjections({ url: tables, projections, onFault });
  host.hint((await store.head()).position);
  store.onAppended((position) => host.hint(position));
  return host;
}

async function inline(
  { tables }: StorePlaces,
  { store: eventStore, tracing }: Pick<Platform, 'store' | 'tracing'>,
  opened: Opened,
): Promise<ProjectionHost> {
  const readStore = await openReadStore(tables);
  opened.add(() => readStore.close());
  const traced = tracing !== noTracing && { onProjected: traceProjections(tracing) };
  return inlineProjections({ projections, catalogue, eventStore, readStore, ...traced });
}

async function onThread(places: StorePlaces, store: EventStore, { logger }: PlatformOptions): Promise<ProjectionHost> {
  const host = await startProjectionWorker({
    entry: new URL('../../projector/src/projection.worker.js', import.meta.url),
    workerData: places,
    onFault: (message) => logger?.error({ event: 'projections', message }),
  });
  store.onAppended((position) => host.hint(position));
  return host;
}
