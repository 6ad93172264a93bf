import { randomId } from '@waymark/kernel';
import DataLoader from 'dataloader';
import type { Account, Authenticator } from '../ports.js';
import { readTraceparent, type RequestOrigin } from '../trace-ids.js';

/** The part of an HTTP request that the context is made from. */
export interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Name of the header in which a client asks for answers at or after a position. */
export const AT_LEAST_HEADER = 'x-waymark-at-least';
const CORRELATION = /^[A-Za-z0-9._:-]{1,120}$/;

function only(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/**
 * The caller's `x-request-id` when it is fit to be recorded, else the trace id of its `traceparent`, else one drawn for this request.
 */
export function requestIdOf(headers: IncomingRequest['headers']): string {
  const given = only(headers['x-request-id']);
  if (given !== undefined && CORRELATION.test(given)) return given;
  return readTraceparent(only(headers['traceparent']))?.traceId ?? randomId();
}

/** What belongs to one GraphQL request and to no other: who asks, its correlation id, its loaders. Made anew for each. */
export class RequestContext {
  /** `x-request-id` of the caller when it is fit to be recorded, else the caller's trace id, else drawn. */
  readonly correlationId: string;
  readonly atLeast: string | undefined;
  private signedIn: Promise<Account> | undefined;
  private readonly loaders = new Map<object, DataLoader<never, unknown>>();

  constructor(
    readonly req: IncomingRequest,
    private readonly authenticator: Authenticator,
  ) {
    this.correlationId = requestIdOf(req.headers);
    this.atLeast = only(req.headers[AT_LEAST_HEADER]);
  }

  /** Where the request belongs in traces. */
  get origin(): RequestOrigin {
    return { correlationId: this.correlationId, parent: readTraceparent(only(this.req.headers['traceparent'])) };
  }

  /** Who is signed in; the token is checked once per request. Throws UnauthenticatedError. */
  account(): Promise<Account> {
    this.signedIn ??= this.authenticator.authenticate(only(this.req.headers['authorization']));
    return this.signedIn;
  }

  /**
   * The loader of this request for an owner (pass `this` of the resolver or a constant), made on first use.
   * `read` answers for many keys at once; keys that are missing in its map give null.
   */
  loader<K extends string | number, V>(
    owner: object,
    read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  ): DataLoader<K, V | null> {
    let loader = this.loaders.get(owner) as DataLoader<K, V | null> | undefined;
    if (loader === undefined) {
      loader = new DataLoader<K, V | null>(async (keys) => {
        const found = await read(keys);
        return keys.map((key) => found.get(key) ?? null);
      });
      this.loaders.set(owner, loader as unknown as DataLoader<never, unknown>);
    }
    return loader;
  }
}
