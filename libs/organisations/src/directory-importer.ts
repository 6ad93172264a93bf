import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type CivilDate,
  type CommandMeta,
  commandIdOf,
  CommandRunner,
  DomainError,
  type OrganisationId,
  type Receipt,
  receiptOfAll,
} from '@waymark/kernel';
import { InputMac, readCsvFile } from '@waymark/nest-kit';
import { ReadDatabase } from '@waymark/read-store';
import { type ImportPlan, planDirectoryImport, type PlannedCommand } from './directory-import.js';
import { columnsTaken, type DirectoryMapping } from './directory-mapping.js';
import { type ImportLine, type ImportReport, summaryOf } from './directory-report.js';
import { DirectoryTurn } from './directory-turn.js';
import { knownOrganisations } from './known-organisations.js';
import {
  DescribeOrganisation,
  NameOrganisation,
  type OrganisationCommand,
  PlaceOrganisation,
  RegisterOrganisation,
} from './organisation-commands.js';
import { organisationDecider } from './organisation.decider.js';

/** Commands that are under way at the same time: enough for the store to commit many at once. */
export const IN_FLIGHT = 64;

/** How often the bounded wait for the tables is repeated after an import: some two minutes. */
const MOST_WAITS = 60;

export interface ImportProgress {
  readonly done: number;
  readonly total: number;
}

/** For whom and under which circumstances an import runs. */
export type ImportCircumstances = Pick<
  CommandMeta,
  'actor' | 'onBehalfOf' | 'correlationId' | 'causationId' | 'now' | 'today'
>;

