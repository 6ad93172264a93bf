import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CopyRefusedError, copyEvents, type CopyReport, type CopyStep } from '@waymark/event-store';
import { type HeldDataFolder, holdDataFolder } from '@waymark/event-store/sqlite';
import { OutcomeUnknownError, StoreUnavailableError, WrongExpectedRevisionError } from '@waymark/kernel';
import { ConfigError, isSqliteUrl, readConfig, sqliteFile, withoutPassword } from '@waymark/nest-kit';
import { openEventStore } from '../../../projector/src/event-stores.js';
import { RefusedError, UsageError } from '../exit.js';
import { Progress, tell } from '../output.js';
import type { Register } from './verb.js';

interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

interface CopyDone extends CopyReport {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

/** `waymark copy-events`: a record into another store, to the byte; the same command again goes on where it was cut short. */
export const registerCopyEvents: Register = (program, setting) => {
  program
    .command('copy-events')
    .description('copy a record from one store into another; run it again to go on')
    .requiredOption('--from <url>', 'the record: sqlite:<file>, postgres://… or kurrentdb://…')
    .requiredOption('--to <url>', 'where it goes: an empty store, or an earlier copy of the same record')
    .option('--json', 'one JSON document')
    .action(async (options: CopyOptions) => {
      const { output } = setting(options);
      const [from, to] = [storeUrl('--from', options.from), storeUrl('--to', options.to)];
      if (from === to) throw new UsageError('--from and --to name the same store.');
      const began = performance.now();
      const report = await copied(from, to);
      const seconds = (performance.now() - began) / 1000;
      const done: CopyDone = { from: withoutPassword(from), to: withoutPassword(to), ...report, seconds };
      output.document(done, () => render(done));
      if (!report.isComplete) {
        throw new RefusedError(
          'SOURCE_IS_WRITTEN_TO',
          'The source took new events all the while. Stop what writes to it, then run the same command again.',
        );
      }
    });
};

/** The URL as EVENT_STORE_URL would be taken. Throws UsageError. */
function storeUrl(option: string, url: string): string {
  try {
    return readConfig({ EVENT_STORE_URL: url }, process.cwd()).eventStoreUrl;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(
      error.problems.join('\n').replaceAll(/EVENT_STORE_URL(=)?/g, (_, is) => `${option}${is ? ' ' : ''}`),
    );
  }
}

async function copied(from: string, to: string): Promise<CopyReport> {
  const holds: HeldDataFolder[] = [];
  try {
    // The target first: where source and target share a folder, the source is then found to be at rest.
    if (isSqliteUrl(to)) holds.push(holdDataFolder(dirname(sqliteFile(to))));
    if (isSqliteUrl(from)) holds.push(...heldSource(sqliteFile(from), holds));
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

/** Keeps a source that is at rest so. One that a running Waymark writes to is read beside it; that is said. */
function heldSource(file: string, held: readonly HeldDataFolder[]): HeldDataFolder[] {
  if (!existsSync(file)) throw new StoreUnavailableError(`There is no record at ${file}. Correct --from.`);
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

function render({ events, copied: fresh, bytes, sha256, seconds }: CopyDone): string {
  const before = events - fresh;
  const found = before === 0 ? '' : ` (${before} were there before)`;
  return `Copied ${fresh} events in ${seconds.toFixed(1)} s${found}.\nBoth stores hold ${events} events of ${bytes} bytes, SHA-256 ${sha256}`;
}
