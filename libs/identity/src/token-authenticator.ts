import type { PersonId } from '@waymark/kernel';
import { type Account, Authenticator, type Grant, UnauthenticatedError } from '@waymark/nest-kit';
import type { PersonKeys } from './keys/person-keys.js';
import type { TokenChecker } from './oidc.js';

/** Finds the person that an account stands for, with all grants, past and coming ones included. */
export interface AccountDirectory {
  accountOf(
    accountHash: string,
  ): Promise<{ readonly personId: PersonId; readonly grants: readonly Grant[] } | undefined>;
}

/** Whom a genuine token speaks for, until when (milliseconds since 1970) that need not be checked again. */
interface KnownOwner {
  readonly issuer: string;
  readonly subject: string;
  readonly accountHash: string;
  readonly until: number;
}

const LONGEST_TOKEN = 16_384;
const MOST_REMEMBERED = 2_000;
const REMEMBERED_MS = 60_000;

/**
 * Bearer token → account. A token that was found genuine is remembered for a minute, so that its signature is not checked
 * again on each request; person and grants are looked up each time, so that an ended grant is felt at once.
 */
export class TokenAuthenticator extends Authenticator {
  private readonly remembered = new Map<string, KnownOwner>();

  constructor(
    private readonly tokens: TokenChecker,
    private readonly accounts: AccountDirectory,
    private readonly keys: Pick<PersonKeys, 'accountHash'>,
    private readonly clock: { now(): Date } = { now: () => new Date() },
  ) {
    super();
  }

  async authenticate(authorization: string | undefined): Promise<Account> {
    const { issuer, subject, accountHash } = await this.ownerOf(bearerToken(authorization));
    const account = await this.accounts.accountOf(accountHash);
    if (account === undefined) {
      throw new UnauthenticatedError(
        'this account is not linked to a person. Ask an administrator to link it (linkAccount).',
      );
    }
    return { issuer, subject, personId: account.personId, grants: account.grants };
  }

  private async ownerOf(token: string): Promise<KnownOwner> {
    const now = this.clock.now().getTime();
    const known = this.remembered.get(token);
    if (known !== undefined && now < known.until) return known;
    this.remembered.delete(token);
    const { issuer, subject, expires } = await this.tokens.check(token);
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const accountHash = this.keys.accountHash(issuer, subject);
    const owner = { issuer, subject, accountHash, until: Math.min(now + REMEMBERED_MS, expires * 1000) };
    this.remembered.set(token, owner);
    return owner;
  }
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === '') {
    throw new UnauthenticatedError('there is no token. Send the header "Authorization: Bearer <token>".');
  }
  const match = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization.trim());
  if (match === null || match[1]!.length > LONGEST_TOKEN) {
    throw new UnauthenticatedError('the Authorization header must read "Bearer <token>".');
  }
  return match[1]!;
}
