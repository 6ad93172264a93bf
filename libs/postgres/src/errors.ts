import { StoreUnavailableError } from '@waymark/kernel';
import { namePostgres, type PostgresAddress } from './address/index.js';

type Reason = StoreUnavailableError['reason'];
type Told = readonly [Reason, (address: PostgresAddress, message: string) => string];

const otherTables = () =>
  'has tables of another program in this schema, or record and read tables in one. Name another schema with ?schema= in the URL';

/** By error class or code of PostgreSQL (appendix A of its manual) or of the operating system; the first that fits is told. */
const KNOWN: readonly (readonly [string, ...Told])[] = [
  ['ECONNREFUSED', 'UNREACHABLE', () => 'does not answer. Start the server, or correct host and port in the URL'],
  ['ENOTFOUND', 'UNREACHABLE', ({ host }) => `cannot be found: there is no host ${host}. Correct the URL`],
  ['EAI_AGAIN', 'UNREACHABLE', ({ host }) => `cannot be found: the name ${host} is not resolved at the moment`],
  ['ENOENT', 'UNREACHABLE', () => 'does not answer: its socket is not there. Start the server, or correct the URL'],
  ['28', 'UNREACHABLE', ({ user }) => `does not let ${user} in. Correct user and password in the URL, or pg_hba.conf`],
  ['3D000', 'UNREACHABLE', ({ database }) => `does not exist. Create it (createdb ${database}), or correct the URL`],
  [
    '42501',
    'READ_ONLY',
    ({ user }) => `does not let ${user} do this. Grant it the right (CREATE on the database, once)`,
  ],
  ...['42P07', '42P01', '42703'].map((code): (typeof KNOWN)[number] => [code, 'UNREACHABLE', otherTables]),
  [
    '25006',
    'READ_ONLY',
    () => 'takes no writes: it is a replica, or set to read only. Name the primary server in the URL',
  ],
  ['53100', 'DISK_FULL', () => 'cannot grow: its disk is full. Free some space there, then try again'],
  [
    '53300',
    'UNREACHABLE',
    () => 'has no connection left. Raise max_connections of the server, or close other programs',
  ],
  ['55P03', 'LOCKED', () => 'is locked by another program. End what holds the lock (see pg_locks), then try again'],
  ['57014', 'UNREACHABLE', () => 'took too long to answer. Look at the load of the server, then try again'],
  ['57P', 'UNREACHABLE', () => 'is starting or stopping. Try again in a moment'],
  ['XX001', 'DAMAGED', () => 'is damaged. Stop Waymark and restore the database from a backup'],
  ['XX002', 'DAMAGED', () => 'has a damaged index. Rebuild it with REINDEX'],
];

/** How the driver and the operating system say that a connection is gone, or that nobody answers on it. */
const LOST =
  /timeout|terminated|not queryable|closed|message from backend|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i;

/** What has no code of its own, or many. */
const SAID: readonly (readonly [RegExp, ...Told])[] = [
  [/not support SSL/, 'UNREACHABLE', () => 'speaks no TLS. Set it up there, or write sslmode=disable into the URL'],
  [
    /certificate|altnames/i,
    'UNREACHABLE',
    (_, said) => `is not trusted (${said}). Name its authority with sslrootcert in the URL`,
  ],
  [LOST, 'UNREACHABLE', () => 'does not answer. Check the server and the network, then try again'],
];

/** The code of a failure: of PostgreSQL (five characters) or of the operating system (E…); undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the server itself answered that the statement failed, and goes on: then nothing of it was recorded. */
export function isCertain(error: unknown): boolean {
  if ((error as { severity?: unknown } | null)?.severity === 'ERROR') return true;
  // The word above is in the language of the server. FATAL and PANIC, which may come after the commit, have other codes.
  return /^(?:2[0-4]|25[^P]|28|40|42|54|55|57014|P0)/.test(codeOf(error) ?? '') && isFromServer(error);
}

/** Whether the connection failed, or could not be made, rather than the statement or what was done with its answer. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return error.cause !== undefined && isConnectionLost(error.cause);
  const code = codeOf(error) ?? '';
  if (isFromServer(error)) return /^(?:08|57P)/.test(code);
  // Codes of the operating system are an E and capitals; those of Node itself begin with ERR_.
  return /^E[A-Z]{3,}$/.test(code) || LOST.test(messageOf(error));
}

/** A driver's error in the words of the port; errors of this program come back unchanged. */
export function asStoreError(error: unknown, address: PostgresAddress): unknown {
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  const told =
    KNOWN.find(([start]) => code.startsWith(start)) ?? SAID.find(([words]) => words.test(`${code} ${message}`));
  if (error instanceof StoreUnavailableError || (told === undefined && !isFromServer(error))) return error;
  const [, reason, what] = told ?? ['', 'UNREACHABLE', () => `failed: ${message}`];
  return new StoreUnavailableError(`The ${namePostgres(address)} ${what(address, message)}.`, reason, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function isFromServer(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(error) ?? '') && (error as { severity?: unknown }).severity !== undefined;
}
