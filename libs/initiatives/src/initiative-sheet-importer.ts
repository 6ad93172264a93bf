import { Injectable } from '@nestjs/common';
import {
  type CommandId,
  type CommandMeta,
  derivedUuid,
  DomainError,
  inForce,
  type Receipt,
  receiptOfAll,
  sha256Hex,
} from '@waymark/kernel';
import { canonicalJson } from '@waymark/event-store';
import { InputMac, Mutations } from '@waymark/nest-kit';
import {
  type Description,
  DescribeInitiative,
  type InitiativeCommand,
  RegisterInitiative,
} from './initiative-commands.js';
import type { Owner } from './initiative-owners.js';
import { readSheet, type SheetEntry, type SheetMapping } from './initiative-sheet.js';
import type { InitiativeSheetReport, InitiativeSheetRow } from './initiative-sheet.views.js';
import { type ImportedDescription, type InitiativeRecord, isRunning, plainName, statusOf } from './initiative-state.js';
import { InitiativeReads, recordOf } from './initiative.reads.js';

export interface Sheet {
  readonly csv: string;
  readonly mapping: SheetMapping;
  readonly dryRun: boolean;
  readonly owner: Owner;
}

type Result = Pick<InitiativeSheetRow, 'outcome' | 'reason'>;

/** Brings in a sheet of initiatives, row by row as commands; the same sheet again is without effect. */
@Injectable()
export class InitiativeSheetImporter {
  constructor(
    private readonly mutations: Mutations,
    private readonly reads: InitiativeReads,
    private readonly inputMac: InputMac,
  ) {}

  /** Throws what `readSheet` throws, having changed nothing; refusals of single rows stand in the report. */
  async run(sheet: Sheet, meta: CommandMeta): Promise<{ report: InitiativeSheetReport; receipt: Receipt | undefined }> {
    const plan = readSheet(sheet.csv, sheet.mapping);
    const circumstances = { ...meta, source: { kind: 'import' as const, ref: sha256Hex(sheet.csv) } };
    const records = (await this.reads.initiatives({ owners: [sheet.owner.id] })).map(recordOf);
    const running = new Map(
      records
        .filter((record) => isRunning(statusOf(record)))
        .map((record) => [plainName(inForce(record.descriptions)!.content.name), record]),
    );
    const lines: InitiativeSheetRow[] = plan.refused.map((row) => ({ ...row, outcome: 'REFUSED' }));
    const receipts: Receipt[] = [];
    for (const entry of plan.entries) {
      const { line, name } = entry;
      const result = await this.take(sheet, entry, running.get(plainName(name)), circumstances, receipts);
      lines.push({ line, name, ...result });
    }
    lines.sort((a, b) => a.line - b.line);
    const count = (...outcomes: string[]) => lines.filter(({ outcome }) => outcomes.includes(outcome)).length;
    const counts = {
      recorded: count('RECORDED', 'WOULD_RECORD'),
      unchanged: count('UNCHANGED'),
      kept: count('KEPT'),
      refused: count('REFUSED'),
    };
    return { report: { dryRun: sheet.dryRun, rows: plan.rows, ...counts, lines }, receipt: receiptOfAll(receipts) };
  }

  private async take(
    { owner, dryRun }: Sheet,
    entry: SheetEntry,
    record: InitiativeRecord | undefined,
    meta: CommandMeta,
    receipts: Receipt[],
  ): Promise<Result> {
    const verdict = compared(entry, record);
    if (verdict !== undefined) return verdict;
    if (dryRun) return { outcome: 'WOULD_RECORD', reason: null };
    try {
      const receipt = await this.mutations.dispatch(this.commandOf(owner, entry, record, meta));
      if (receipt.replayed) return { outcome: 'UNCHANGED', reason: null };
      receipts.push(receipt);
      return { outcome: 'RECORDED', reason: null };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { outcome: 'REFUSED', reason: error.message };
    }
  }

  /** What is said, and on top of what, names the command: said once, whoever brings it and however often. */
  private commandOf(
    { id, basis, about }: Owner,
    { name, status, description }: SheetEntry,
    record: InitiativeRecord | undefined,
    meta: CommandMeta,
  ): InitiativeCommand {
    const seen = record === undefined ? undefined : inForce(record.descriptions)!;
    const said = canonicalJson(JSON.parse(JSON.stringify([id, plainName(name), status, description, seen?.eventId])));
    const own = { ...meta, commandId: derivedUuid('sheet', said) as CommandId, inputMac: this.inputMac.of(said) };
    if (record === undefined) return new RegisterInitiative(id, { description, status, basis }, about, own);
    const { initiativeId } = record;
    const data = { initiativeId, description: merged(seen!.content, description), basedOn: seen!.eventId, basis };
    return new DescribeInitiative(id, data, about, own);
  }
}

/** Nothing to do where the sheet says what is recorded, or where somebody described it by hand since; else undefined. */
function compared({ description }: SheetEntry, record: InitiativeRecord | undefined): Result | undefined {
  if (record === undefined) return undefined;
  const standing = inForce(record.descriptions)!;
  if (textOf(merged(standing.content, description)) === textOf(standing.content)) {
    return { outcome: 'UNCHANGED', reason: null };
  }
  if (standing.content.isImported === true) return undefined;
  const by = `at ${standing.recordedAt} in the role ${standing.role}`;
  const reason = `It was described by hand ${by}, and stays so. If the sheet is right, describe it anew.`;
  return { outcome: 'KEPT', reason };
}

/** What the sheet says over what is known already: a cell that says nothing takes nothing away. */
function merged({ isImported: _, ...known }: ImportedDescription, said: Description): Description {
  const tells = ([, value]: [string, unknown]) => !isSilent(value);
  return { ...known, ...(Object.fromEntries(Object.entries(said).filter(tells)) as Partial<Description>) };
}

function isSilent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === 'UNKNOWN' || (value as { state?: string }).state === 'UNKNOWN';
}

function textOf({ isImported: _, ...description }: ImportedDescription): string {
  return canonicalJson(JSON.parse(JSON.stringify(description)));
}