export interface ImportRun {
  readonly plan: ImportPlan;
  readonly runner: Pick<CommandRunner, 'run'>;
  readonly circumstances: ImportCircumstances;
  /** HMAC of a canonical input (nest-kit's InputMac). */
  readonly inputMac: (canonical: string) => string;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportResult {
  /** The plan's report; commands that were refused are added as lines. */
  readonly report: ImportReport;
  /** Over all commands; absent when nothing was recorded. */
  readonly receipt?: Receipt | undefined;
  /** Events recorded. */
  readonly events: number;
}

/** 32 random bytes in base64: key of an organisation's tags in the audit log. */
export function drawTagKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * Runs a plan: agencies, then districts, then schools, up to {@link IN_FLIGHT} commands at a time.
 * A command that a rule refuses becomes a line of the report and the rest goes on. When the store fails, no further command
 * is sent and the error is thrown; what was recorded stands, and importing the file again does what is left.
 */
export async function runImport(run: ImportRun): Promise<ImportResult> {
  const { plan, onProgress } = run;
  const total = plan.commands.length;
  const refused: ImportLine[] = [];
  const receipts: Receipt[] = [];
  let done = 0;
  const work = async (planned: PlannedCommand): Promise<void> => {
    try {
      receipts.push(await run.runner.run(organisationDecider, commandOf(planned, run)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { row, code } = planned;
      refused.push({ row, code, what: 'COMMAND_REFUSED', why: error.message, done: 'Nothing was recorded for it.' });
    }
    done += 1;
    onProgress?.({ done, total });
  };
  onProgress?.({ done, total });
  for (const wave of [0, 1, 2] as const) {
    await inParallel(chains(plan.commands.filter((planned) => planned.wave === wave)), work);
  }
  const lines = [...plan.report.lines, ...refused];
  const receipt = receiptOfAll(receipts);
  const report = { ...plan.report, lines, summary: summaryOf(lines) };
  return { report, receipt, events: receipt?.eventIds.length ?? 0 };
}

/** Commands by organisation: those of one organisation follow each other. */
function chains(commands: readonly PlannedCommand[]): PlannedCommand[][] {
  const byOrganisation = new Map<OrganisationId, PlannedCommand[]>();
  for (const command of commands) {
    const chain = byOrganisation.get(command.organisationId);
    if (chain === undefined) byOrganisation.set(command.organisationId, [command]);
    else chain.push(command);
  }
  return [...byOrganisation.values()];
}

async function inParallel(
  waiting: readonly (readonly PlannedCommand[])[],
  work: (planned: PlannedCommand) => Promise<void>,
): Promise<void> {
  let next = 0;
  let isFailed = false;
  const worker = async () => {
    while (next < waiting.length && !isFailed) {
      const chain = waiting[next]!;
      next += 1;
      try {
        for (const planned of chain) await work(planned);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(IN_FLIGHT, waiting.length) }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** What the record must tell two runs of a command apart by: everything but the tag key, which is drawn anew. */
function inputOf(planned: PlannedCommand): unknown {
  switch (planned.type) {
    case 'NAME':
      return planned.name;
    case 'PLACE':
      return [planned.parent.organisationId, planned.effectiveOn ?? null];
    default:
      return planned.data;
  }
}

function commandOf(planned: PlannedCommand, { plan, circumstances, inputMac }: ImportRun): OrganisationCommand {
  const { type, organisationId, version, about } = planned;
  const ref = plan.report.file;
  // The version keeps a later import of the same file apart from this one; within one import each type occurs once per organisation.
  const key = `${ref}:${organisationId}:${type}:${version}`;
  const meta: CommandMeta = {
    ...circumstances,
    commandId: commandIdOf('import', 'importOrganisations', key),
    inputMac: inputMac(JSON.stringify([key, inputOf(planned)])),
    source: { kind: 'import', ref },
  };
  switch (planned.type) {
    case 'REGISTER':
      return new RegisterOrganisation({ ...planned.data, tagKey: drawTagKey() }, about, meta);
    case 'NAME':
      return new NameOrganisation(organisationId, { name: planned.name }, about, meta);
    case 'DESCRIBE':
      return new DescribeOrganisation(organisationId, planned.data, about, meta);
    case 'PLACE': {
      const { parent, former, effectiveOn } = planned;
      return new PlaceOrganisation(organisationId, { parent, former, effectiveOn }, about, meta);
    }
  }
}

export interface ImportRequest {
  /** The file as it was given, byte for byte. */
  readonly bytes: Uint8Array;
  readonly mapping: DirectoryMapping;
  /** Writes nothing; the report is the same. */
  readonly dryRun: boolean;
  /** From which day changes of parents count; the day of the import when absent. */
  readonly effectiveOn?: CivilDate | undefined;
  /** What was entered by hand comes back to the file as well; left alone and reported otherwise. */
  readonly takeFile?: boolean | undefined;
  readonly circumstances: ImportCircumstances;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** Reads a directory, compares it with the record and brings the record there. One import at a time. */
@Injectable()
export class DirectoryImporter {
  constructor(
    private readonly database: ReadDatabase,
    private readonly runner: CommandRunner,
    private readonly inputMac: InputMac,
    private readonly turn: DirectoryTurn,
  ) {}

  /** Throws the refusals of the file and the mapping (nothing was changed then) and whatever the store throws. */
  import(request: ImportRequest): Promise<ImportResult> {
    return this.turn.take((assertMine) => this.importAlone(request, assertMine), MOST_WAITS);
  }

  private async importAlone(request: ImportRequest, assertMine: () => void): Promise<ImportResult> {
    const { bytes, mapping, effectiveOn, takeFile, circumstances, onProgress } = request;
    const file = readCsvFile(bytes, columnsTaken(mapping));
    const known = await knownOrganisations(this.database, mapping.state, circumstances.today);
    const plan = planDirectoryImport({ file, mapping, known, effectiveOn, takeFile });
    if (request.dryRun) return { report: plan.report, events: 0 };
    const inputMac = (canonical: string) => this.inputMac.of(canonical);
    const runner: ImportRun['runner'] = {
      run: (...command) => {
        assertMine();
        return this.runner.run(...command);
      },
    };
    const result = await runImport({ plan, runner, circumstances, inputMac, onProgress });
    // The report tells what the tables show; a large import outruns the gate's own patience.
    if (result.receipt !== undefined) await this.turn.shown(result.receipt.position, MOST_WAITS);
    return result;
  }
}
