import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnauthenticatedError } from '@waymark/nest-kit';
import { decodeJwt } from 'jose';
import { demoPersons } from './demo-persons.js';
import {
  isLoopback,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  LocalIssuer,
  LocalIssuerRefusedError,
  mintToken,
} from './local-issuer.js';
import { roles } from './person.events.js';

describe('local issuer', () => {
  let dataDir: string;
  const keyFile = () => join(dataDir, 'keys', 'local-issuer.key');
  const open = (over: object = {}) => LocalIssuer.open({ dataDir, host: '127.0.0.1', production: false, ...over });
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'waymark-issuer-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true });
  });

  it('takes the tokens that are made for its folder, before or after it opens', async () => {
    const early = await mintToken(dataDir, 'ada');
    const issuer = open();
    const late = await mintToken(dataDir, 'dora');
    expect(await issuer.check(early)).toMatchObject({ issuer: LOCAL_ISSUER, subject: 'ada' });
    expect(await issuer.check(late)).toMatchObject({ subject: 'dora' });
  });

  it('makes tokens for twelve hours', async () => {
    const now = new Date('2025-10-15T14:00:00Z');
    const { iat, exp, aud } = decodeJwt(await mintToken(dataDir, 'ada', now));
    expect({ iat, exp, aud }).toEqual({ iat: 1760536800, exp: 1760580000, aud: LOCAL_AUDIENCE });
    await expect(open().check(await mintToken(dataDir, 'ada', now))).rejects.toThrow(/has expired/);
  });

  it('takes no token of another folder', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'waymark-issuer-'));
    const foreign = await mintToken(elsewhere, 'ada');
    rmSync(elsewhere, { recursive: true });
    await expect(open().check(foreign)).rejects.toThrow(UnauthenticatedError);
  });

  it('knows the demo persons alone, and lists them to whoever asks for another', async () => {
    await expect(mintToken(dataDir, 'root')).rejects.toThrow(/no demo person "root".*ada, len, dora/);
  });

  it('refuses production mode, and says what to set', () => {
    expect(() => open({ production: true })).toThrow(LocalIssuerRefusedError);
    expect(() => open({ production: true })).toThrow(/OIDC_ISSUER/);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '', '127.0.0.1.example.org', '1270.0.0.1'])(
    'refuses to serve beyond this machine (HOST %j)',
    (host) => {
      expect(isLoopback(host)).toBe(false);
      expect(() => open({ host })).toThrow(LocalIssuerRefusedError);
    },
  );

  it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])('serves this machine (HOST %s)', (host) => {
    expect(() => open({ host })).not.toThrow();
  });

  it('keeps its key in a file that its owner alone may read, and refuses it otherwise', () => {
    open();
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    chmodSync(keyFile(), 0o640);
    expect(() => open()).toThrow(/mode 0640/);
  });

  it('says so when its key is damaged', () => {
    open();
    writeFileSync(keyFile(), 'not a key', { mode: 0o600 });
    expect(() => open()).toThrow(/is damaged/);
  });

  it('gives out its public key and not its private one', async () => {
    const { keys } = await open().jwks();
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig' });
    expect(keys[0]).not.toHaveProperty('d');
  });
});

describe('demo persons', () => {
  it('show every role', () => {
    expect(new Set(demoPersons.map((person) => person.role))).toEqual(new Set(roles));
  });

  it('bear each name once', () => {
    expect(new Set(demoPersons.map((person) => person.name)).size).toBe(demoPersons.length);
  });
});
