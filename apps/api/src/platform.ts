import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type EventStore, isKurrentUrl, recordIdOf } from '@waymark/event-store';
import { type HeldDataFolder, holdDataFolders } from '@waymark/event-store/sqlite';
import { PersonKeys, tokenChecker, type TokenChecker } from '@waymark/identity';
import { RisingClock, StoreUnavailableError, type Turn, Turns } from '@waymark/kernel';
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
  readonly turns: PlatformTurns;
  /** The listeners hear of the record's store. */
  watchStore(listener: StoreListener): void;
  /** Ends the projections, then closes the stores, then lets the data folder go and sends the last traces. */
  close(): Promise<void>;
}

/** What only one at a time may do, of all apis that serve one record. */
export interface PlatformTurns {
  /** Changing the directory of organisations. */
  readonly directory: Turn;
  /** Bringing in what an empty record begins with. */
  readonly firstStart: Turn;
}

export interface PlatformOptions {
  /** Where projections run: on a thread of their own, or (for tests) on this one. */
  readonly projections?: 'worker' | 'inline';
  readonly logger?: Logger;
  /** Tables that were built from another record are dropped and made anew; for tables of this program's own. Refused otherwise. */
  readonly replacesOtherRecord?: boolean;
}

export interface StoreListener {
  /** A commit was made: how many appends shared it, and how long it took. */
  committed(appends: number, milliseconds: number): void;
  /** A connection that was lost is made anew. */
  reconnected(): void;
}

/** Longer than the bundled data takes on a slow machine. */
const FIRST_START_MS = 600_000;

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
  await useRecord(config, folder.path, options.logger, opened);
  const keys = await openKeys(config);
  opened.add(() => keys.close());
  const listeners = new Set<StoreListener>();
  const onCommit = (appends: number, milliseconds: number) =>
    listeners.forEach((listener) => listener.committed(appends, milliseconds));
  const onReconnect = () => listeners.forEach((listener) => listener.reconnected());
  const hasOtherWriters = config.projections === 'elsewhere';
  const store = await openEventStore(stores.events, { onCommit, onReconnect, hasOtherWriters, dataDir: folder.path });
  opened.add(() => store.close());
  const { position: openedAt, recordedAt } = await store.head();
  const clock = new RisingClock(recordedAt);

  const isInline = options.projections === 'inline';
  const host = await projecting(config, { store, tracing }, options, opened);
  opened.add(() => host.stop());
  const database = await openReadDatabase(stores.tables, { isSteady: !isInline });
  opened.add(() => database.close());
  database.keepBy((projection) => host.stateOf(projection));
  return {
    ...{ clock, store, keys, tokens, host, database, openedAt },
    turns: await turnsOf(config, opened),
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

/**
 * Several apis share a record on a server only when they share its tables and keys too; an api that keeps any of them for itself must be alone.
 * Throws StoreUnavailableError LOCKED.
 */
async function useRecord(config: Config, folder: string, logger: Logger | undefined, opened: Opened): Promise<void> {
  const { eventStoreUrl: url, projections: where } = config;
  if (isSqliteUrl(url)) return;
  const as = where === 'elsewhere' ? 'SHARED' : 'ALONE';
  const use = isKurrentUrl(url) ? await useOfKurrent({ url, as, folder, logger }) : await useOfPostgres({ url, as });
  if (use !== undefined) {
    opened.add(() => use.release());
    return;
  }
  throw new StoreUnavailableError(
    'Another api uses the record of EVENT_STORE_URL. Several do when all of them are started with PROJECTIONS=elsewhere, one READ_STORE_URL ' +
      'and one KEYS_URL, beside a projector (docs/configuration.md). Stop the other, or set these for both.',
    'LOCKED',
  );
}

interface Use {
  readonly url: string;
  readonly as: 'SHARED' | 'ALONE';
}

async function useOfPostgres({ url, as }: Use) {
  const { UsageLock } = await import('./postgres-keys.js');
  return UsageLock.take({ url, name: 'record', as });
}

async function useOfKurrent({ url, as, folder, logger }: Use & { folder: string; logger: Logger | undefined }) {
  const { RecordUse } = await import('../../projector/src/kurrentdb-record.js');
  // Of a folder that is copied or made anew these are others; after a restart they are the same.
  const { ino, birthtimeNs } = statSync(folder, { bigint: true });
  const user = createHash('sha256').update(`${hostname()} ${ino} ${birthtimeNs}`).digest('hex').slice(0, 32);
  const message =
    'Another api has begun to use the record of EVENT_STORE_URL, after this one had not been heard of for long. Stop one of them.';
  return RecordUse.take({ url, as, user, onLost: () => logger?.error({ event: 'record', message }) });
}

/** Several apis share tables in PostgreSQL, whose database knows whose turn it is; an api by itself need not ask. */
async function turnsOf({ projections: where, readStoreUrl: url }: Config, opened: Opened): Promise<PlatformTurns> {
  if (where === 'here') return { directory: new Turns(), firstStart: new Turns() };
  const { tablesTurn } = await import('../../projector/src/postgres-tables.js');
  const directory = tablesTurn({
    ...{ url, name: 'directory' },
    busy: 'Another change of the directory is under way, such as an import. Repeat the request in a moment: nothing was recorded.',
  });
  const firstStart = tablesTurn({
    ...{ url, name: 'first start', waitMs: FIRST_START_MS },
    busy: 'Another api has been bringing in the sample data for ten minutes. Look whether it still runs, then start this one again.',
  });
  opened.add(() => Promise.all([directory.close(), firstStart.close()]).then(() => undefined));
  return { directory, firstStart };
}

async function projecting(
  config: Config,
  source: Pick<Platform, 'store' | 'tracing'>,
  options: PlatformOptions,
  opened: Opened,
): Promise<ProjectionHost> {
  const places: StorePlaces = { events: config.eventStoreUrl, tables: config.readStoreUrl };
  if (config.projections === 'elsewhere') return watching(places, source.store, options);
  return options.projections === 'inline'
    ? inline(places, source, options, opened)
    : onThread(places, source.store, options);
}

async function watching({ tables }: StorePlaces, store: EventStore, options: PlatformOptions): Promise<ProjectionHost> {
  const { watchProjections } = await import('../../projector/src/postgres-tables.js');
  const onFault = (message: string) => options.logger?.error({ event: 'projections', message });
  const host = await watchProjections({ url: tables, projections, onFault, record: () => recordIdOf(store) });
  host.hint((await store.head()).position);
  store.onAppended((position) => host.hint(position));
  return host;
}

async function inline(
  { tables }: StorePlaces,
  { store: eventStore, tracing }: Pick<Platform, 'store' | 'tracing'>,
  { replacesOtherRecord = false }: PlatformOptions,
  opened: Opened,
): Promise<ProjectionHost> {
  const readStore = await openReadStore(tables);
  opened.add(() => readStore.close());
  const traced = tracing !== noTracing && { onProjected: traceProjections(tracing) };
  return inlineProjections({ projections, catalogue, eventStore, readStore, replacesOtherRecord, ...traced });
}

async function onThread(places: StorePlaces, store: EventStore, { logger }: PlatformOptions): Promise<ProjectionHost> {
  const host = await startProjectionWorker({
    entry: new URL('../../projector/src/projection.worker.js', import.meta.url),
    workerData: places,
    onFault: (message) => logger?.error({ event: 'projections', message }),
  });
  store.onAppended((position, committed) => host.hint(position, committed));
  return host;
}
