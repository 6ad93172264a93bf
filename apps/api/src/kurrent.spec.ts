import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRecorded, type KurrentDouble, startKurrentDouble } from '@waymark/event-store/testing';
import { readConfig } from '@waymark/nest-kit';
import { openPlatform } from './platform.js';

describe('the program on a record in KurrentDB', () => {
  let double: KurrentDouble;
  let folder: string;
  beforeEach(async () => {
    double = await startKurrentDouble();
    folder = mkdtempSync(join(tmpdir(), 'waymark-kurrent-'));
  });
  afterEach(async () => {
    await double.stop();
    rmSync(folder, { recursive: true });
  });
  const config = () => readConfig({ EVENT_STORE_URL: double.url, LOG_LEVEL: 'silent' }, folder);

  it('writes and projects, and finds the record again after a restart of both sides', async () => {
    const first = await openPlatform(config(), { projections: 'inline' });
    const events = await appendRecorded(first.store, { type: 'SomethingElse', data: {} });
    await first.host.waitFor(events[0]!.position);
    await first.close();
    await double.stop();
    await double.startAgain();
    const second = await openPlatform(config(), { projections: 'inline' });
    expect(second.openedAt).toBe(events[0]!.position);
    expect(await second.store.readEvents([events[0]!.eventId])).toEqual(events);
    await second.close();
  });

  it('is refused to a second api with a data folder of its own, until the first has stopped', async () => {
    const other = mkdtempSync(join(tmpdir(), 'waymark-kurrent-'));
    const elsewhere = readConfig({ EVENT_STORE_URL: double.url, LOG_LEVEL: 'silent' }, other);
    try {
      const first = await openPlatform(config(), { projections: 'inline' });
      const refused = openPlatform(elsewhere, { projections: 'inline' });
      await expect(refused).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'LOCKED' });
      for (const file of ['keys/keys.db', 'readmodel.db']) expect(existsSync(join(other, 'data', file))).toBe(false);
      await first.close();
      const second = await openPlatform(elsewhere, { projections: 'inline' });
      await second.close();
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('does not start without the server, and says what to look at', async () => {
    const address = config();
    await double.stop();
    await expect(openPlatform(address, { projections: 'inline' })).rejects.toThrow('KurrentDB at 127.0.0.1');
    await double.startAgain();
  });
});
