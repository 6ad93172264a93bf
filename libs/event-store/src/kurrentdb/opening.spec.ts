import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamName } from '@waymark/kernel';
import { someEvent } from '../testing/index.js';
import { testCertificate } from '../testing/kurrentdb-double/certificate.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
import { openKurrentEventStore } from './index.js';

const patience = { call: 500, connect: 2_000, outage: 300, swap: 50 };
const open = (url: string) => openKurrentEventStore({ url, patience });

describe('opening a KurrentDB event store', () => {
  let double: KurrentDouble;
  let folder: string;
  let secure: (credentials: string) => string;
  beforeAll(async () => {
    double = await KurrentDouble.start({ tls: testCertificate });
    double.faults.credentials = 'admin:changeit';
    folder = mkdtempSync(join(tmpdir(), 'waymark-tls-'));
    const file = join(folder, 'ca.crt');
    writeFileSync(file, testCertificate.authority);
    secure = (credentials) =>
      `kurrentdb://${credentials}@127.0.0.1:${double.port}?tlsCaFile=${encodeURIComponent(file)}`;
  });
  afterAll(async () => {
    await double.stop();
    rmSync(folder, { recursive: true });
  });

  it('signs in over TLS', async () => {
    const store = await open(secure('admin:changeit'));
    await store.append(streamName('plan', 'a'), 'NO_STREAM', [someEvent()]);
    expect(await store.readStream(streamName('plan', 'a'))).toHaveLength(1);
    await store.close();
  });

  it('names the account when it is refused, and never the password', async () => {
    const opening = open(secure('admin:guessed'));
    await expect(opening).rejects.toThrow('refuses the account. Check user and password in EVENT_STORE_URL');
    await expect(opening).rejects.toThrow(expect.not.stringContaining('guessed') as unknown as string);
  });

  it.each([
    ['nobody listens', () => 'kurrentdb://127.0.0.1:1?tls=false'],
    ['the server speaks TLS and the URL does not', () => `kurrentdb://127.0.0.1:${double.port}?tls=false`],
    ['the certificate is signed by a stranger', () => `kurrentdb://admin:changeit@127.0.0.1:${double.port}`],
  ])('says what to look at when %s', async (_, url) => {
    const opening = open(url());
    await expect(opening).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'UNREACHABLE' });
    await expect(opening).rejects.toThrow(/Check that it runs, that address and port are right, .* agree on TLS/);
  });

  it('says so when the URL speaks TLS and the server does not', async () => {
    const plain = await KurrentDouble.start();
    const opening = open(plain.url.replace('?tls=false', ''));
    await expect(opening).rejects.toThrow('agree on TLS');
    await plain.stop();
  });
});
