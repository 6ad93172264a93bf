import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

/** A secret on disk that cannot be used as it lies there; the message says what to do. */
export class PrivateFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PrivateFileError';
  }
}

/**
 * The text of a file that its owner alone may read; undefined when it does not exist.
 * Throws PrivateFileError when this account may not read it, or anybody else may (not checked on Windows, whose modes say nothing).
 */
export function readPrivateFile(file: string): string | undefined {
  let mode: number;
  try {
    mode = statSync(file).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new PrivateFileError(
      `${file} can be read by others (mode ${octal}). Run: chmod 600 ${file}. If others had access, replace the key.`,
    );
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(file, error);
  }
}

/** A missing right is for the operator to mend; everything else stays what it is. */
function unusable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  return new PrivateFileError(
    `${file} cannot be read. It belongs to the account that ran Waymark before: run it as that account, or give it the file.`,
  );
}

/**
 * Writes a file with mode 0600 that is on disk, whole, before the call returns. The folder is made with mode 0700.
 * When the file exists already, it stays and its text is returned: of two writers at once the first wins for both.
 */
export function createPrivateFile(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(dirname(file));
  return readPrivateFile(file)!;
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
