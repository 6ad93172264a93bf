import { readFile } from 'node:fs/promises';
import { civilDateIn, isCivilDate, randomId, StoreUnavailableError } from '@waymark/kernel';
import { systemActor } from '@waymark/identity';
import type { Config } from '@waymark/nest-kit';
import { bundledMapping, DirectoryImporter, type ImportReport, parseMapping } from '@waymark/organisations';
import { createApp, projectFile } from '../../../api/src/app.js';
import { RefusedError, UsageError } from '../exit.js';
import { Progress, table, tell } from '../output.js';
import { RunningApi } from '../running-api.js';
import type { Register } from './verb.js';

interface ImportOptions {
  readonly mapping: string;
  readonly dryRun?: boolean;
  readonly effectiveOn?: string;
  readonly takeFile?: boolean;
  readonly json?: boolean;
}

type Imported = Omit<ImportReport, 'lines' | 'changes'> & {
  readonly events: number;
  readonly dryRun: boolean;
  readonly lines?: ImportReport['lines'];
};

/** `waymark import <file>`: brings the record to what a directory of organisations says. */
export const registerImport: Register = (program, setting) => {
  program
    .command('import')
    .argument('<file>', 'CSV file of a directory, UTF-8')
    .description('import a directory of organisations; the same file again records nothing')
    .requiredOption('--mapping <name or file>', 'bundled mapping (mi, zz) or a JSON file')
    .option('--dry-run', 'write nothing; report as if')
    .option('--effective-on <date>', 'from which day changes of parents count')
    .option('--take-file', 'take what the file says where something else was entered by hand')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: ImportOptions) => {
      const { config, output } = setting(options);
      if (options.effectiveOn !== undefined && !isCivilDate(options.effectiveOn)) {
        throw new UsageError(`"${options.effectiveOn}" is not a date. Write it as in 2026-07-01.`);
      }
      const bytes = await readFile(file).catch((error: Error) => {
        throw new UsageError(`${file} cannot be read: ${error.message}`);
      });
      const report = await run(config, { bytes, mapping: await mappingText(options.mapping) }, options);
      output.document(report, () => render(report));
    });
};

/** What was read from disk before anything begins: the mapping as its JSON, or the name of a bundled one. */
interface Files {
  readonly bytes: Buffer;
  readonly mapping: string;
}

async function run(config: Config, files: Files, options: ImportOptions): Promise<Imported> {
  try {
    return await importHere(config, files, options);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError && error.reason === 'LOCKED')) throw error;
    return importThere(config, files, options);
  }
}

async function importHere(config: Config, files: Files, options: ImportOptions): Promise<Imported> {
  const app = await createApp({ ...config, logLevel: 'error' });
  const progress = new Progress('Importing');
  try {
    const now = new Date();
    const mapping = await mappingOf(files.mapping);
    const dryRun = options.dryRun ?? false;
    const { report, events } = await app.get(DirectoryImporter).import({
      ...{ bytes: files.bytes, mapping, dryRun, effectiveOn: options.effectiveOn, takeFile: options.takeFile },
      circumstances: {
        actor: systemActor,
        correlationId: randomId(),
        causationId: randomId(),
        now: now.toISOString(),
        today: civilDateIn(mapping.timeZone, now),
      },
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    const { changes: _changes, ...shown } = report;
    return { ...shown, events, dryRun };
  } finally {
    progress.end();
    await app.close();
  }
}

const IMPORT = `mutation ($input: ImportOrganisationsInput!) {
  importOrganisations(input: $input) {
    entity {
      dryRun state file rows agencies districts schools unplaced unchanged events
      summary { what lines codes }
      lines(first: 100) { nodes { row code what why done } pageInfo { hasNextPage } }
    }
    userErrors { code message rule }
  }
}`;

interface LinePage {
  readonly nodes: ImportReport['lines'];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

interface ImportAnswer {
  readonly importOrganisations: {
    readonly entity: (Omit<Imported, 'lines'> & { readonly lines: LinePage }) | null;
    readonly userErrors: readonly { code: string; message: string; rule?: string }[];
  };
}

async function importThere(config: Config, { bytes, mapping }: Files, options: ImportOptions): Promise<Imported> {
  const api = await RunningApi.find(config);
  tell('Waymark is running: it imports.');
  const { importOrganisations: done } = await api.graphql<ImportAnswer>(IMPORT, {
    input: {
      idempotencyKey: crypto.randomUUID(),
      csv: textOf(bytes),
      ...{ mapping, dryRun: options.dryRun ?? false, effectiveOn: options.effectiveOn ?? null },
      takeFile: options.takeFile ?? false,
    },
  });
  const [refusal] = done.userErrors;
  if (refusal !== undefined && done.entity === null)
    throw new RefusedError(refusal.code, refusal.message, refusal.rule);
  const { lines, ...report } = done.entity!;
  if (lines.pageInfo.hasNextPage)
    tell('The report has more than 100 lines; the first 100 follow. Stop Waymark to print it whole.');
  return { ...report, lines: lines.nodes };
}

/** The file as text. Throws what the import itself says about bytes that are no UTF-8, before anything is sent. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RefusedError('FILE_NOT_UTF8', 'The file is not UTF-8. Save it as CSV in UTF-8 and import it again.');
  }
}

const BUNDLED = /^[a-z]{2}$/;

async function mappingText(nameOrFile: string): Promise<string> {
  if (BUNDLED.test(nameOrFile)) return nameOrFile;
  return readFile(nameOrFile, 'utf8').catch((error: Error) => {
    throw new UsageError(`The mapping ${nameOrFile} cannot be read: ${error.message}`);
  });
}

function mappingOf(nameOrJson: string): ReturnType<typeof bundledMapping> | ReturnType<typeof parseMapping> {
  return BUNDLED.test(nameOrJson) ? bundledMapping(projectFile('directories'), nameOrJson) : parseMapping(nameOrJson);
}

function render(report: Imported): string {
  const { dryRun, state, rows, agencies, districts, schools, unplaced, unchanged, events, summary, lines } = report;
  const head = `${state}: ${rows} rows, ${agencies} agencies, ${districts} districts, ${schools} schools and programs; ${unplaced} without a parent, ${unchanged} as recorded already.`;
  const did = dryRun ? 'Dry run: nothing was recorded.' : `${events} events recorded.`;
  const counts = table(
    ['Not taken as it stands', 'Lines', 'Codes'],
    summary.map((s) => [s.what, String(s.lines), String(s.codes)]),
  );
  const each = (lines ?? []).map((l) => `${l.row ?? '–'}  ${l.code}  ${l.what}  ${l.why}  → ${l.done}`);
  return [head, did, '', counts, ...(each.length > 0 ? ['', ...each] : [])].join('\n');
}
