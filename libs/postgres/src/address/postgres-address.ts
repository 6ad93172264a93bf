const SCHEMES = ['postgres:', 'postgresql:'];
const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
const PARAMETERS = ['schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host'];
/** Plain lower-case names: they need no quoting, and leave room for the names made of them. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

/** Where a PostgreSQL database is and how it is spoken to, taken apart from its URL. */
export interface PostgresAddress {
  /** Name, address, or absolute path of the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  /** Schema that the tables lie in; undefined when the URL names none. */
  readonly schema: string | undefined;
  /** As in libpq: `require` encrypts, `verify-ca` also checks who signed the certificate, `verify-full` the host name too. */
  readonly tls: (typeof TLS_MODES)[number];
  /** Files in PEM: certificates to trust besides the system's, certificate and key of this client. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/**
 * Takes a URL apart: `postgres://user:password@host:port/database?schema=…&sslmode=…&sslrootcert=…&sslcert=…&sslkey=…&host=…`.
 * Throws an Error whose message goes on after "<the URL> …" and never repeats a password.
 */
export function postgresAddress(text: string): PostgresAddress {
  const url = parsed(text);
  const given = (name: string) => url.searchParams.get(name) || undefined;
  const database = decoded(url.pathname.slice(1));
  if (database === '') throw new Error('names no database');
  const user = decoded(url.username);
  if (user === '') throw new Error('names no user');
  const { schema, tls } = checked(url.searchParams);
  return {
    host: given('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 5432),
    user,
    password: decoded(url.password) || undefined,
    database,
    schema,
    tls,
    rootCertificate: given('sslrootcert'),
    certificate: given('sslcert'),
    key: given('sslkey'),
  };
}

function checked(parameters: URLSearchParams): Pick<PostgresAddress, 'schema' | 'tls'> {
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name))
      throw new Error(`has an unknown parameter ${name} (known: ${PARAMETERS.join(', ')})`);
  }
  const schema = parameters.get('schema') ?? undefined;
  if (schema !== undefined && !SCHEMA.test(schema)) {
    throw new Error('has a schema that is not made of at most 48 lower-case letters, digits and underscores');
  }
  const mode = parameters.get('sslmode') ?? 'disable';
  const tls = TLS_MODES.find((known) => known === mode);
  if (tls === undefined) throw new Error(`has an sslmode that is none of ${TLS_MODES.join(', ')}`);
  return { schema, tls };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('has a % that stands for no character. Write a % of the user, the password or the database as %25');
  }
}

/** The address in a form that may be shown and logged. */
export function namePostgres({ host, port, database }: PostgresAddress): string {
  return `database ${database} at ${host.startsWith('/') ? host : `${host}:${port}`}`;
}

function parsed(text: string): URL {
  // A socket's folder stands in `host`, so that the place of the name may be empty; URLs know no user without a host.
  const whole = text.replace(/^([a-z]+:\/\/[^/]*@)(?=\/)/, '$1socket');
  if (!URL.canParse(whole))
    throw new Error('is not a URL; in user and password write : / @ # ? as %3A %2F %40 %23 %3F');
  const url = new URL(whole);
  if (!SCHEMES.includes(url.protocol)) throw new Error('is not postgres://user:password@host/database');
  if (whole !== text && !url.searchParams.has('host')) throw new Error('names no host');
  if (url.hostname === '') throw new Error('names no host');
  return url;
}
