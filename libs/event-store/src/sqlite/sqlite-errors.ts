import { StoreUnavailableError } from '@waymark/kernel';

type Reason = StoreUnavailableError['reason'];

/** SQLite's primary result codes (sqlite.org/rescode.html) that users can do something about. */
const KNOWN: Readonly<Record<number, readonly [Reason, string]>> = {
  5: ['LOCKED', 'is locked by another program. Close the program that has it open, then try again'],
  6: ['LOCKED', 'is locked by another program. Close the program that has it open, then try again'],
  8: ['READ_ONLY', 'cannot be written. Give the account that runs Waymark the right to write to it and to its folder'],
  10: ['UNREACHABLE', 'cannot be read or written. Check the disk it lies on'],
  11: ['DAMAGED', 'is damaged. Stop Waymark and restore the file from a backup'],
  13: ['DISK_FULL', 'cannot grow: the disk is full. Free some space, then try again'],
  14: ['UNREACHABLE', 'cannot be opened. Check that its folder exists and that Waymark may read and write there'],
  26: ['DAMAGED', 'is not a Waymark file. Restore it from a backup, or name another folder'],
};
const INPUT_OUTPUT = 10;

/** The primary result code of a driver's error; undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Whether SQLite could not say what became of its last write. */
export function isInputOutputError(error: unknown): boolean {
  return sqliteCode(error) === INPUT_OUTPUT;
}

/** A driver's error in the words of the port; errors that are not SQLite's come back unchanged. */
export function asStoreError(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const [reason, what] = KNOWN[code] ?? (['UNREACHABLE', `failed: ${(error as Error).message}`] as const);
  return new StoreUnavailableError(`The file ${file} ${what}.`, reason, { cause: error });
}
