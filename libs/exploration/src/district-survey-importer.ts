import { Injectable } from '@nestjs/common';
import {
  type CommandId,
  type CommandMeta,
  derivedUuid,
  DomainError,
  type OnTop,
  type Receipt,
  receiptOfAll,
  sha256Hex,
} from '@waymark/kernel';
import { InputMac, Mutations } from '@waymark/nest-kit';
import {
  type DistrictKey,
  type DistrictRequestCommand,
  RequestSupport,
  StateDistrictNeed,
} from './district-request-commands.js';
import { type DistrictState, needKey, nothingSaid, requestKey, stateAfter } from './district-request-state.js';
import { districtRequestDecider } from './district-request.decider.js';
import type { SurveyReport, SurveyRowReport } from './district-request.views.js';
import { type CellVerdict, compareCells, textOf } from './district-survey-cells.js';
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
  /** Over all commands, when anything was recorded. */
  readonly receipt?: Receipt | undefined;
}

interface Taken {
  readonly lines: readonly SurveyRowReport[];
  readonly receipts: readonly Receipt[];
}

type Outcome = 'RECORDED' | 'WOULD_RECORD' | 'UNCHANGED' | 'KEPT' | 'REFUSED';
interface Result {
  readonly outcome: Outcome;
  readonly reason?: string;
}
/** By key of the cell. */
type Results = ReadonlyMap<string, Result>;

/** What is said of a line about several cells: the first of these that occurs. */
const precedence: readonly Outcome[] = ['REFUSED', 'KEPT', 'RECORDED', 'WOULD_RECORD', 'UNCHANGED'];

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
  async run(survey: Survey, circumstances: CommandMeta): Promise<SurveyImported> {
    const plan = readSurvey(survey.csv, survey.mapping);
    const meta = { ...circumstances, source: { kind: 'import' as const, ref: sha256Hex(survey.csv) } };
    const taken: Taken[] = [];
    // One district's entries stay in the order of the file; districts run side by side.
    const districts = byDistrict(plan.entries);
    for (let at = 0; at < districts.length; at += AT_ONCE) {
      const some = districts.slice(at, at + AT_ONCE);
      taken.push(...(await Promise.all(some.map((entries) => this.takeDistrict(survey, entries, meta)))));
    }
    const refused = plan.refused.map((row) => ({ ...row, outcome: 'REFUSED' }));
    const lines = [...refused, ...taken.flatMap((one) => one.lines)].sort((a, b) => a.line - b.line);
    const count = (...outcomes: Outcome[]) =>
      lines.filter(({ outcome }) => outcomes.includes(outcome as Outcome)).length;
    const counts = {
      recorded: count('RECORDED', 'WOULD_RECORD'),
      unchanged: count('UNCHANGED'),
      kept: count('KEPT'),
      refused: count('REFUSED'),
    };
    const report = { dryRun: survey.dryRun, rows: plan.rows, ...counts, lines };
    return { report, receipt: receiptOfAll(taken.flatMap(({ receipts }) => receipts)) };
  }

  private async takeDistrict(survey: Survey, entries: readonly SurveyEntry[], meta: CommandMeta): Promise<Taken> {
    const lines: SurveyRowReport[] = [];
    const receipts: Receipt[] = [];
    try {
      const subject = await this.districtOf(survey, entries[0]!.district);
      const key = { district: subject.id, schoolYear: survey.schoolYear };
      const record = await this.reads.districtRequest(key.district, key.schoolYear);
      const saying = new Saying(this.mutations, this.inputMac, { survey, key, subject, meta }, record?.state);
      for (const entry of entries) lines.push(...(await saying.take(entry)));
      receipts.push(...saying.receipts);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reason = error.message;
      for (const { district, lines: own } of entries) {
        lines.push(...own.map(({ line }) => ({ line, district, outcome: 'REFUSED', reason })));
      }
    }
    return { lines, receipts };
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
}

interface Circumstances {
  readonly survey: Survey;
  readonly key: DistrictKey;
  readonly subject: Subject;
  readonly meta: CommandMeta;
}

/** What one district says in a survey, entry by entry, each compared with what the record holds after the one before. */
class Saying {
  readonly receipts: Receipt[] = [];

  constructor(
    private readonly mutations: Mutations,
    private readonly inputMac: InputMac,
    private readonly of: Circumstances,
    private state: DistrictState = nothingSaid,
  ) {}

  async take({ district, source, needs, requests, lines }: SurveyEntry): Promise<SurveyRowReport[]> {
    const { key, subject } = this.of;
    const { about, basis } = subject;
    const said = await this.say(compareCells(this.state.needs, needs, needKey, source), (cells) => {
      return new StateDistrictNeed(key, { cells, source, basis }, about, this.metaOf('needs', source, cells));
    });
    const asked = await this.say(compareCells(this.state.requests, requests, requestKey, source), (cells) => {
      return new RequestSupport(key, { cells, source, basis }, about, this.metaOf('requests', source, cells));
    });
    return lines.map(({ line, need, request }) => {
      const results = [said.get(need ?? ''), asked.get(request ?? '')].filter((result) => result !== undefined);
      const outcome = precedence.find((one) => results.some((result) => result.outcome === one))!;
      const reasons = results.flatMap(({ reason }) => reason ?? []);
      return { line, district, outcome, reason: reasons.length === 0 ? null : reasons.join(' ') };
    });
  }

  private async say<Cell>(
    verdicts: readonly CellVerdict<Cell>[],
    build: (cells: readonly OnTop<Cell>[]) => DistrictRequestCommand,
  ): Promise<Results> {
    const cells = verdicts.flatMap((verdict) => (verdict.outcome === 'TAKE' ? [verdict.cell] : []));
    const result = cells.length === 0 ? undefined : await this.record(build(cells));
    return new Map(verdicts.map((verdict) => [verdict.key, verdict.outcome === 'TAKE' ? result! : verdict]));
  }

  private async record(command: DistrictRequestCommand): Promise<Result> {
    try {
      const decided = districtRequestDecider.decide(command, this.state);
      const { dryRun } = this.of.survey;
      const receipt = dryRun ? undefined : await this.mutations.dispatch(command);
      this.state = stateAfter(this.state, command, decided);
      if (receipt === undefined) return { outcome: 'WOULD_RECORD' };
      if (receipt.replayed) return { outcome: 'UNCHANGED' };
      this.receipts.push(receipt);
      return { outcome: 'RECORDED' };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { outcome: 'REFUSED', reason: error.message };
    }
  }

  /** What is said names the command, whoever brings it in and however often: said once it is recorded. */
  private metaOf(what: string, source: SurveyEntry['source'], cells: readonly OnTop<object>[]): CommandMeta {
    const { survey, key, meta } = this.of;
    const texts = cells.map(({ basedOn: _, ...cell }) => textOf(cell)).sort();
    const said = JSON.stringify([what, survey.agency.id, key.schoolYear, key.district, source, texts]);
    return { ...meta, commandId: derivedUuid('survey', said) as CommandId, inputMac: this.inputMac.of(said) };
  }
}

function byDistrict(entries: readonly SurveyEntry[]): SurveyEntry[][] {
  const groups = new Map<string, SurveyEntry[]>();
  for (const entry of entries) groups.set(entry.district, [...(groups.get(entry.district) ?? []), entry]);
  return [...groups.values()];
}
