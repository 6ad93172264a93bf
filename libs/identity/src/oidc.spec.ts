import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PersonId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { UnauthenticatedError } from '@waymark/nest-kit';
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, SignJWT } from 'jose';
import { PersonKeys } from './keys/person-keys.js';
import { OidcTokens } from './oidc.js';
import { type AccountDirectory, TokenAuthenticator } from './token-authenticator.js';

const audience = 'waymark-test';
const ada = idOf<PersonId>('ada');

/** A small issuer: discovery document and keys over HTTP, and tokens with whatever is wrong with them. */
class SmallIssuer {
  readonly asked: string[] = [];
  issuer = '';
  /** What the discovery document says beside what is true. */
  lies: Record<string, unknown> = {};
  private server!: Server;
  private readonly published: { kid: string; alg: string; pair: GenerateKeyPairResult }[] = [];

  async start(): Promise<void> {
    await this.publish('first', 'RS256');
    this.server = createServer((request, response) => {
      this.asked.push(request.url!);
      void this.answer(request.url!).then((body) => {
        response.statusCode = body === undefined ? 404 : 200;
        response.end(JSON.stringify(body ?? {}));
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/realms/kent`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async publish(kid: string, alg: string): Promise<void> {
    this.published.push({ kid, alg, pair: await generateKeyPair(alg) });
  }

  async token(
    over: { claims?: object; kid?: string; key?: GenerateKeyPairResult; alg?: string } = {},
  ): Promise<string> {
    const { kid, alg, pair } = this.published[0]!;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.issuer, aud: audience, sub: 'u-1', iat: now, exp: now + 600, ...over.claims })
      .setProtectedHeader({ alg: over.alg ?? alg, kid: over.kid ?? kid })
      .sign((over.key ?? pair).privateKey);
  }

  keyOf(kid: string): GenerateKeyPairResult {
    return this.published.find((key) => key.kid === kid)!.pair;
  }

  private async answer(path: string): Promise<unknown> {
    if (path === '/realms/kent/.well-known/openid-configuration') {
      return { issuer: this.issuer, jwks_uri: `${this.issuer}/keys`, ...this.lies };
    }
    if (path !== '/realms/kent/keys') return undefined;
    const keys = this.published.map(async ({ kid, alg, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid, alg }));
    return { keys: await Promise.all(keys) };
  }
}

describe('sign-in at an OpenID Connect issuer', () => {
  const issuer = new SmallIssuer();
  const keys = PersonKeys.inMemory();
  let linked: AccountDirectory;
  let authenticator: TokenAuthenticator;

  beforeAll(() => issuer.start());
  afterAll(() => issuer.stop());
  beforeEach(() => {
    issuer.lies = {};
    const known = keys.accountHash(issuer.issuer, 'u-1');
    linked = { accountOf: (hash) => Promise.resolve(hash === known ? { personId: ada, grants: [] } : undefined) };
    authenticator = new TokenAuthenticator(new OidcTokens({ issuer: issuer.issuer, audience }), linked, keys);
  });

  async function refusal(authorization: string | undefined): Promise<string> {
    try {
      await authenticator.authenticate(authorization);
    } catch (error) {
      expect(error).toBeInstanceOf(UnauthenticatedError);
      return (error as Error).message;
    }
    return 'let in';
  }
  const refusalOf = async (over: Parameters<SmallIssuer['token']>[0]) => refusal(`Bearer ${await issuer.token(over)}`);
  const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;

  it('lets in whom a linked account stands for, found by discovery', async () => {
    const account = await authenticator.authenticate(`Bearer ${await issuer.token()}`);
    expect(account).toEqual({ issuer: issuer.issuer, subject: 'u-1', personId: ada, grants: [] });
  });

  it('takes an audience that is one of several, and the scheme in any case', async () => {
    const token = await issuer.token({ claims: { aud: ['other', audience] } });
    expect(await refusal(`bearer ${token}`)).toBe('let in');
  });

  it.each([undefined, '', '   '])('says that there is no token (%j)', async (header) => {
    expect(await refusal(header)).toMatch(/there is no token/);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(20_000)}`, 'Bearer <token>'])(
    'says how the header must read (%.20s)',
    async (header) => {
      expect(await refusal(header)).toMatch(/must read "Bearer <token>"/);
    },
  );

  it.each(['x', 'a.b', 'a.b.c', 'e30.e30.', '....'])('says that %s is not a token', async (token) => {
    expect(await refusal(`Bearer ${token}`)).toMatch(/not a token|way that is not accepted/);
  });

  it('says that a token has expired', async () => {
    expect(await refusalOf({ claims: { exp: seconds(-60) } })).toMatch(/has expired/);
  });

  it('says that a token does not hold yet', async () => {
    expect(await refusalOf({ claims: { nbf: seconds(120) } })).toMatch(/does not hold yet/);
  });

  it('says that a token never expires', async () => {
    expect(await refusalOf({ claims: { exp: undefined } })).toMatch(/no date on which it expires/);
  });

  it('says that a token is from another issuer', async () => {
    expect(await refusalOf({ claims: { iss: 'https://elsewhere.example.org' } })).toMatch(/another issuer/);
    expect(await refusalOf({ claims: { iss: undefined } })).toMatch(/another issuer/);
  });

  it('says that a token is for another audience', async () => {
    expect(await refusalOf({ claims: { aud: 'elsewhere' } })).toMatch(/another audience/);
    expect(await refusalOf({ claims: { aud: undefined } })).toMatch(/another audience/);
  });

  it('says that a token names nobody', async () => {
    expect(await refusalOf({ claims: { sub: undefined } })).toMatch(/whom it is for/);
    expect(await refusalOf({ claims: { sub: '' } })).toMatch(/whom it is for/);
  });

  it('says that the key is not listed', async () => {
    expect(await refusalOf({ key: await generateKeyPair('RS256'), kid: 'nobody' })).toMatch(/does not list/);
  });

  it('says that a signature is forged', async () => {
    expect(await refusalOf({ key: await generateKeyPair('RS256') })).toMatch(/not genuine/);
  });

  it('says so when the content was exchanged under a genuine signature', async () => {
    const [header, , signature] = (await issuer.token()).split('.');
    const content = { iss: issuer.issuer, aud: audience, sub: 'u-2', exp: seconds(600) };
    const forged = [header, Buffer.from(JSON.stringify(content)).toString('base64url'), signature].join('.');
    expect(await refusal(`Bearer ${forged}`)).toMatch(/not genuine/);
  });

  it('takes no unsigned token and no shared secret', async () => {
    const content = Buffer.from(JSON.stringify({ iss: issuer.issuer, aud: audience, sub: 'u-1', exp: seconds(600) }));
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: 'first' })).toString('base64url');
    const unsigned = `${header('none')}.${content.toString('base64url')}.`;
    expect(await refusal(`Bearer ${unsigned}`)).toMatch(/not accepted/);
    // The public key, which everybody has, must not serve as a shared secret.
    const secret = Buffer.from(JSON.stringify(await exportJWK(issuer.keyOf('first').publicKey)));
    const mixed = await new SignJWT({ iss: issuer.issuer, aud: audience, sub: 'u-1', exp: seconds(600) })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(secret);
    expect(await refusal(`Bearer ${mixed}`)).toMatch(/not accepted/);
  });

