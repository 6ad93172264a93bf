import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPostgres } from '@waymark/event-store/testing';
import type { EventId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { Client } from 'pg';
import { openPostgresKeyStore } from '../postgres/index.js';
import { KeyDatabase, type KeyStore } from './key-database.js';
import { PersonKeys } from './person-keys.js';
import { PrivateFileError } from './private-file.js';

const ada = idOf('ada');
const event = idOf<EventId>('registered');

describe.each(['a file', 'PostgreSQL'])('keys in %s', (where) => {
  const postgres = testPostgres();
  let folder: string;
  const opened: PersonKeys[] = [];
  const masterFile = () => join(folder, 'master.key');
  const store = (): KeyStore | Promise<KeyStore> =>
    where === 'a file' ? new KeyDatabase(join(folder, 'keys.db')) : openPostgresKeyStore(postgres.url);
  const open = async (master = masterFile()) => {
    const kept = await store();
    try {
      const keys = await PersonKeys.shared(kept, master);
      opened.push(keys);
      return keys;
    } catch (error) {
      await kept.close();
      throw error;
    }
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'waymark-keys-'))));
  afterEach(async () => {
    for (const keys of opened.splice(0)) await keys.close();
    rmSync(folder, { recursive: true });
    const client = new Client(postgres.url);
    await client.connect();
    await client.query('DROP SCHEMA IF EXISTS waymark_keys CASCADE');
    await client.end();
  });

  it('open what another process sealed, and name accounts and inputs as it does', async () => {
    const first = await open();
    await first.hold([ada]);
    const sealed = first.seal(ada, event, 'name', 'Ada Canary');
    const second = await open();
    await second.load([ada]);
    expect(second.open(ada, event, 'name', sealed)).toBe('Ada Canary');
    expect(second.accountHash('https://login.example.org', 'u-1')).toBe(
      first.accountHash('https://login.example.org', 'u-1'),
    );
    expect(second.inputMac('{}')).toBe(first.inputMac('{}'));
  });

  it('are the same for two processes that draw the first key of a person at once', async () => {
    const [first, second] = [await open(), await open()];
    const persons = Array.from({ length: 20 }, (_, index) => idOf(`person ${index}`));
    await Promise.all([first.hold(persons), second.hold(persons.toReversed())]);
    for (const person of persons) {
      expect(second.open(person, event, 'name', first.seal(person, event, 'name', 'Ada'))).toBe('Ada');
      expect(first.open(person, event, 'name', second.seal(person, event, 'name', 'Ben'))).toBe('Ben');
    }
  });

  it('do not open for those whose key does not exist', async () => {
    const first = await open();
    await first.hold([ada]);
    const sealed = first.seal(ada, event, 'name', 'Ada');
    await first.load([idOf('ben')]);
    expect(() => first.open(idOf('ben'), event, 'name', sealed.replace(ada, idOf('ben')))).toThrow(/does not exist/);
  });

  it('are refused without the master key, under another one, and when others may read it', async () => {
    const first = await open();
    await first.hold([ada]);
    await expect(open(join(folder, 'missing.key'))).rejects.toThrow(PrivateFileError);
    const elsewhere = mkdtempSync(join(tmpdir(), 'waymark-keys-'));
    await PersonKeys.open(elsewhere).close();
    await expect(open(join(elsewhere, 'keys', 'master.key'))).rejects.toThrow(/another master key/);
    rmSync(elsewhere, { recursive: true });
    chmodSync(masterFile(), 0o644);
    await expect(open()).rejects.toThrow(/chmod 600/);
  });
});
