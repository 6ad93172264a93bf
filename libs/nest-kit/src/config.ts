import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { assertKurrentUrl, isKurrentUrl } from '@waymark/event-store';
import { postgresAddress } from '@waymark/postgres/address';
import { type LogLevel, logLevels } from './logging.js';

/** Everything an operator can set, from environment variables; docs/configuration.md says the same in words. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute path of the folder that holds the record and the keys. */
  readonly dataDir: string;
  /** `sqlite:<file>`, the path absolute, or `postgres://…`, or a connection string of KurrentDB (`kurrentdb://…`). */
  readonly eventStoreUrl: string;
  /** `sqlite:<file>`, the path absolute, or `postgres://…`. */
  readonly readStoreUrl: string;
  /** `postgres://…` of the keys of persons; absent: a file in the data folder. */
  readonly keysUrl: string | undefined;
  /** Absolute path of the file with the master key. */
  readonly masterKeyFile: string;
  /** Where the read tables are written: by this program, or by projectors (`waymark project`). */
  readonly projections: 'here' | 'elsewhere';
  /** Port of a projector's health and metrics; 0 takes any free one. */
  readonly projectorPort: number;
  /** Milliseconds for which the api goes on answering after SIGTERM while it says that it is not ready. */
  readonly shutdownGraceMs: number;
  /** Absent: the local issuer of the embedded profile. */
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string;
  readonly logLevel: LogLevel;
  readonly production: boolean;
  readonly compiledGraphql: boolean;
  /** Explorer page and introspection. */
  readonly explorer: boolean;
  /** Whether an empty record is filled with the bundled directory and the sample county, and demo persons may sign in. */
  readonly sampleData: boolean;
  /** IANA time zone of the operator: "today" where no organisation is concerned. */
  readonly timeZone: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** One or more settings do not hold; the message has a line for each, with the variable, the fault and an example. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration does not hold:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

class Reader {
  readonly problems: string[] = [];
  constructor(private readonly environment: Environment) {}

  /** The value that `parse` makes of a variable; a fault it throws is noted, and `fallback` stands in until the end. */
  read<T>(variable: string, fallback: T, example: string, parse: (text: string) => T): T {
    let text = this.environment[variable]?.trim() ?? '';
    try {
      // Addresses hold passwords, which belong into files rather than into environments.
      if (variable.endsWith('_URL')) text ||= fileText(this.environment[`${variable}_FILE`]?.trim());
      return text === '' ? fallback : parse(text);
    } catch (fault) {
      const what = (fault as Error).message;
      this.problems.push(
        `${variable}="${withoutPassword(text).slice(0, 200)}" ${what}. Example: ${variable}=${example}`,
      );
      return fallback;
    }
  }

  oneOf<const T extends readonly string[]>(variable: string, values: T, fallback: T[number]): T[number] {
    return this.read<T[number]>(variable, fallback, fallback, (text) => {
      if (!values.includes(text)) throw new Error(`is none of ${values.join(', ')}`);
      return text;
    });
  }
}

