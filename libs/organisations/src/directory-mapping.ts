import { DomainError, isCivilDate } from '@waymark/kernel';
import type { Particulars } from './organisation-commands.js';
import {
  type IdentifierScheme,
  identifierSchemes,
  type OrganisationKind,
  type OrganisationLabel,
  organisationLabels,
} from './organisation.events.js';

/** The three things a row of a directory may name. */
export type DirectoryLevel = 'agency' | 'district' | 'school';

const requiredColumns = [
  'agencyCode',
  'agencyName',
  'districtCode',
  'districtName',
  'schoolCode',
  'schoolName',
] as const;
const optionalColumns = ['city', 'postalCode', 'gradeLevels', 'locale'] as const;

export type DirectoryColumns = Readonly<Record<(typeof requiredColumns)[number], string>> & Partial<Particulars>;

/** How a state's directory is read. Whatever is decided rather than read stands here, with its reason. */
export interface DirectoryMapping {
  readonly state: string;
  readonly timeZone: string;
  /** Agencies whose zone differs, by code. */
  readonly timeZones: Readonly<Record<string, string>>;
  /** The day from which the contents count when an organisation enters the record: directories carry no dates. */
  readonly standingSince: { readonly on: string; readonly why: string };
  readonly columns: DirectoryColumns;
  /** Columns that are not taken, each with the reason. */
  readonly notTaken: Readonly<Record<string, string>>;
  /** Scheme of each code; digits shorter than `width` get their leading zeros back. */
  readonly codes: Readonly<Record<DirectoryLevel, { readonly scheme: IdentifierScheme; readonly width: number }>>;
  /** Endings of agency names and the label they stand for, longest first. */
  readonly labels: readonly { readonly nameEnds: string; readonly label: OrganisationLabel }[];
  /** the agency of a district that the file puts under several. */
  readonly districts: readonly { readonly district: string; readonly agency: string; readonly why: string }[];
  /** What stands where a district code belongs and is none. */
  readonly specialDistrictCodes: readonly {
    readonly code: string;
    readonly as: 'AGENCY_RUN' | 'UNPLACED';
    readonly why: string;
  }[];
  /** School codes that are programs of their agency, not buildings. */
  readonly programs: readonly string[];
  /** Organisations that the file does not list and the state needs. */
  readonly besides: readonly {
    readonly kind: OrganisationKind;
    readonly code: string;
    readonly name: string;
    readonly why: string;
  }[];
}

type Json = Record<string, unknown>;

function refuse(what: string): DomainError {
  return new DomainError('MAPPING_INVALID', `The mapping is not usable: ${what}`, { path: ['mapping'] });
}

function object(value: unknown, name: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw refuse(`${name} must be an object.`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 1000) return value;
  throw refuse(`${name} must be a text.`);
}

function texts(value: unknown, name: string): Record<string, string> {
  const entries = Object.entries(object(value ?? {}, name));
  return Object.fromEntries(entries.map(([key, member]) => [key, text(member, `${name}.${key}`)]));
}

function listOf<T>(value: unknown, name: string, read: (entry: Json, name: string) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(`${name} must be a list.`);
  return value.map((entry, index) => read(object(entry, `${name}[${index}]`), `${name}[${index}]`));
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], name: string): T {
  if (typeof value === 'string' && (allowed as readonly string[]).includes(value)) return value as T;
  throw refuse(`${name} must be one of ${allowed.join(', ')}.`);
}

function columnsOf(value: unknown): DirectoryColumns {
  const given = texts(value, 'columns');
  for (const column of requiredColumns) text(given[column], `columns.${column}`);
  const known: readonly string[] = [...requiredColumns, ...optionalColumns];
  const unknown = Object.keys(given).find((column) => !known.includes(column));
  if (unknown !== undefined) throw refuse(`columns.${unknown} is none of ${known.join(', ')}.`);
  return given as unknown as DirectoryColumns;
}

function codesOf(value: unknown): DirectoryMapping['codes'] {
  const given = object(value, 'codes');
  const read = (level: DirectoryLevel) => {
    const { scheme, width } = object(given[level], `codes.${level}`);
    if (!Number.isSafeInteger(width) || Number(width) < 1 || Number(width) > 40) {
      throw refuse(`codes.${level}.width must be a whole number from 1 to 40.`);
    }
    return { scheme: oneOf(scheme, identifierSchemes, `codes.${level}.scheme`), width: Number(width) };
  };
  return { agency: read('agency'), district: read('district'), school: read('school') };
}

const kindsBesides = ['STATE_AGENCY', 'TA_PROVIDER'] as const;

/** Reads a mapping from parsed JSON. Throws MAPPING_INVALID naming the member that is wrong. */
export function readMapping(json: unknown): DirectoryMapping {
  const given = object(json, 'It');
  const state = text(given['state'], 'state');
  if (!/^[A-Z]{2}$/.test(state)) throw refuse('state must be two capital letters.');
  const since = object(given['standingSince'], 'standingSince');
  const on = text(since['on'], 'standingSince.on');
  if (!isCivilDate(on)) throw refuse('standingSince.on must be a date, YYYY-MM-DD.');
  const programs = given['programs'] ?? [];
  if (!Array.isArray(programs)) throw refuse('programs must be a list.');
  return {
    state,
    timeZone: text(given['timeZone'], 'timeZone'),
    timeZones: texts(given['timeZones'], 'timeZones'),
    standingSince: { on, why: text(since['why'], 'standingSince.why') },
    columns: columnsOf(given['columns']),
    notTaken: texts(given['notTaken'], 'notTaken'),
    codes: codesOf(given['codes']),
    labels: listOf(given['labels'], 'labels', (entry, name) => ({
      nameEnds: text(entry['nameEnds'], `${name}.nameEnds`),
      label: oneOf(entry['label'], organisationLabels, `${name}.label`),
    })),
    districts: listOf(given['districts'], 'districts', (entry, name) => ({
      district: text(entry['district'], `${name}.district`),
      agency: text(entry['agency'], `${name}.agency`),
      why: text(entry['why'], `${name}.why`),
    })),
    specialDistrictCodes: listOf(given['specialDistrictCodes'], 'specialDistrictCodes', (entry, name) => ({
      code: text(entry['code'], `${name}.code`),
      as: oneOf(entry['as'], ['AGENCY_RUN', 'UNPLACED'], `${name}.as`),
      why: text(entry['why'], `${name}.why`),
    })),
    programs: programs.map((code, index) => text(code, `programs[${index}]`)),
    besides: listOf(given['besides'], 'besides', (entry, name) => ({
      kind: oneOf(entry['kind'], kindsBesides, `${name}.kind`),
      code: text(entry['code'], `${name}.code`),
      name: text(entry['name'], `${name}.name`),
      why: text(entry['why'], `${name}.why`),
    })),
  };
}

/** Reads a mapping from JSON text. Throws MAPPING_INVALID. */
export function parseMapping(json: string): DirectoryMapping {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw refuse('it is not JSON.');
  }
  return readMapping(parsed);
}

/** Columns that the mapping takes from the file. */
export function columnsTaken({ columns }: DirectoryMapping): string[] {
  return Object.values(columns).filter((column): column is string => column !== undefined);
}
