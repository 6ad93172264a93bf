import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CopyRefusedError, copyEvents, type CopyReport, type CopyStep } from '@waymark/event-store';
import { type HeldDataFolder, holdDataFolder } from '@waymark/event-store/sqlite';
import { OutcomeUnknownError, StoreUnavailableError, WrongExpectedRevisionError } from '@waymark/kernel';
import { isSqliteUrl, sqliteFile } from '@waymark/nest-kit';
import { openEventStore } from '../../projector/src/event-stores.js';
import { RefusedError } from './exit.js';
import { Progress, tell } from './output.js';

export interface CopyRecordOptions {
  /** Holds a source on SQLite that is at rest, so that nobody starts Waymark on it meanwhile; says so when it is not at rest. */
  readonly keepsSourceAtRest: boolean;
}

/**
 * Copies the record of one URL to the other, with progress on stderr; a target on SQLite is held. Throws RefusedError when the target is
 * no copy of the source, StoreUnavailableError.
 */
export async function copyRecord(
  from: string,
  to: string,
  { keepsSourceAtRest }: CopyRecordOptions,
): Promise<CopyReport> {
  const holds: HeldDataFolder[] = [];
  try {
    // The target first: where source and target share a folder, the source is then found to be at rest.
    if (isSqliteUrl(to)) holds.push(holdDataFolder(dirname(sqliteFile(to))));
    if (isSqliteUrl(from)) assertThere(sqliteFile(from));
    if (isSqliteUrl(from) && keepsSourceAtRest) holds.push(...heldSource(sqliteFile(from), holds));
    return await copiedHere(from, to);
  } catch (error) {
    throw told(error);
  } finally {
    for (const hold of holds) hold.release();
  }
}

/** Errors of a copy in words for the person at the terminal. */
function told(error: unknown): unknown {
  if (error instanceof CopyRefusedError) return new RefusedError(error.code, error.message);
  if (error instanceof WrongExpectedRevisionError) {
    return new RefusedError(
      'TARGET_IS_WRITTEN_TO',
      'Somebody else writes to the target. Stop that, and copy into an empty target.',
    );
  }
  if (error instanceof OutcomeUnknownError) {
    return new StoreUnavailableError(`${error.message}. Run the same command again: it goes on where it was.`);
  }
  return error;
}

function assertThere(file: string): void {
  if (existsSync(file)) return;
  throw new StoreUnavailableError(`There is no record at ${file}. Correct --from, or set DATA_DIR.`);
}

/** Keeps a source that is at rest so. One that a running Waymark writes to is read beside it; that is said. */
function heldSource(file: string, held: readonly HeldDataFolder[]): HeldDataFolder[] {
  const folder = dirname(file);
  if (held.some(({ path }) => path === folder)) return [];
  try {
    return [holdDataFolder(folder)];
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    if (error.reason === 'LOCKED') {
      tell(
        'Waymark is running on the source. What it records after the end of this copy is not in it: stop it for the last run.',
      );
    }
    return [];
  }
}

async function copiedHere(from: string, to: string): Promise<CopyReport> {
  const source = await openEventStore(from, { readOnly: true });
  try {
    const target = await openEventStore(to);
    const bars = new StepBars();
    try {
      return await copyEvents({ from: source, to: target, onProgress: bars.update });
    } finally {
      bars.end();
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A bar for each step of a copy, one below the other. */
class StepBars {
  private step: CopyStep | undefined;
  private bar: Progress | undefined;

  readonly update = (step: CopyStep, done: number, total: number): void => {
    if (step !== this.step) {
      this.end();
      this.step = step;
      this.bar = new Progress(step.charAt(0) + step.slice(1).toLowerCase());
    }
    this.bar!.update(done, total);
  };

  end(): void {
    this.bar?.end();
  }
}
