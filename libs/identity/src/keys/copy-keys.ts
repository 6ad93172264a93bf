import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { createPrivateFile, PrivateFileError, readPrivateFile } from './private-file.js';

const DATABASE = 'keys.db';
const SECRETS = ['master.key', 'local-issuer.key'];

/**
 * Copies the keys of a data folder into a folder of their own, as they stand at one moment, also while Waymark runs; a `keys.db` that lies there
 * is replaced, and what was erased since is gone from it. Gives the names of the files. Throws PrivateFileError when the folder has no keys,
 * or when the target holds those of another installation.
 */
export function copyKeys(dataDir: string, target: string): readonly string[] {
  const source = join(dataDir, 'keys');
  if (!existsSync(join(source, DATABASE))) {
    throw new PrivateFileError(`There are no keys in ${source}. Set DATA_DIR to the folder that Waymark runs on.`);
  }
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const secrets = SECRETS.filter((name) => copySecret(join(source, name), join(target, name)));
  copyDatabase(join(source, DATABASE), join(target, DATABASE));
  return [...secrets, DATABASE];
}

function copySecret(from: string, to: string): boolean {
  const text = readPrivateFile(from);
  if (text === undefined) return false;
  if (createPrivateFile(to, text) === text) return true;
  throw new PrivateFileError(`${to} is a key of another installation, or an older one. Name an empty folder.`);
}

function copyDatabase(from: string, to: string): void {
  const draft = `${to}.new`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    database.prepare('VACUUM INTO ?').run(draft);
  } finally {
    database.close();
  }
  chmodSync(draft, 0o600);
  const descriptor = openSync(draft, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(draft, to);
}
