import { DomainError, focusAreas, isCivilDate } from '@waymark/kernel';
import { readCsvFile } from '@waymark/nest-kit';
import type { NeedCell, RequestCell, RequestSource } from './district-request-commands.js';
import { amounts, needAnswers } from './district-request.events.js';
import { needKey, requestKey } from './district-request-state.js';
import { evidenceKinds, supportTypes } from './exploration-cycle.events.js';

const required = ['district', 'focusArea', 'date'] as const;
const optional = ['answer', 'strength', 'supportType', 'amount', 'sourceKind', 'reference', 'note'] as const;
type SurveyField = (typeof required)[number] | (typeof optional)[number];

/** Which column holds which field; a field stands in the column of its own name when it is left out. */
export type SurveyMapping = Partial<Record<SurveyField, string>>;

/** What one district said on one day in one way, gathered from its rows. */
export interface SurveyEntry {
  readonly district: string;
  readonly source: RequestSource;
  readonly needs: readonly NeedCell[];
  readonly requests: readonly RequestCell[];
  readonly lines: readonly SurveyLine[];
}

/** A line of the file, the heading being line 1, with the keys of the cells it speaks about. */
export interface SurveyLine {
  readonly line: number;
  readonly need?: string | undefined;
  readonly request?: string | undefined;
}

export interface RefusedRow {
  readonly line: number;
  readonly district: string;
  readonly reason: string;
}

export interface SurveyPlan {
  readonly rows: number;
  readonly entries: readonly SurveyEntry[];
  readonly refused: readonly RefusedRow[];
}

function unreadable(message: string): never {
  throw new DomainError('SURVEY_UNREADABLE', message, { path: ['csv'] });
}

/** The mapping in a JSON text. Throws SURVEY_UNREADABLE for fields that do not exist. */
export function surveyMapping(json: string | undefined): SurveyMapping {
  if (json === undefined) return {};
  let mapping: unknown;
  try {
    mapping = JSON.parse(json);
  } catch {
    return unreadable('The mapping is not JSON. Write {"district":"name of the column",…}.');
  }
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    return unreadable('The mapping is not a JSON object of field and column.');
  }
  const known: readonly string[] = [...required, ...optional];
  for (const [field, column] of Object.entries(mapping)) {
    if (!known.includes(field)) unreadable(`The mapping names the field ${field}; fields are ${known.join(', ')}.`);
    if (typeof column !== 'string') unreadable(`The mapping of ${field} is not the name of a column.`);
  }
  return mapping as SurveyMapping;
}

/**
 * Reads a survey: which district said what, and which rows cannot be taken and why. Throws what `readCsvFile` throws, by which
 * nothing is changed, and SURVEY_UNREADABLE for a file that neither answers nor asks for anything.
 */
export function readSurvey(csv: string, mapping: SurveyMapping): SurveyPlan {
  const columnOf = (field: SurveyField) => mapping[field] ?? field;
  const stated = [...required, ...optional].filter((field) => mapping[field] !== undefined);
  const { columns, rows } = readCsvFile(csv, [...new Set([...required, ...stated].map(columnOf))]);
  if (!columns.includes(columnOf('answer')) && !columns.includes(columnOf('supportType'))) {
    unreadable('The file needs a column answer or supportType.');
  }
  const plan = new Gathering();
  for (const { row, cells } of rows) plan.take(row, (field) => cells[columnOf(field)] ?? '');
  return { rows: rows.length, entries: plan.entries(), refused: plan.refused };
}

type Cell = (field: SurveyField) => string;

class Gathering {
  readonly refused: RefusedRow[] = [];
  private readonly byKey = new Map<
    string,
    { entry: SurveyEntry; needs: NeedCell[]; requests: RequestCell[]; lines: SurveyLine[] }
  >();

  take(line: number, cell: Cell): void {
    const fault = faultOf(cell) ?? this.add(line, cell);
    if (fault !== undefined) this.refused.push({ line, district: cell('district'), reason: fault });
  }

  entries(): SurveyEntry[] {
    return [...this.byKey.values()].map(({ entry, needs, requests, lines }) => ({ ...entry, needs, requests, lines }));
  }

