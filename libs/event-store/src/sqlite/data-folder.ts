import { accessSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailableError } from '@waymark/kernel';
import { bundledDriver, type SqliteDatabase, type SqliteDriver } from './driver.js';
import { asStoreError, sqliteCode } from './sqlite-errors.js';

/** An embedded data folder that this process alone may write to. */
export interface HeldDataFolder {
  /** Absolute path, links resolved. */
  readonly path: string;
  /** Lets another process have it. Calling it again does nothing. */
  release(): void;
}

const LOCK_FILE = 'lock.db';
const BUSY = 5;

/**
 * Holds a data folder for this process until it is released or the process ends, in whatever way: the hold is a lock of
 * the operating system on `lock.db`, so that nothing is left behind to be cleaned up. The folder is created (for its
 * owner alone) when it is not there. Readers do not need the hold. Throws StoreUnavailableError: LOCKED while another
 * process holds the folder, READ_ONLY or UNREACHABLE when it cannot be used. Needs a local disk.
 */
export function holdDataFolder(path: string, driver: SqliteDriver = bundledDriver): HeldDataFolder {
  const folder = usableFolder(path);
  const lock = lockedFile(join(folder, LOCK_FILE), folder, driver);
  let isHeld = true;
  return {
    path: folder,
    release() {
      if (isHeld) lock.close();
      isHeld = false;
    },
  };
}

/**
 * Holds several folders as one, such as the data folder and those of store files that lie elsewhere; a folder that is named
 * twice, also by way of a link, is held once. `path` is the first folder. Throws as {@link holdDataFolder} does; none is held then.
 */
export function holdDataFolders(paths: readonly [string, ...string[]], driver?: SqliteDriver): HeldDataFolder {
  const held = new Map<string, HeldDataFolder>();
  const release = () => [...held.values()].reverse().forEach((folder) => folder.release());
  try {
    for (const path of paths) {
      const folder = usableFolder(path);
      if (!held.has(folder)) held.set(folder, holdDataFolder(folder, driver));
    }
  } catch (error) {
    release();
    throw error;
  }
  return { path: [...held.keys()][0]!, release };
}

function usableFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!statSync(path).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (error) {
    throw folderError(path, error);
  }
}

function folderError(path: string, error: unknown): StoreUnavailableError {
  const { code, message } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new StoreUnavailableError(
        `The data folder ${path} cannot be used: a file stands in its place. Name another folder.`,
        'UNREACHABLE',
        cause,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreUnavailableError(
        `The data folder ${path} cannot be written. Give the account that runs Waymark the right to, or name another folder.`,
        'READ_ONLY',
        cause,
      );
    case 'ENOSPC':
      return new StoreUnavailableError(
        `The disk of the data folder ${path} is full. Free some space.`,
        'DISK_FULL',
        cause,
      );
    default:
      return new StoreUnavailableError(`The data folder ${path} cannot be used: ${message}.`, 'UNREACHABLE', cause);
  }
}

function lockedFile(file: string, folder: string, driver: SqliteDriver): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = driver(file, { readOnly: false, timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCode(error) !== BUSY) throw asStoreError(error, file);
    throw new StoreUnavailableError(
      `Another Waymark process is using the data folder ${folder}: a server, an import or a rebuild. ` +
        'Stop it or wait for its end, or name another folder.',
      'LOCKED',
      { cause: error },
    );
  }
}
