import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import fc from 'fast-check';
import { KeyDatabase } from './key-database.js';
import { PersonKeys } from './person-keys.js';
import { PrivateFileError } from './private-file.js';
import { SealError } from './sealed-field.js';

const ada = idOf('ada');
const ben = idOf('ben');
const event = idOf<EventId>('registered');
const other = idOf<EventId>('another event');

describe('sealed fields', () => {
  const keys = PersonKeys.inMemory();
  const sealed = keys.seal(ada, event, 'name', 'Ada Canary');

  function refusal(run: () => unknown): string | undefined {
    try {
      run();
    } catch (error) {
      return error instanceof SealError ? error.reason : String(error);
    }
    return undefined;
  }

  it('open where they were sealed', () => {
    expect(keys.open(ada, event, 'name', sealed)).toBe('Ada Canary');
  });

  it('have the stored form, byte for byte', () => {
    expect(sealed).toMatch(new RegExp(`^enc:1:${ada}:1:[A-Za-z0-9+/]+=*$`));
    const body = Buffer.from(sealed.split(':')[4]!, 'base64');
    expect(body.length).toBe(16 + 12 + 16 + 16);
    expect(sealed).not.toContain('Canary');
  });

  it('show of the length of a text only the multiple of 16 bytes it falls under', () => {
    const lengthOf = (text: string) => keys.seal(ada, event, 'name', text).length;
    expect(lengthOf('')).toBe(lengthOf('x'.repeat(12)));
    expect(lengthOf('x'.repeat(13))).toBeGreaterThan(lengthOf('x'.repeat(12)));
  });

  it('give back any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        expect(keys.open(ada, event, 'name', keys.seal(ada, event, 'name', text))).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('are never sealed from half a character, which would come back as another text', () => {
    expect(() => keys.seal(ada, event, 'name', 'a\ud800')).toThrow(TypeError);
  });

  it('do not open at another event', () => {
    expect(refusal(() => keys.open(ada, other, 'name', sealed))).toBe('NOT_GENUINE');
  });

  it('do not open in another field', () => {
    expect(refusal(() => keys.open(ada, event, 'email', sealed))).toBe('NOT_GENUINE');
  });

  it('do not open for another person, named or forged', () => {
    keys.seal(ben, event, 'name', 'Ben');
    expect(refusal(() => keys.open(ben, event, 'name', sealed))).toBe('OTHER_PERSON');
    expect(refusal(() => keys.open(ben, event, 'name', sealed.replace(ada, ben)))).toBe('NOT_GENUINE');
  });

  it('do not open when the key of the person does not exist here', () => {
    expect(refusal(() => PersonKeys.inMemory().open(ada, event, 'name', sealed))).toBe('NO_KEY');
    expect(refusal(() => keys.open(ada, event, 'name', sealed.replace(`${ada}:1:`, `${ada}:2:`)))).toBe('NO_KEY');
  });

  it('do not open with any bit of the body flipped', () => {
    const prefix = `enc:1:${ada}:1:`;
    const body = Buffer.from(sealed.slice(prefix.length), 'base64');
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const flipped = Buffer.from(body);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(() => keys.open(ada, event, 'name', prefix + flipped.toString('base64')))).toBe('NOT_GENUINE');
    }
  });

  it.each(['', 'Ada', 'enc:2:x', `enc:1:${ada}:0:AAAA`, `enc:1:${ada}:1:AAAA`, `${sealed}=`, `${sealed} `])(
    'are told from %j, which is none',
    (text) => {
      expect(refusal(() => keys.open(ada, event, 'name', text))).toBe('MALFORMED');
    },
  );
});

