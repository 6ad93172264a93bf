import { mintToken } from '@waymark/identity';
import { StoreUnavailableError } from '@waymark/kernel';
import type { Config } from '@waymark/nest-kit';
import { announcedAddress } from '../../api/src/running-file.js';
import { RefusedError, UsageError } from './exit.js';

/** The api that holds the data folder, reached over HTTP. */
export class RunningApi {
  private constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** Throws StoreUnavailableError when none can be reached, UsageError when there is no token to sign in with. */
  static async find(config: Config): Promise<RunningApi> {
    const address = announcedAddress(config.dataDir);
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