  private add(line: number, cell: Cell): string | undefined {
    const reference = cell('reference');
    const kind = (cell('sourceKind') || 'SURVEY') as RequestSource['kind'];
    const source: RequestSource = { kind, on: cell('date'), ...(reference !== '' && { reference }) };
    const key = JSON.stringify([cell('district'), source]);
    const entry = { district: cell('district'), source, needs: [], requests: [], lines: [] };
    const gathered = this.byKey.get(key) ?? { entry, needs: [], requests: [], lines: [] };
    const need = needOf(cell);
    const request = requestOf(cell);
    const fault = clash(gathered.needs, need, needKey) ?? clash(gathered.requests, request, requestKey);
    if (fault !== undefined) return fault;
    keep(gathered.needs, need, needKey);
    keep(gathered.requests, request, requestKey);
    gathered.lines.push({ line, need: need && needKey(need), request: request && requestKey(request) });
    this.byKey.set(key, gathered);
    return undefined;
  }
}

function clash<C extends object>(
  cells: readonly C[],
  cell: C | undefined,
  keyOf: (cell: C) => string,
): string | undefined {
  const known = cell && cells.find((other) => keyOf(other) === keyOf(cell));
  if (known === undefined || JSON.stringify(known) === JSON.stringify(cell)) return undefined;
  return `Another row of the same district and day says something else about ${keyOf(known)}. Keep one of the two.`;
}

function keep<C extends object>(cells: C[], cell: C | undefined, keyOf: (cell: C) => string): void {
  if (cell !== undefined && !cells.some((other) => keyOf(other) === keyOf(cell))) cells.push(cell);
}

function needOf(cell: Cell): NeedCell | undefined {
  if (cell('answer') === '') return undefined;
  const strength = cell('strength');
  return {
    focusArea: cell('focusArea') as NeedCell['focusArea'],
    answer: cell('answer') as NeedCell['answer'],
    ...(strength !== '' && { strength: Number(strength) }),
    ...noteOf(cell),
  };
}

function requestOf(cell: Cell): RequestCell | undefined {
  if (cell('supportType') === '') return undefined;
  return {
    focusArea: cell('focusArea') as RequestCell['focusArea'],
    supportType: cell('supportType') as RequestCell['supportType'],
    amount: cell('amount') as RequestCell['amount'],
    ...noteOf(cell),
  };
}

function noteOf(cell: Cell): { note?: string } {
  return cell('note') === '' ? {} : { note: cell('note') };
}

const allowed: readonly (readonly [SurveyField, readonly string[]])[] = [
  ['focusArea', focusAreas],
  ['answer', needAnswers],
  ['supportType', supportTypes],
  ['amount', amounts],
  ['sourceKind', evidenceKinds],
];

/** What is wrong with a row by itself, in plain words. */
function faultOf(cell: Cell): string | undefined {
  if (cell('district') === '') return 'The district is missing.';
  if (!isCivilDate(cell('date'))) return `"${cell('date').slice(0, 40)}" is not a date. Write it as 2025-09-20.`;
  return codeFaultOf(cell) ?? contentFaultOf(cell);
}

function codeFaultOf(cell: Cell): string | undefined {
  for (const [field, codes] of allowed) {
    const value = cell(field);
    const isWrong = value === '' ? field === 'focusArea' : !codes.includes(value);
    if (isWrong) return `${field} "${value.slice(0, 40)}" is none of ${codes.join(', ')}.`;
  }
  return undefined;
}

function contentFaultOf(cell: Cell): string | undefined {
  const isAsking = cell('supportType') !== '';
  if (!isAsking && cell('answer') === '') return 'The row has neither an answer nor a support type.';
  if (isAsking && cell('amount') === '') return 'The amount of the support is missing.';
  if (!/^([1-5])?$/.test(cell('strength'))) return 'The strength is not a whole number from 1 to 5.';
  if (cell('note').length > 300 || cell('reference').length > 500) return 'The note or the reference is too long.';
  return undefined;
}
