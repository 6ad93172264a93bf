import { Injectable } from '@nestjs/common';
import {
  type CommandId,
  type CommandMeta,
  derivedUuid,
  DomainError,
  eventIdOf,
  type Receipt,
  sha256Hex,
} from '@waymark/kernel';
import { InputMac, Mutations } from '@waymark/nest-kit';
import {
  type DistrictKey,
  type DistrictRequestCommand,
  RequestSupport,
  StateDistrictNeed,
} from './district-request-commands.js';
import { nothingSaid } from './district-request-state.js';
import { districtRequestDecider } from './district-request.decider.js';
import type { SurveyReport, SurveyRowReport } from './district-request.views.js';
import { readSurvey, type SurveyEntry, type SurveyMapping } from './district-survey.js';
import { ExplorationSubjects, type Subject } from './exploration-subjects.js';
import { ExplorationReads } from './exploration.reads.js';

export interface Survey {
  readonly csv: string;
  readonly mapping: SurveyMapping;
  readonly schoolYear: string;
  readonly dryRun: boolean;
  /** The agency as people write it; its state is that of district codes without one. */
  readonly agencyCode: string;
  readonly agency: Subject;
}

export interface SurveyImported {
  readonly report: SurveyReport;
  /** The receipt that lies furthest on, when anything was recorded. */
  readonly receipt?: Receipt | undefined;
}

type Outcome = 'RECORDED' | 'UNCHANGED' | 'WOULD_RECORD' | 'REFUSED';
interface Done {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly receipts: readonly Receipt[];
}

/** Districts handled at once: their appends share commits. */
const AT_ONCE = 16;

/** Brings in a survey: the entries of each district as commands, the same file again without effect. */
@Injectable()
export class DistrictSurveyImporter {
  constructor(
    private readonly mutations: Mutations,
    private readonly subjects: ExplorationSubjects,
    private readonly reads: ExplorationReads,
    private readonly inputMac: InputMac,
  ) {}

  /** Throws what `readSurvey` throws, having changed nothing; refusals of single rows stand in the report. */
  async run(survey: Survey, meta: CommandMeta): Promise<SurveyImported> {
    const plan = readSurvey(survey.csv, survey.mapping);
    const source = { kind: 'import' as const, ref: sha256Hex(survey.csv) };
    const done: { entry: SurveyEntry; result: Done }[] = [];
    // One district's entries stay in the order of the file; districts run side by side.
    const districts = byDistrict(plan.entries);
    for (let at = 0; at < districts.length; at += AT_ONCE) {
      await Promise.all(
        districts.slice(at, at + AT_ONCE).map(async (entries) => {
          for (const entry of entries) {
            done.push({ entry, result: await this.take(survey, entry, { ...meta, source }) });
          }
        }),
      );
    }
    const lines: SurveyRowReport[] = [
      ...plan.refused.map((row) => ({ ...row, outcome: 'REFUSED' })),
      ...done.flatMap(({ entry, result }) =>
        entry.lines.map((line) => {
          return { line, district: entry.district, outcome: result.outcome, reason: result.reason ?? null };
        }),
      ),
    ].sort((a, b) => a.line - b.line);
    const count = (...outcomes: string[]) => lines.filter((line) => outcomes.includes(line.outcome)).length;
    const receipts = done.flatMap(({ result }) => result.receipts).sort((a, b) => a.position - b.position);
    const counts = {
      recorded: count('RECORDED', 'WOULD_RECORD'),
      unchanged: count('UNCHANGED'),
      refused: count('REFUSED'),
    };
    return { report: { dryRun: survey.dryRun, rows: plan.rows, ...counts, lines }, receipt: receipts.at(-1) };
  }

  private async take(survey: Survey, entry: SurveyEntry, meta: CommandMeta): Promise<Done> {
    try {
      const subject = await this.districtOf(survey, entry.district);
      const key = { district: subject.id, schoolYear: survey.schoolYear };
      const commands = this.commandsOf(entry, key, survey.agency, subject, meta);
      return survey.dryRun ? await this.foresee(key, commands) : await this.record(commands);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { outcome: 'REFUSED', reason: error.message, receipts: [] };
    }
  }

  /** a district of another agency is refused, though the caller may act for this one. */
  private async districtOf(survey: Survey, code: string): Promise<Subject> {
    const state = /^([A-Z]{2})-/.exec(survey.agencyCode)?.[1];
    const subject = await this.subjects.findDistrict(
      code.includes('-') || state === undefined ? code : `${state}-${code}`,
    );
    if (subject.about.agency === survey.agency.id) return subject;
    throw new DomainError('WRONG_AGENCY', `${code} is not a district of this agency.`, { rule: 'R-07', path: ['csv'] });
  }

  private async record(commands: readonly DistrictRequestCommand[]): Promise<Done> {
    const receipts: Receipt[] = [];
    for (const command of commands) receipts.push(await this.mutations.dispatch(command));
    const written = receipts.filter(({ eventIds, replayed }) => eventIds.length > 0 && !replayed);
    return { outcome: written.length > 0 ? 'RECORDED' : 'UNCHANGED', receipts: written };
  }

  /** What the commands would do, decided on the state that the tables show. */
  private async foresee(key: DistrictKey, commands: readonly DistrictRequestCommand[]): Promise<Done> {
    const record = await this.reads.districtRequest(key.district, key.schoolYear);
    const state = record?.state ?? nothingSaid;
    const known = new Set([...state.needs, ...state.requests].map(({ eventId }) => eventId));
    const fresh = commands.filter((command) => !known.has(eventIdOf(command, 0)));
    const decided = fresh.flatMap((command) => districtRequestDecider.decide(command, state));
    return { outcome: decided.length > 0 ? 'WOULD_RECORD' : 'UNCHANGED', receipts: [] };
  }

  /**
   * What is said names the command, whoever brings it in and however often: said once it is recorded, and what was corrected
   * or taken back since stays so.
   */
  private commandsOf(
    { source, needs, requests }: SurveyEntry,
    key: DistrictKey,
    agency: Subject,
    { about, basis }: Subject,
    meta: CommandMeta,
  ): DistrictRequestCommand[] {
    const metaOf = (what: string, cells: readonly object[]): CommandMeta => {
      const said = JSON.stringify([what, agency.id, key.schoolYear, key.district, source, cells.map(textOf).sort()]);
      return { ...meta, commandId: derivedUuid('survey', said) as CommandId, inputMac: this.inputMac.of(said) };
    };
    const stated = { cells: needs, source, basis };
    const asked = { cells: requests, source, basis };
    return [
      ...(needs.length > 0 ? [new StateDistrictNeed(key, stated, about, metaOf('needs', needs))] : []),
      ...(requests.length > 0 ? [new RequestSupport(key, asked, about, metaOf('requests', requests))] : []),
    ];
  }
}

function byDistrict(entries: readonly SurveyEntry[]): SurveyEntry[][] {
  const groups = new Map<string, SurveyEntry[]>();
  for (const entry of entries) groups.set(entry.district, [...(groups.get(entry.district) ?? []), entry]);
  return [...groups.values()];
}

/** A cell as text, the same whatever the order of its members. */
function textOf(cell: object): string {
  return JSON.stringify(Object.entries(cell).sort(([one], [other]) => (one < other ? -1 : 1)));
}
