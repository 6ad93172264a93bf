import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';

export const LOCAL_ISSUER = 'urn:waymark:local-issuer';
export const LOCAL_TOKEN_SECONDS = 12 * 60 * 60;

/** The key of the local issuer of a data folder. */
export function issuerKey(folder: string): KeyObject {
  return createPrivateKey(readFileSync(join(folder, 'keys', 'local-issuer.key')));
}

/** A token as the local issuer signs it, for any subject and any stretch of time; of another key when one is given. */
export async function signedToken(
  folder: string,
  subject: string,
  holdsForSeconds: number,
  claims: { readonly key?: KeyObject; readonly issuer?: string; readonly audience?: string } = {},
): Promise<string> {
  const published = await exportJWK(createPublicKey(issuerKey(folder)));
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: await calculateJwkThumbprint(published) })
    .setIssuer(claims.issuer ?? LOCAL_ISSUER)
    .setAudience(claims.audience ?? 'waymark')
    .setSubject(subject)
    .setIssuedAt(Math.min(now, now + holdsForSeconds) - 60)
    .setExpirationTime(now + holdsForSeconds)
    .sign(claims.key ?? issuerKey(folder));
}
