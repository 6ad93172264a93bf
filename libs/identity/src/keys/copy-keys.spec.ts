import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { copyKeys } from './copy-keys.js';
import { PersonKeys } from './person-keys.js';
import { PrivateFileError } from './private-file.js';

const ada = idOf('ada');
const ben = idOf('ben');
const event = idOf<EventId>('registered');

describe('a copy of the keys', () => {
  let folder: string;
  let keys: PersonKeys;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-keys-'));
    keys = PersonKeys.open(at('data'));
  });
  afterEach(async () => {
    await keys.close();
    rmSync(folder, { recursive: true });
  });

  it('taken while they are in use opens what was sealed before, in a data folder of its own', async () => {
    const sealed = keys.seal(ada, event, 'name', 'Ada Example');
    expect(copyKeys(at('data'), at('restored/keys'))).toEqual(['master.key', 'keys.db']);
    expect(readdirSync(at('restored/keys')).sort()).toEqual(['keys.db', 'master.key']);
    for (const file of ['keys.db', 'master.key'])
      expect(statSync(at(`restored/keys/${file}`)).mode & 0o777).toBe(0o600);
    const restored = PersonKeys.open(at('restored'));
    expect(restored.open(ada, event, 'name', sealed)).toBe('Ada Example');
    await restored.close();
  });

  it('taken again holds the keys that were made since', async () => {
    copyKeys(at('data'), at('restored/keys'));
    const sealed = keys.seal(ben, event, 'name', 'Ben Example');
    copyKeys(at('data'), at('restored/keys'));
    const restored = PersonKeys.open(at('restored'));
    expect(restored.open(ben, event, 'name', sealed)).toBe('Ben Example');
    await restored.close();
  });

  it('does not go over the keys of another installation, nor come from a folder without keys', async () => {
    await PersonKeys.open(at('other')).close();
    expect(() => copyKeys(at('data'), at('other/keys'))).toThrow(PrivateFileError);
    expect(() => copyKeys(at('nowhere'), at('restored'))).toThrow(/no keys in .*DATA_DIR/);
  });
});
