import { UsageError } from '../exit.js';
import { assertKeysInFolder } from './backup.verb.js';

describe('a backup of the keys', () => {
  const inFolder = { dataDir: '/data', keysUrl: undefined, masterKeyFile: '/data/keys/master.key' };

  it('takes keys that are files of the data folder', () => {
    expect(() => assertKeysInFolder(inFolder)).not.toThrow();
  });

  it.each([
    [{ keysUrl: 'postgres://waymark@keys.example.org/waymark_keys' }, /in PostgreSQL \(KEYS_URL\).*pg_dump/],
    [{ masterKeyFile: '/run/secrets/master' }, /\/run\/secrets\/master \(MASTER_KEY_FILE\).*by hand/],
  ])('is refused, with what to do instead, when it would leave some out: %j', (elsewhere, said) => {
    const backup = () => assertKeysInFolder({ ...inFolder, ...elsewhere });
    expect(backup).toThrow(UsageError);
    expect(backup).toThrow(said);
  });
});