/** What stands in a file that holds a setting; nothing when no file is named. */
function fileText(file: string | undefined): string {
  if (!file) return '';
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`is to be read from ${file}, which fails: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/**
 * A URL in a form that may be shown and logged. One that does not hold may have its password anywhere, with any character in it.
 */
export function withoutPassword(text: string): string {
  return text
    .replace(/^([a-z+]+:(?:\/\/)?[^/:@?]*):.*@/is, '$1:…@')
    .replace(/([?&][a-z_]*(?:pass|secret|token)[a-z_]*=)[^&]*/gi, '$1…');
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) throw new Error('is not a port (0 to 65535)');
  return number;
}

function seconds(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new Error('is not a number of seconds (0 to 999)');
  return Number(text);
}

function host(text: string): string {
  if (!/^[A-Za-z0-9.:_-]{1,253}$/.test(text)) throw new Error('is not a host name or address');
  return text;
}

function issuer(production: boolean) {
  return (text: string): string => {
    if (!URL.canParse(text)) throw new Error('is not a URL');
    const { protocol, hostname, search, hash } = new URL(text);
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    if (protocol !== 'https:' && (production || protocol !== 'http:' || !local)) {
      throw new Error('is not an https address (http is taken on this machine only, and not in production)');
    }
    if (search !== '' || hash !== '') throw new Error('carries a query or a fragment');
    // As it was given: the issuer's own name for itself is compared letter by letter, a slash at its end included.
    return text;
  };
}

function timeZone(text: string): string {
  const fault = new Error('is not a time zone of the IANA list');
  // Engines take offsets such as "+05:00" too; those know nothing of daylight saving.
  if (!/^[A-Za-z]/.test(text)) throw fault;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw fault;
  }
}

function sqliteUrl(workingDirectory: string, kinds: string) {
  return (text: string): string => {
    const file = /^sqlite:(?:\/\/)?(.+)$/.exec(text)?.[1];
    if (file === undefined) throw new Error(`is none of ${kinds}`);
    return `sqlite:${resolve(workingDirectory, file)}`;
  };
}

function storeUrl(workingDirectory: string, kinds = 'sqlite:<file>, postgres://…') {
  const sqlite = sqliteUrl(workingDirectory, kinds);
  return (text: string): string => {
    if (!/^postgres(ql)?:/.test(text)) return sqlite(text);
    postgresAddress(text);
    return text;
  };
}

function eventStoreUrl(workingDirectory: string, production: boolean) {
  const other = storeUrl(workingDirectory, 'sqlite:<file>, postgres://…, kurrentdb://…');
  return (text: string): string => {
    if (!isKurrentUrl(text)) return other(text);
    assertKurrentUrl(text, production);
    return text;
  };
}

const KEYS_EXAMPLE = 'postgres://waymark:password@keys.example.org/waymark_keys';

function keysUrl(text: string): string {
  if (!/^postgres(ql)?:/.test(text)) throw new Error('is not postgres://user:password@host/database');
  postgresAddress(text);
  return text;
}

/** Reads and checks the configuration as a whole. Throws ConfigError with every problem at once. */
export function readConfig(environment: Environment, workingDirectory: string): Config {
  const reader = new Reader(environment);
  const production = reader.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development') === 'production';
  const dataDir = reader.read('DATA_DIR', resolve(workingDirectory, 'data'), './data', (text) => {
    if (text.includes('\0')) throw new Error('holds a NUL character');
    return resolve(workingDirectory, text);
  });
  const inWorkingDirectory = storeUrl(workingDirectory);
  const oidcIssuer = reader.read<string | undefined>(
    'OIDC_ISSUER',
    undefined,
    'https://login.example.org',
    issuer(production),
  );
  const config: Config = {
    port: reader.read('PORT', 3000, '3000', port),
    host: reader.read('HOST', '127.0.0.1', '127.0.0.1', host),
    dataDir,
    eventStoreUrl: reader.read(
      'EVENT_STORE_URL',
      `sqlite:${resolve(dataDir, 'events.db')}`,
      'sqlite:data/events.db',
      eventStoreUrl(workingDirectory, production),
    ),
    readStoreUrl: reader.read(
      'READ_STORE_URL',
      `sqlite:${resolve(dataDir, 'readmodel.db')}`,
      'sqlite:data/readmodel.db',
      inWorkingDirectory,
    ),
    keysUrl: reader.read<string | undefined>('KEYS_URL', undefined, KEYS_EXAMPLE, keysUrl),
    masterKeyFile: reader.read(
      'MASTER_KEY_FILE',
      resolve(dataDir, 'keys/master.key'),
      '/etc/waymark/master.key',
      (file) => resolve(workingDirectory, file),
    ),
    projections: reader.oneOf('PROJECTIONS', ['here', 'elsewhere'], 'here'),
    projectorPort: reader.read('PROJECTOR_PORT', 3001, '3001', port),
    shutdownGraceMs: 1_000 * reader.read('SHUTDOWN_GRACE', production ? 5 : 0, '5', seconds),
    oidcIssuer,
    oidcAudience: reader.read('OIDC_AUDIENCE', 'waymark', 'waymark', (text) => text),
    logLevel: reader.oneOf('LOG_LEVEL', logLevels, 'info'),
    production,
    compiledGraphql: reader.oneOf('GRAPHQL_JIT', ['on', 'off'], 'on') === 'on',
    explorer: reader.oneOf('EXPLORER', ['on', 'off'], production ? 'off' : 'on') === 'on',
    sampleData: oidcIssuer === undefined && !production && reader.oneOf('SAMPLE_DATA', ['on', 'off'], 'on') === 'on',
    timeZone: reader.read('TIME_ZONE', 'America/Detroit', 'America/Detroit', timeZone),
  };
  if (production && oidcIssuer === undefined) {
    reader.problems.push(
      'OIDC_ISSUER is missing: in production people sign in with an OpenID Connect issuer. Example: OIDC_ISSUER=https://login.example.org',
    );
  }
  if (config.projections === 'elsewhere') reader.problems.push(...missingForSeveral(config));
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

/** What several processes on one record must share. */
function missingForSeveral({ readStoreUrl, keysUrl: keys }: Config): string[] {
  const problems: string[] = [];
  if (isSqliteUrl(readStoreUrl)) {
    problems.push(
      'PROJECTIONS="elsewhere" needs tables that several processes reach. Example: READ_STORE_URL=postgres://waymark:password@db.example.org/waymark',
    );
  }
  if (keys === undefined) {
    problems.push(`PROJECTIONS="elsewhere" needs keys that several processes reach. Example: KEYS_URL=${KEYS_EXAMPLE}`);
  }
  return problems;
}

/** Whether a URL of the configuration names a file. */
export function isSqliteUrl(url: string): boolean {
  return url.startsWith('sqlite:');
}

/** The file that a `sqlite:` URL of the configuration names. */
export function sqliteFile(url: string): string {
  return url.slice('sqlite:'.length);
}
