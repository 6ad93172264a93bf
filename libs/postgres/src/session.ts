import { readFileSync } from 'node:fs';
import { StoreUnavailableError } from '@waymark/kernel';
import { Client, type ClientConfig, types } from 'pg';
import { namePostgres, type PostgresAddress } from './address/index.js';
import { asStoreError } from './errors.js';
import { watchForSilence } from './silence.js';

/** How long a session may wait, in milliseconds. The server ends what takes longer; nothing is recorded then. */
export interface Patience {
  /** For a connection. */
  readonly connect: number;
  /** For a lock that somebody else holds. */
  readonly lock: number;
  /** For one statement. */
  readonly statement: number;
}

const INT8 = 20;
/** Sums of 64-bit integers come so. */
const NUMERIC = 1700;
/** Oldest server that the tests run against is 15. */
const OLDEST_SERVER = 150_000;

/** The server learns within a minute that this machine is gone, and frees what its sessions held; as it stands that takes hours. */
const GONE_CLIENTS = { tcp_keepalives_idle: '30', tcp_keepalives_interval: '10', tcp_keepalives_count: '3' };

export interface SessionOptions {
  /** What the server shows as the name of the connection. */
  readonly name: string;
  readonly patience: Patience;
  /** Settings of the server for this connection, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Settings of a connection, for a client or a pool. Throws StoreUnavailableError when a certificate file cannot be read. */
export function sessionConfig(address: PostgresAddress, { name, patience, settings }: SessionOptions): ClientConfig {
  const { host, port, user, password, database } = address;
  const given = Object.entries({ jit: 'off', client_min_messages: 'warning', ...GONE_CLIENTS, ...settings });
  return {
    ...{ host, port, user, database, ...(password !== undefined && { password }) },
    ssl: tlsOptions(address),
    application_name: name,
    connectionTimeoutMillis: patience.connect,
    keepAlive: true,
    statement_timeout: patience.statement,
    lock_timeout: patience.lock,
    idle_in_transaction_session_timeout: patience.statement,
    options: given.map(([setting, value]) => `-c ${setting}=${value}`).join(' '),
    types: { getTypeParser: (id: number, format?: 'text' | 'binary') => parserOf(id, format) } as ClientConfig['types'],
  };
}

/** Opens one connection and makes sure that it serves a record: acknowledged is on disk, texts are kept as they are. */
export async function openSession(config: ClientConfig, address: PostgresAddress): Promise<Client> {
  const client = new Client(config);
  // Whoever uses the connection learns of its loss by the failing statement; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await assertServes(client, address);
    await watchForSilence(client, config);
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw asStoreError(error, address);
  }
}

/** Throws StoreUnavailableError on a server that takes no writes. */
export async function assertWritable(client: Client, address: PostgresAddress): Promise<void> {
  const { rows } = await client.query<{ setting: string }>(
    "SELECT current_setting('transaction_read_only') AS setting",
  );
  if (rows[0]!.setting !== 'on') return;
  throw new StoreUnavailableError(
    `The ${namePostgres(address)} takes no writes: it is a replica, or set to read only. Name the primary server in the URL.`,
    'READ_ONLY',
  );
}

interface ServerFacts {
  readonly version: number;
  readonly encoding: string;
  readonly commit: string;
}

async function assertServes(client: Client, address: PostgresAddress): Promise<void> {
  const { rows } = await client.query<ServerFacts>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
            current_setting('synchronous_commit') AS commit`,
  );
  const { version, encoding, commit } = rows[0]!;
  assertVersion(version, address);
  if (encoding !== 'UTF8') {
    throw new StoreUnavailableError(
      `The ${namePostgres(address)} keeps texts as ${encoding}. Create one that keeps UTF-8 (createdb --encoding=UTF8).`,
    );
  }
  // Set for the whole server, for the account, or by a pooler before us: none of it may weaken what an answer means.
  if (commit !== 'on' && commit !== 'remote_apply') await client.query('SET synchronous_commit = on');
}

/** Throws StoreUnavailableError for a server (number as in `server_version_num`) that is too old. */
export function assertVersion(version: number, address: PostgresAddress): void {
  if (version >= OLDEST_SERVER) return;
  throw new StoreUnavailableError(
    `The ${namePostgres(address)} is served by PostgreSQL ${Math.floor(version / 10_000)}; Waymark needs 15 or newer. ` +
      'Upgrade the server. Nothing was changed.',
  );
}

function tlsOptions({ tls, rootCertificate, certificate, key }: PostgresAddress): ClientConfig['ssl'] {
  if (tls === 'disable') return false;
  return {
    rejectUnauthorized: tls !== 'require',
    ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(rootCertificate !== undefined && { ca: certificateFile(rootCertificate) }),
    ...(certificate !== undefined && { cert: certificateFile(certificate) }),
    ...(key !== undefined && { key: certificateFile(key) }),
  };
}

function certificateFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StoreUnavailableError(
      `The certificate file ${file} of the PostgreSQL URL cannot be read.`,
      'UNREACHABLE',
      {
        cause: error,
      },
    );
  }
}

function parserOf(id: number, format?: 'text' | 'binary') {
  return id === INT8 || id === NUMERIC ? safeInteger : types.getTypeParser(id, format as 'text');
}

// 64-bit integers come as texts, which would compare letter by letter.
function safeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`Beyond what can be counted exactly: ${text}`);
  return number;
}