  it('says that an account is not linked, and who can link it', async () => {
    expect(await refusalOf({ claims: { sub: 'stranger' } })).toMatch(/not linked to a person.*administrator/);
  });

  it('does not repeat token or subject in what it says', async () => {
    const token = await issuer.token({ claims: { sub: 'canary@example.org', exp: seconds(-60) } });
    expect(await refusal(`Bearer ${token}`)).not.toMatch(/canary|eyJ/);
    expect(await refusalOf({ claims: { sub: 'canary@example.org' } })).not.toContain('canary');
  });

  it('says so when the issuer calls itself otherwise', async () => {
    issuer.lies = { issuer: 'https://elsewhere.example.org' };
    expect(await refusalOf({})).toMatch(/names itself "https:\/\/elsewhere/);
  });

  it('takes no keys over an open line', async () => {
    issuer.lies = { jwks_uri: 'http://keys.example.org/jwks' };
    expect(await refusalOf({})).toMatch(/jwks_uri/);
  });

  it('asks again after an issuer was away', async () => {
    const url = `${issuer.issuer}/nowhere`;
    const away = new TokenAuthenticator(new OidcTokens({ issuer: url, audience }), linked, keys);
    const token = await issuer.token();
    await expect(away.authenticate(`Bearer ${token}`)).rejects.toThrow(/cannot be asked at .*Try again/);
    const before = issuer.asked.length;
    await expect(away.authenticate(`Bearer ${token}`)).rejects.toThrow(/cannot be asked/);
    expect(issuer.asked.length).toBe(before + 1);
  });

  it('asks for the keys once, however many tokens come', async () => {
    await authenticator.authenticate(`Bearer ${await issuer.token()}`);
    const before = issuer.asked.length;
    for (let i = 0; i < 5; i += 1) {
      await authenticator.authenticate(`Bearer ${await issuer.token({ claims: { jti: String(i) } })}`);
    }
    expect(issuer.asked.length).toBe(before);
  });

  it.each(['ES256', 'EdDSA'])('takes keys that are signed with %s', async (alg) => {
    await issuer.publish(alg, alg);
    expect(await refusalOf({ kid: alg, key: issuer.keyOf(alg), alg })).toBe('let in');
  });

  it('forgets a token that it remembers when it expires, and looks up the grants each time', async () => {
    let now = Date.now();
    let lookups = 0;
    const counting: AccountDirectory = {
      accountOf: (hash) => {
        lookups += 1;
        return linked.accountOf(hash);
      },
    };
    const tokens = new OidcTokens({ issuer: issuer.issuer, audience });
    let checks = 0;
    const counted = { check: (token: string) => ((checks += 1), tokens.check(token)) };
    const remembering = new TokenAuthenticator(counted, counting, keys, { now: () => new Date(now) });
    const token = `Bearer ${await issuer.token({ claims: { exp: seconds(30) } })}`;
    await remembering.authenticate(token);
    await remembering.authenticate(token);
    expect([checks, lookups]).toEqual([1, 2]);
    now += 31_000;
    await remembering.authenticate(token);
    expect(checks).toBe(2);
  });
});
