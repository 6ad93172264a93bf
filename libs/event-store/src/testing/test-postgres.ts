import { randomBytes } from 'node:crypto';

/** A database of one suite. */
export interface TestPostgres {
  /** Connection URL of an administrator; the database is empty at first. Known from `beforeAll` on. */
  readonly url: string;
}

/** A server of a test's own, to be stopped and killed. */
export interface PostgresServerOfTest {
  /** Of an administrator, with the database `postgres`. The address stays over restarts. */
  readonly url: string;
  /** Starts it again after a stop. */
  start(): Promise<void>;
  /** `fast` ends cleanly, `immediate` like a crash, `kill` is kill -9 of the main process. */
  stop(how: 'fast' | 'immediate' | 'kill'): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A fresh database for the suite that calls this at its top or inside `describe`; it is dropped when the suite is over.
 * The server is the one of WAYMARK_TEST_POSTGRES_URL (an administrator's URL), or comes with the test run.
 */
export function testPostgres(): TestPostgres {
  let database: { url: string; drop(): Promise<void> } | undefined;
  beforeAll(async () => {
    database = await freshPostgresDatabase();
  });
  afterAll(() => database?.drop());
  return {
    get url() {
      if (database === undefined) throw new Error('The database of a suite is there from beforeAll on');
      return database.url;
    },
  };
}

/** A fresh database, and the way to give it back: it is dropped once nobody is connected to it, at the latest at the end of the run. */
export async function freshPostgresDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { url, database } = await askKeeper('shared', 'createDatabase');
  return { url, drop: async () => void (await askKeeper('shared', 'dropDatabase', { database })) };
}

/** Starts a server that the test may do anything to. `settings` are PostgreSQL's own, by name. */
export async function ownPostgresServer(settings: Record<string, string> = {}): Promise<PostgresServerOfTest> {
  const name = `own-${randomBytes(4).toString('hex')}`;
  const { url } = await askKeeper(name, 'start', { settings });
  const ask = async (act: string, options: object = {}) => void (await askKeeper(name, act, options));
  return {
    url,
    start: () => ask('start'),
    stop: (how) => ask('stop', { how }),
    remove: () => ask('remove'),
  };
}

async function askKeeper(
  server: string,
  act: string,
  options: object = {},
): Promise<{ url: string; database: string }> {
  const keeper = process.env['WAYMARK_TEST_POSTGRES_KEEPER'];
  if (keeper === undefined) throw new Error('PostgreSQL for tests comes with the project’s Jest configuration');
  const response = await fetch(`${keeper}/${server}/${act}`, { method: 'POST', body: JSON.stringify(options) });
  const answer = (await response.json()) as { url: string; database: string; message: string };
  if (!response.ok) throw new Error(answer.message);
  return answer;
}
