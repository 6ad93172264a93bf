import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '@waymark/kernel';
import { holdDataFolder, holdDataFolders } from './index.js';

describe('data folder', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'waymark-folder-'));
    folder = join(root, 'some', 'data');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is created for its owner alone', () => {
    const held = holdDataFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    held.release();
  });

  it('is held by one at a time, and free again once released', () => {
    const held = holdDataFolder(folder);
    const second = () => holdDataFolder(folder);
    expect(second).toThrow(StoreUnavailableError);
    expect(second).toThrow(expect.objectContaining({ reason: 'LOCKED' }) as Error);
    expect(second).toThrow(/Another Waymark process is using the data folder/);
    held.release();
    held.release();
    holdDataFolder(folder).release();
  });

  it('held by another process is refused, and free as soon as that process is killed', async () => {
    mkdirSync(folder, { recursive: true });
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { createRequire } from 'node:module';
       const { DatabaseSync } = createRequire(${JSON.stringify(__filename)})('@photostructure/sqlite');
       const lock = new DatabaseSync(${JSON.stringify(join(folder, 'lock.db'))});
       lock.exec('BEGIN EXCLUSIVE');
       process.stdout.write('held');
       setInterval(() => lock.isOpen, 1000);`,
    ]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    expect(() => holdDataFolder(folder)).toThrow(expect.objectContaining({ reason: 'LOCKED' }) as Error);
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await ended;
    holdDataFolder(folder).release();
  });

  it('is held together with others, each once, and all are free again when one of them is taken', () => {
    const [first, second, third] = ['first', 'second', 'third'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(second);
    symlinkSync(second, third);
    const held = holdDataFolders([first, second, first, third]);
    expect(held.path).toBe(realpathSync(first));
    for (const path of [first, second, third]) expect(() => holdDataFolder(path)).toThrow(/Another Waymark process/);
    held.release();
    const other = holdDataFolder(second);
    expect(() => holdDataFolders([first, second])).toThrow(expect.objectContaining({ reason: 'LOCKED' }) as Error);
    holdDataFolder(first).release();
    other.release();
  });

  it('in whose place a file stands is refused with a clear message', () => {
    writeFileSync(join(root, 'some'), '');
    expect(() => holdDataFolder(join(root, 'some'))).toThrow(/a file stands in its place/);
    expect(() => holdDataFolder(folder)).toThrow(/a file stands in its place/);
  });

  it('without the right to write is refused with a clear message', () => {
    mkdirSync(join(root, 'some'), { mode: 0o500 });
    asOrdinaryUser(() => {
      expect(() => holdDataFolder(folder)).toThrow(expect.objectContaining({ reason: 'READ_ONLY' }) as Error);
      expect(() => holdDataFolder(folder)).toThrow(/cannot be written\. Give the account/);
    });
  });
});

/** Rights do not bind an administrator, under whom test runs in containers often go. */
function asOrdinaryUser(body: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    body();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}
