import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError, readConfig } from './config.js';

const read = (environment: Record<string, string> = {}) => readConfig(environment, '/srv/waymark');

function problems(environment: Record<string, string>): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
}

describe('readConfig', () => {
  it('runs on defaults: embedded, on this machine only', () => {
    expect(read()).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: '/srv/waymark/data',
      eventStoreUrl: 'sqlite:/srv/waymark/data/events.db',
      readStoreUrl: 'sqlite:/srv/waymark/data/readmodel.db',
      keysUrl: undefined,
      masterKeyFile: '/srv/waymark/data/keys/master.key',
      projections: 'here',
      projectorPort: 3001,
      shutdownGraceMs: 0,
      oidcIssuer: undefined,
      oidcAudience: 'waymark',
      logLevel: 'info',
      production: false,
      compiledGraphql: true,
      explorer: true,
      sampleData: true,
      timeZone: 'America/Detroit',
    });
  });

  it('reads an address from a file, so that its password stands in no environment', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'waymark-config-')), 'events-url');
    writeFileSync(file, 'postgres://waymark:secret@db.example.org/waymark\n');
    expect(read({ EVENT_STORE_URL_FILE: file }).eventStoreUrl).toBe('postgres://waymark:secret@db.example.org/waymark');
    expect(read({ EVENT_STORE_URL_FILE: file, EVENT_STORE_URL: 'sqlite:/x.db' }).eventStoreUrl).toBe('sqlite:/x.db');
    writeFileSync(file, 'mysql://waymark:secret@db.example.org/waymark');
    expect(problems({ EVENT_STORE_URL_FILE: file }).join()).toMatch(/^EVENT_STORE_URL="mysql:.*waymark:…@/);
    rmSync(dirname(file), { recursive: true });
    expect(problems({ EVENT_STORE_URL_FILE: file }).join()).toContain(
      `is to be read from ${file}, which fails: ENOENT`,
    );
  });

  it('brings sample data along only where demo persons can sign in', () => {
    expect(read({ SAMPLE_DATA: 'off' }).sampleData).toBe(false);
    expect(read({ OIDC_ISSUER: 'https://login.example.org' }).sampleData).toBe(false);
    expect(problems({ SAMPLE_DATA: 'maybe' })[0]).toContain('SAMPLE_DATA');
  });

  it('keeps the stores in the data folder unless told otherwise', () => {
    expect(read({ DATA_DIR: '/var/lib/waymark' }).eventStoreUrl).toBe('sqlite:/var/lib/waymark/events.db');
    expect(read({ EVENT_STORE_URL: 'sqlite:other/e.db' }).eventStoreUrl).toBe('sqlite:/srv/waymark/other/e.db');
  });

  it('takes a KurrentDB cluster, by its nodes or by one name, with the older scheme too', () => {
    for (const EVENT_STORE_URL of [
      'kurrentdb://admin:changeit@a.example.org:2113,b.example.org:2113?tlsCaFile=%2Fca.crt',
      'kurrentdb+discover://events.example.org:2113',
      'esdb://localhost:2113?tls=false',
    ]) {
      expect(read({ EVENT_STORE_URL }).eventStoreUrl).toBe(EVENT_STORE_URL);
    }
  });

  it('hides explorer and schema in production, unless switched on', () => {
    const production = { NODE_ENV: 'production', OIDC_ISSUER: 'https://login.example.org/' };
    expect(read(production)).toMatchObject({ explorer: false });
    expect(read({ ...production, EXPLORER: 'on' }).explorer).toBe(true);
  });

  it('keeps the issuer letter by letter: some issuers end in a slash, others do not', () => {
    for (const OIDC_ISSUER of ['https://login.example.org/', 'https://login.example.org/realms/kent']) {
      expect(read({ OIDC_ISSUER }).oidcIssuer).toBe(OIDC_ISSUER);
    }
  });

  it('takes the time zone of the operator', () => {
    expect(read({ TIME_ZONE: 'America/Chicago' }).timeZone).toBe('America/Chicago');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(read({ PORT: '', HOST: ' ' })).toEqual(read());
  });

  it.each([
    [{ PORT: '70000' }, 'PORT="70000" is not a port (0 to 65535). Example: PORT=3000'],
    [{ PORT: '3e3' }, 'PORT="3e3" is not a port (0 to 65535). Example: PORT=3000'],
    [{ HOST: 'a b' }, 'HOST="a b" is not a host name or address. Example: HOST=127.0.0.1'],
    [{ DATA_DIR: 'a\0b' }, 'DATA_DIR="a\0b" holds a NUL character. Example: DATA_DIR=./data'],
    [
      { EVENT_STORE_URL: 'postgres://clerk:secret@db.example.org' },
      'EVENT_STORE_URL="postgres://clerk:…@db.example.org" names no database. Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      { READ_STORE_URL: 'postgres://clerk:secret@db.example.org' },
      'READ_STORE_URL="postgres://clerk:…@db.example.org" names no database. Example: READ_STORE_URL=sqlite:data/readmodel.db',
    ],
    [
      { EVENT_STORE_URL: 'kurrentdb://admin:secret@a b:2113' },
      'EVENT_STORE_URL="kurrentdb://admin:…@a b:2113" names no hosts that can be read (host:port, separated by commas). Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      { EVENT_STORE_URL: 'kurrentdb://admin:secret@localhost:2113?tls=false' },
      'EVENT_STORE_URL="kurrentdb://admin:…@localhost:2113?tls=false" has a password and switches TLS off: the client then sends none. Leave out one or the other. Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      { EVENT_STORE_URL: 'esdb://localhost?throwOnAppendFailure=false' },
      'EVENT_STORE_URL="esdb://localhost?throwOnAppendFailure=false" switches throwOnAppendFailure off, with which the client tells a wrong revision. Leave it out. Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      {
        EVENT_STORE_URL: 'kurrentdb://localhost?tls=false',
        NODE_ENV: 'production',
        OIDC_ISSUER: 'https://login.example.org',
      },
      'EVENT_STORE_URL="kurrentdb://localhost?tls=false" switches TLS off, which production does not allow. Leave tls=false out. Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      { READ_STORE_URL: 'kurrentdb://admin:secret@localhost:2113' },
      'READ_STORE_URL="kurrentdb://admin:…@localhost:2113" is none of sqlite:<file>, postgres://…. Example: READ_STORE_URL=sqlite:data/readmodel.db',
    ],
    [
      { EVENT_STORE_URL: 'mysql://clerk:secret@db.example.org/record' },
      'EVENT_STORE_URL="mysql://clerk:…@db.example.org/record" is none of sqlite:<file>, postgres://…, kurrentdb://…. Example: EVENT_STORE_URL=sqlite:data/events.db',
    ],
    [
      { READ_STORE_URL: 'file.db' },
      'READ_STORE_URL="file.db" is none of sqlite:<file>, postgres://…. Example: READ_STORE_URL=sqlite:data/readmodel.db',
    ],
    [
      { PROJECTIONS: 'elsewhere', KEYS_URL: 'postgres://clerk:secret@keys.example.org/keys' },
      'PROJECTIONS="elsewhere" needs tables that several processes reach. Example: READ_STORE_URL=postgres://waymark:password@db.example.org/waymark',
    ],
    [
      { PROJECTIONS: 'elsewhere', READ_STORE_URL: 'postgres://clerk:secret@db.example.org/waymark' },
      'PROJECTIONS="elsewhere" needs keys that several processes reach. Example: KEYS_URL=postgres://waymark:password@keys.example.org/waymark_keys',
    ],
    [{ SHUTDOWN_GRACE: '5s' }, 'SHUTDOWN_GRACE="5s" is not a number of seconds (0 to 999). Example: SHUTDOWN_GRACE=5'],
    [{ OIDC_ISSUER: 'login' }, 'OIDC_ISSUER="login" is not a URL. Example: OIDC_ISSUER=https://login.example.org'],
    [
      { OIDC_ISSUER: 'http://login.example.org' },
      'OIDC_ISSUER="http://login.example.org" is not an https address (http is taken on this machine only, and not in production). Example: OIDC_ISSUER=https://login.example.org',
    ],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL="loud" is none of silent, error, warn, info, debug. Example: LOG_LEVEL=info'],
    [
      { TIME_ZONE: 'Detroit' },
      'TIME_ZONE="Detroit" is not a time zone of the IANA list. Example: TIME_ZONE=America/Detroit',
    ],
    [
      { TIME_ZONE: '+05:00' },
      'TIME_ZONE="+05:00" is not a time zone of the IANA list. Example: TIME_ZONE=America/Detroit',
    ],
    [{ GRAPHQL_JIT: 'yes' }, 'GRAPHQL_JIT="yes" is none of on, off. Example: GRAPHQL_JIT=on'],
    [{ EXPLORER: 'yes' }, 'EXPLORER="yes" is none of on, off. Example: EXPLORER=on'],
    [
      { NODE_ENV: 'production' },
      'OIDC_ISSUER is missing: in production people sign in with an OpenID Connect issuer. Example: OIDC_ISSUER=https://login.example.org',
    ],
  ])('%j is refused with variable, fault and example', (environment, problem) => {
    expect(problems(environment)).toEqual([problem]);
  });

  it.each([
    'postgres://clerk:se/cret@db.example.org/record',
    'postgres://clerk:se#cret@db.example.org/record',
    'postgres://clerk:se@cret@db.example.org',
    'postgres://clerk:se%cret@db.example.org/record',
    'postgres://clerk@db.example.org/record?password=secret',
    'postgres:clerk:secret@db.example.org/record',
    'POSTGRES://clerk:secret@db.example.org',
    'kurrentdb://admin:se/cret@localhost:2113',
  ])('never repeats a password, however the URL is wrong: %s', (EVENT_STORE_URL) => {
    const [problem] = problems({ EVENT_STORE_URL });
    expect(problem).toContain('EVENT_STORE_URL="');
    expect(problem).not.toMatch(/cret/);
  });

  it('tells all problems at once', () => {
    expect(problems({ PORT: 'x', LOG_LEVEL: 'loud' })).toHaveLength(2);
  });

  it('is described in docs/configuration.md, variable by variable', () => {
    const source = readFileSync(join(__dirname, 'config.ts'), 'utf8');
    const variables = new Set(
      [...source.matchAll(/reader\.\w+(?:<[^>]*>)?\(\s*'([A-Z_]+)'/g)].map((match) => match[1]!),
    );
    const documented = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
    expect(variables.size).toBeGreaterThan(10);
    expect([...variables].filter((variable) => !documented.includes(`| \`${variable}\` |`))).toEqual([]);
  });
});
