import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mintToken } from '@waymark/identity';
import { StoreUnavailableError } from '@waymark/kernel';
import type { Config } from '@waymark/nest-kit';
import { RefusedError, UsageError } from './exit.js';

/** Where a running api says how to reach it. A hint for the command line, never the lock itself. */
const FILE = 'running.json';

/** The api that holds the data folder, reached over HTTP. */
export class RunningApi {
  private constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** Throws StoreUnavailableError when none can be reached, UsageError when there is no token to sign in with. */
  static async find(config: Config): Promise<RunningApi> {
    const address = addressIn(config.dataDir);
    const isAlive =
      address !== undefined &&
      (await fetch(`${address}/health/live`).then(
        (r) => r.ok,
        () => false,
      ));
    if (!isAlive) {
      throw new StoreUnavailableError(
        `Another process holds ${config.dataDir} and does not answer. Stop it, or wait until it has started.`,
        'LOCKED',
      );
    }
    return new RunningApi(address, await tokenFor(config));
  }

  /** Runs an operation. Throws RefusedError for GraphQL errors. */
  async graphql<T>(query: string, variables: object): Promise<T> {
    const response = await fetch(`${this.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: GraphqlError[] };
    const [first] = errors ?? [];
    if (first !== undefined) throw new RefusedError(first.extensions?.code ?? 'FAILED', first.message);
    if (data === undefined) throw new RefusedError('FAILED', `The api answered with status ${response.status}.`);
    return data;
  }
}

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

async function tokenFor({ oidcIssuer, dataDir }: Config): Promise<string> {
  const given = process.env['WAYMARK_TOKEN'];
  if (given !== undefined && given !== '') return given;
  if (oidcIssuer === undefined) return mintToken(dataDir, 'adam');
  throw new UsageError('Set WAYMARK_TOKEN to a token of your issuer: the running api wants to know who asks.');
}

function addressIn(dataDir: string): string | undefined {
  try {
    const { address } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as { address?: unknown };
    return typeof address === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}

/** Says where the api of this data folder is reached. */
export function announce(dataDir: string, address: string): void {
  writeFileSync(join(dataDir, FILE), `${JSON.stringify({ address })}\n`, { mode: 0o600 });
}

/** Takes the announcement back. */
export function withdrawAnnouncement(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}
