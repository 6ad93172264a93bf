import type { CopyReport } from '@waymark/event-store';
import { ConfigError, readConfig, withoutPassword } from '@waymark/nest-kit';
import { RefusedError, UsageError } from '../exit.js';
import { copyRecord } from '../record-copy.js';
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
      const report = await copyRecord(from, to, { keepsSourceAtRest: true });
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

function render({ events, copied: fresh, bytes, sha256, seconds }: CopyDone): string {
  const before = events - fresh;
  const found = before === 0 ? '' : ` (${before} were there before)`;
  return `Copied ${fresh} events in ${seconds.toFixed(1)} s${found}.\nBoth stores hold ${events} events of ${bytes} bytes, SHA-256 ${sha256}`;
}
