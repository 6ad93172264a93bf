import { DomainError, focusAreas, isCivilDate } from '@waymark/kernel';
import { readCsvFile } from '@waymark/nest-kit';
import { descriptionOf, type WrittenDescription } from './initiative-mutations.js';
import type { Description } from './initiative-commands.js';
import {
  evidenceBases,
  implementationStages,
  initiativeKinds,
  mandates,
  outcomeEvidences,
  studentSupportTiers,
  sufficiencies,
} from './initiative.events.js';
import { plainName } from './initiative-state.js';

const texts = { summary: 2000, leadRole: 200, mandateCitation: 300, training: 1000, coaching: 1000 } as const;
const codes = {
  kind: initiativeKinds,
  mandate: mandates,
  stage: implementationStages,
  resourceSufficiency: sufficiencies,
  outcomeEvidence: outcomeEvidences,
  evidenceBase: evidenceBases,
} as const;
const codeLists = { focusAreas, tiers: studentSupportTiers } as const;
const textLists = ['expectedOutcomes', 'fundingSources'] as const;
const days = ['startsOn', 'plannedEndOn'] as const;
const measures = ['fidelityMeasure', 'outcomeMeasure'] as const;
const others = ['status', 'annualCost', 'grades'] as const;

/** Fields that a column of a sheet may hold, beside the name. */
const fields: readonly string[] = [
  ...[...Object.keys(texts), ...Object.keys(codes), ...Object.keys(codeLists)],
  ...[...textLists, ...days, ...measures, ...others],
];

/** Which column holds which field; a field stands in the column of its own name when it is left out. */
export type SheetMapping = Readonly<Record<string, string>>;

/** One row that can be taken. The heading is line 1. */
export interface SheetEntry {
  readonly line: number;
  readonly name: string;
  readonly status: 'PLANNED' | 'ACTIVE';
  readonly description: Description;
}

export interface SheetPlan {
  readonly rows: number;
  readonly entries: readonly SheetEntry[];
  readonly refused: readonly { readonly line: number; readonly name: string; readonly reason: string }[];
}

function unreadable(message: string): never {
  throw new DomainError('MAPPING_INVALID', message, { path: ['mapping'] });
}

/** The mapping in a JSON text. Throws MAPPING_INVALID for fields that do not exist. */
export function sheetMapping(json: string | undefined): SheetMapping {
  if (json === undefined) return {};
  let mapping: unknown;
  try {
    mapping = JSON.parse(json);
  } catch {
    return unreadable('The mapping is not JSON. Write {"name":"title of the column",…}.');
  }
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    return unreadable('The mapping is not a JSON object of field and column.');
  }
  for (const [field, column] of Object.entries(mapping)) {
    if (field !== 'name' && !fields.includes(field)) {
      unreadable(`The mapping names the field ${field}; fields are name, ${fields.join(', ')}.`);
    }
    if (typeof column !== 'string') unreadable(`The mapping of ${field} is not the title of a column.`);
  }
  return mapping as SheetMapping;
}

/**
 * Reads a sheet like a table of a text document: one initiative a row, lists in a cell by semicolons or lines. Throws what
 * `readCsvFile` throws, by which nothing is changed; rows that cannot be taken are named with the reason.
 */
export function readSheet(csv: string, mapping: SheetMapping): SheetPlan {
  const columnOf = (field: string) => mapping[field] ?? field;
  const { columns, rows } = readCsvFile(csv, [...new Set([columnOf('name'), ...Object.values(mapping)])]);
  const present = fields.filter((field) => columns.includes(columnOf(field)));
  const entries: SheetEntry[] = [];
  const refused: SheetPlan['refused'][number][] = [];
  const lines = new Map<string, number>();
  for (const { row: line, cells } of rows) {
    const name = (cells[columnOf('name')] ?? '').replaceAll(/\s+/g, ' ');
    const values = Object.fromEntries(present.map((field) => [field, cells[columnOf(field)] ?? '']));
    const earlier = lines.get(plainName(name));
    try {
      if (earlier !== undefined) throw new RowFault(`Line ${earlier} has the same name. Keep one of the two.`);
      entries.push({ line, name, ...read(name, values) });
      lines.set(plainName(name), line);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      refused.push({ line, name: name.slice(0, 80), reason: error.message });
    }
  }
  return { rows: rows.length, entries, refused };
}

/** What is wrong with a row, in plain words. */
class RowFault extends Error {}

type Values = Readonly<Record<string, string>>;

function read(name: string, values: Values): Pick<SheetEntry, 'status' | 'description'> {
  if (name === '') throw new RowFault('The name is missing.');
  if (name.length > 300) throw new RowFault('The name has more than 300 characters.');
  const said: Record<string, unknown> = { name };
  for (const [field, text] of Object.entries(values)) {
    if (text === '' || field === 'status') continue;
    const value = valueOf(field, text);
    if (field === 'grades') said['population'] = { grades: value };
    else said[field] = value;
  }
  const status = codeIn('status', values['status'] || 'ACTIVE', ['PLANNED', 'ACTIVE']) as SheetEntry['status'];
  return { status, description: descriptionOf(said as unknown as WrittenDescription) };
}

function valueOf(field: string, text: string): unknown {
  if (field in codes) return codeIn(field, text, codes[field as keyof typeof codes]);
  if (field in codeLists) {
    return listIn(text).map((member) => codeIn(field, member, codeLists[field as keyof typeof codeLists]));
  }
  if ((days as readonly string[]).includes(field)) return dayIn(field, text);
  if ((measures as readonly string[]).includes(field)) return measureIn(field, text);
  if (field === 'annualCost') return centsIn(text);
  if (field === 'grades') return listIn(text).map((member) => within(field, member, 20));
  if (field in texts) return within(field, text, texts[field as keyof typeof texts]);
  return listIn(text).map((member) => within(field, member, 200));
}

/** A code as the record has it, or as people write it: "Tier 2" for TIER_2. */
function codeIn(field: string, text: string, known: readonly string[]): string {
  const code = text
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, '_');
  if (known.includes(code)) return code;
  throw new RowFault(`${field} "${text.slice(0, 40)}" is none of ${known.join(', ')}.`);
}

function listIn(text: string): string[] {
  const members = text.split(/[;\n]/).map((member) => member.trim());
  return [...new Set(members.filter((member) => member !== ''))];
}

function dayIn(field: string, text: string): string {
  if (isCivilDate(text)) return text;
  throw new RowFault(`${field} "${text.slice(0, 40)}" is not a date. Write it as 2025-09-20.`);
}

/** A name says that it is measured; "none" and "unknown" say what they say. */
function measureIn(field: string, text: string): Description['fidelityMeasure'] {
  const word = plainName(text);
  if (word === 'none') return { state: 'NOT_MEASURED' };
  if (word === 'unknown' || word === '?') return { state: 'UNKNOWN' };
  return { state: 'MEASURED', name: within(field, text, 300) };
}

/** Dollars, with thousands and cents: "$12,500.00" is 1,250,000 cents. */
function centsIn(text: string): number {
  const plain = text.replaceAll(/[$,\s]/g, '');
  if (/^\d{1,8}(\.\d{1,2})?$/.test(plain)) return Math.round(Number(plain) * 100);
  throw new RowFault(`annualCost "${text.slice(0, 40)}" is not an amount in dollars.`);
}

function within(field: string, text: string, limit: number): string {
  if (text.length <= limit) return text;
  throw new RowFault(`${field} has more than ${limit} characters.`);
}