describe('keys on disk', () => {
  let dataDir: string;
  const masterFile = () => join(dataDir, 'keys', 'master.key');
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'waymark-keys-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true });
  });

  function sealOnce(): string {
    const keys = PersonKeys.open(dataDir);
    const sealed = keys.seal(ada, event, 'name', 'Ada Canary');
    void keys.close();
    return sealed;
  }

  it('open what an earlier run sealed', async () => {
    const sealed = sealOnce();
    const again = PersonKeys.open(dataDir);
    expect(again.open(ada, event, 'name', sealed)).toBe('Ada Canary');
    await again.close();
  });

  it('name an account the same in each run, and otherwise in each installation', async () => {
    const account = ['https://login.example.org', 'ada@example.org'] as const;
    const first = PersonKeys.open(dataDir);
    const name = first.accountHash(...account);
    await first.close();
    const second = PersonKeys.open(dataDir);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(second.accountHash(...account)).toBe(name);
    expect(PersonKeys.inMemory().accountHash(...account)).not.toBe(name);
    expect(second.accountHash('ab', 'c')).not.toBe(second.accountHash('a', 'bc'));
    expect(second.accountHash('a\nb', 'c')).not.toBe(second.accountHash('a', 'b\nc'));
    await second.close();
  });

  it('give the same input MAC in each run, and another in each installation', async () => {
    const first = PersonKeys.open(dataDir);
    const mac = first.inputMac('{"a":1}');
    await first.close();
    const second = PersonKeys.open(dataDir);
    expect(second.inputMac('{"a":1}')).toBe(mac);
    expect(second.inputMac('{"a":2}')).not.toBe(mac);
    await second.close();
    expect(PersonKeys.inMemory().inputMac('{"a":1}')).not.toBe(mac);
  });

  it('lie in a file that its owner alone may read', () => {
    sealOnce();
    expect(statSync(masterFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'keys')).mode & 0o777).toBe(0o700);
  });

  it('are refused when others may read the master key, and say how to mend it', async () => {
    sealOnce();
    chmodSync(masterFile(), 0o644);
    expect(() => PersonKeys.open(dataDir)).toThrow(/mode 0644.*chmod 600/);
    chmodSync(masterFile(), 0o600);
    await PersonKeys.open(dataDir).close();
  });

  it('are refused with what to do when this account may not read them', () => {
    if (process.getuid?.() === 0) return; // Root may read everything; the journeys run the program as somebody else.
    sealOnce();
    chmodSync(masterFile(), 0o000);
    expect(() => PersonKeys.open(dataDir)).toThrow(/cannot be read\. It belongs to/);
    chmodSync(masterFile(), 0o600);
  });

  it('are refused when the master key is gone, instead of drawing a new one over sealed names', () => {
    sealOnce();
    unlinkSync(masterFile());
    expect(() => PersonKeys.open(dataDir)).toThrow(PrivateFileError);
    expect(readdirSync(join(dataDir, 'keys'))).not.toContain('master.key');
  });

  it('do not open under another master key', async () => {
    const sealed = sealOnce();
    const foreign = mkdtempSync(join(tmpdir(), 'waymark-keys-'));
    await PersonKeys.open(foreign).close();
    const bytes = readFileSync(join(foreign, 'keys', 'master.key'));
    rmSync(foreign, { recursive: true });
    unlinkSync(masterFile());
    const database = new KeyDatabase(join(dataDir, 'keys', 'keys.db'));
    const key = Buffer.from(bytes.toString().split(' ')[1]!, 'base64');
    expect(() => new PersonKeys(database, key).open(ada, event, 'name', sealed)).toThrow(/another master key/);
    database.close();
  });

  it('are refused when a wrapped key was put under another person', async () => {
    const keys = PersonKeys.open(dataDir);
    const sealed = keys.seal(ada, event, 'name', 'Ada Canary');
    await keys.close();
    const database = new KeyDatabase(join(dataDir, 'keys', 'keys.db'));
    database.addPersonKey(ben, 1, database.personKey(ada, 1)!);
    database.close();
    const moved = PersonKeys.open(dataDir);
    expect(() => moved.open(ben, event, 'name', sealed.replace(ada, ben))).toThrow(/altered, or moved/);
    await moved.close();
  });

  it('never lie in the files in plain', async () => {
    const keys = PersonKeys.open(dataDir);
    keys.seal(ada, event, 'name', 'Ada Canary');
    const files = readdirSync(join(dataDir, 'keys')).map((file) => readFileSync(join(dataDir, 'keys', file), 'latin1'));
    await keys.close();
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const content of files) expect(content).not.toContain('Canary');
  });
});
