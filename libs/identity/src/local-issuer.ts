import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createLocalJWKSet, exportJWK, calculateJwkThumbprint, type JSONWebKeySet, SignJWT } from 'jose';
import { demoPersons } from './demo-persons.js';
import { createPrivateFile, PrivateFileError, readPrivateFile } from './keys/private-file.js';
import { type TokenChecker, type TokenOwner, verifyToken } from './oidc.js';

/** Name of the local issuer in its tokens: a name and no address, since port and folder may change and accounts stay. */
export const LOCAL_ISSUER = 'urn:waymark:local-issuer';
export const LOCAL_AUDIENCE = 'waymark';
/** Seconds for which a token of the local issuer holds. */
export const LOCAL_TOKEN_SECONDS = 12 * 60 * 60;

/** The local issuer may not run here: it lets everybody in who can reach it, under any name. */
export class LocalIssuerRefusedError extends Error {
  constructor(why: string) {
    super(`${why} Set OIDC_ISSUER and OIDC_AUDIENCE to sign in at an issuer of your own.`);
    this.name = 'LocalIssuerRefusedError';
  }
}

/**
 * Sign-in for the embedded profile without an issuer: its own key in the data folder, demo persons, loopback only.
 * `open` throws LocalIssuerRefusedError in production mode and when the server listens beyond this machine.
 */
export class LocalIssuer implements TokenChecker {
  private readonly keySet: Promise<JSONWebKeySet>;

  private constructor(key: KeyObject) {
    this.keySet = publicKeySet(key);
    this.keySet.catch(() => undefined);
  }

  static open(options: { readonly dataDir: string; readonly host: string; readonly production: boolean }): LocalIssuer {
    if (options.production) throw new LocalIssuerRefusedError('The demo persons cannot sign in in production mode.');
    if (!isLoopback(options.host)) {
      throw new LocalIssuerRefusedError(
        `The demo persons can sign in on this machine only, and HOST is ${options.host}.`,
      );
    }
    return new LocalIssuer(issuerKey(options.dataDir));
  }

  async check(token: string): Promise<TokenOwner> {
    const keys = createLocalJWKSet(await this.keySet);
    return verifyToken(token, keys, { issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE });
  }

  /** The public key of the issuer as a key set. */
  jwks(): Promise<JSONWebKeySet> {
    return this.keySet;
  }
}

/**
 * A token for a demo person, signed with the key of the data folder (which is made when it is missing).
 * Throws a RangeError that lists the names when there is no such person.
 */
export async function mintToken(dataDir: string, name: string, now: Date = new Date()): Promise<string> {
  if (!demoPersons.some((person) => person.name === name)) {
    const names = demoPersons.map((person) => person.name).join(', ');
    throw new RangeError(`There is no demo person ${JSON.stringify(name)}. Choose one of: ${names}.`);
  }
  const key = issuerKey(dataDir);
  const [published] = (await publicKeySet(key)).keys;
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: published!.kid! })
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setSubject(name)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LOCAL_TOKEN_SECONDS)
    .sign(key);
}

/** Whether a server bound to this host is reached from the same machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function issuerKey(dataDir: string): KeyObject {
  const file = join(dataDir, 'keys', 'local-issuer.key');
  const text = readPrivateFile(file) ?? createPrivateFile(file, newKey());
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, for every way in which the file can be wrong.
  }
  throw new PrivateFileError(
    `${file} is damaged: it does not hold the issuer's key. Remove it to have a new one made.`,
  );
}

function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function publicKeySet(key: KeyObject): Promise<JSONWebKeySet> {
  const jwk = await exportJWK(createPublicKey(key));
  return { keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'EdDSA' }] };
}
