import { UnauthenticatedError } from '@waymark/nest-kit';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';

/** Who a token speaks for, once it has been checked. */
export interface TokenOwner {
  readonly issuer: string;
  readonly subject: string;
  /** Seconds since 1970 from which on the token no longer holds. */
  readonly expires: number;
}

/** Checks tokens of one issuer. Throws UnauthenticatedError saying what is wrong. */
export interface TokenChecker {
  check(token: string): Promise<TokenOwner>;
}

export interface OidcOptions {
  /** The issuer as its discovery document spells it. */
  readonly issuer: string;
  /** The audience that tokens for this installation carry. */
  readonly audience: string;
}

/** Signatures that are accepted. All need the issuer's private key: no shared secrets, no `none`. */
export const acceptedAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_SECONDS = 5;
const ISSUER_TIMEOUT_MS = 5_000;

/** Tokens of an OpenID Connect issuer, found by discovery. The issuer is asked at the first token, not at start. */
export class OidcTokens implements TokenChecker {
  private keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(private readonly options: OidcOptions) {}

  async check(token: string): Promise<TokenOwner> {
    return verifyToken(token, await this.issuerKeys(), this.options);
  }

  /** The keys of the issuer. A failed discovery is tried anew at the next token. */
  private issuerKeys(): Promise<JWTVerifyGetKey> {
    this.keys ??= this.discover().catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    const { issuer } = this.options;
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    let document: { issuer?: unknown; jwks_uri?: unknown };
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS), redirect: 'error' });
      if (!response.ok) throw new Error(`answers ${response.status}`);
      document = (await response.json()) as typeof document;
    } catch {
      throw new UnauthenticatedError(
        `the issuer cannot be asked at ${address}. Try again; if it lasts, tell the operator.`,
      );
    }
    if (document.issuer !== issuer) {
      throw new UnauthenticatedError(
        `the issuer names itself ${JSON.stringify(document.issuer)}, not ${issuer}. The operator must set OIDC_ISSUER to that name.`,
      );
    }
    return createRemoteJWKSet(keysAddress(document.jwks_uri), { timeoutDuration: ISSUER_TIMEOUT_MS });
  }
}

/** Checks signature, algorithm, issuer, audience and dates of a token. Throws UnauthenticatedError. */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience }: OidcOptions,
): Promise<TokenOwner> {
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: acceptedAlgorithms,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    }));
  } catch (error) {
    throw new UnauthenticatedError(whatIsWrong(error));
  }
  if (typeof payload.sub !== 'string' || payload.sub === '') {
    throw new UnauthenticatedError('the token does not say whom it is for (sub).');
  }
  return { issuer, subject: payload.sub, expires: payload.exp! };
}

function keysAddress(found: unknown): URL {
  const address = typeof found === 'string' && URL.canParse(found) ? new URL(found) : undefined;
  const loopback = address !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(address.hostname);
  if (address === undefined || (address.protocol !== 'https:' && !loopback)) {
    throw new UnauthenticatedError(
      'the issuer gives no address of its keys (jwks_uri) that can be trusted. Tell the operator.',
    );
  }
  return address;
}

const claims: Readonly<Record<string, string>> = {
  iss: 'the token is from another issuer.',
  aud: 'the token is for another audience. Ask the issuer for one for this installation.',
  nbf: 'the token does not hold yet.',
  exp: 'the token has no date on which it expires.',
  sub: 'the token does not say whom it is for (sub).',
};

const failures: readonly [error: new (...args: never[]) => Error, said: string][] = [
  [errors.JWTExpired, 'the token has expired. Sign in again.'],
  [errors.JWSSignatureVerificationFailed, 'the signature of the token is not genuine.'],
  [errors.JWKSNoMatchingKey, 'the token was signed with a key that its issuer does not list.'],
  [errors.JWKSMultipleMatchingKeys, 'the token was signed with a key that its issuer does not list.'],
  [errors.JOSEAlgNotAllowed, 'the token is signed in a way that is not accepted.'],
  [errors.JOSENotSupported, 'the token is signed in a way that is not accepted.'],
  [errors.JWTInvalid, 'this is not a token.'],
  [errors.JWSInvalid, 'this is not a token.'],
];

function whatIsWrong(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return claims[error.claim] ?? `the token's claim ${error.claim} does not hold.`;
  }
  const failure = failures.find(([kind]) => error instanceof kind);
  return failure?.[1] ?? 'the keys of the issuer cannot be read just now. Try again; if it lasts, tell the operator.';
}
