import { DomainError, isCivilDate, isUuid, type OrganisationId, type StreamName } from '@waymark/kernel';
import { factKinds } from '../facts/fact-kinds.js';
import type { Scope } from '../facts/in-force.js';
import { type FigureKey, readKey } from '../questions/figure.js';
import { isPersonStream } from '../questions/person-streams.js';
import type { Inputs, KeyDefinition, Question } from '../questions/question.js';

const LONGEST_VALUE = 400;
/** Dimensions whose values are numbers in the tables. */
const WHOLE_NUMBERS = new Set(
  factKinds.flatMap(({ key, table }) => key.filter((column) => table.columns[column]!.type === 'integer')),
);

/** What a handle holds: everything that is needed to find the sources of one figure again. Nothing is stored. */
export interface SourceHandle {
  readonly question: string;
  readonly version: number;
  readonly scope: Scope;
  readonly inputs: Inputs;
  /** Last event that was known; null before the first. */
  readonly event: string | null;
  readonly on: string;
  readonly key: string;
}

/** The handle as an opaque text. Not a secret: rights are checked when it is opened. */
export function sourceHandle(handle: SourceHandle): string {
  const { question, version, scope, inputs, event, on, key } = handle;
  const place = scope.kind === 'STATE' ? scope.state : 'stream' in scope ? scope.stream : scope.id;
  return Buffer.from(JSON.stringify([question, version, scope.kind, place, inputs, event, on, key])).toString(
    'base64url',
  );
}

/** What stands in a handle. Throws ID_UNKNOWN for a text that is none. */
export function readSourceHandle(text: string): SourceHandle {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    const [question, version, kind, place, inputs, event, on, key] = parts;
    const texts = [question, kind, place, on, key].every((part) => typeof part === 'string');
    const fits = typeof version === 'number' && isInputs(inputs) && isDials(event, on) && isPlace(kind, place);
    if (parts.length === 8 && texts && fits) {
      const scope = scopeIn(kind as string, place as string);
      return { question, version, scope, inputs, event, on, key } as SourceHandle;
    }
  } catch {
    // Whatever is wrong with it, it is no handle of ours.
  }
  throw noHandle();
}

/** The figure or item that a handle is of. Throws ID_UNKNOWN when its question knows none of this name and these dimensions. */
export function keyIn(handle: SourceHandle, question: Question): FigureKey {
  const key = readKey(handle.key);
  if ([...question.figures, ...(question.itemSources ?? [])].some((definition) => isOf(definition, key))) return key;
  throw noHandle();
}

/** What is answered to a handle that was not given out. */
export function noHandle(): DomainError {
  return new DomainError('ID_UNKNOWN', 'This is not a handle of sources; take it as the figure gave it.', {
    path: ['sources'],
  });
}

function isOf({ name, dimensions, values }: KeyDefinition, key: FigureKey): boolean {
  if (name !== key.name || dimensions.length !== Object.keys(key.dimensions).length) return false;
  return dimensions.every((dimension) => {
    const value = Object.hasOwn(key.dimensions, dimension) ? key.dimensions[dimension] : undefined;
    return value !== undefined && isValue(dimension, value) && (values?.[dimension]?.includes(value) ?? true);
  });
}

function isValue(dimension: string, value: string): boolean {
  if (WHOLE_NUMBERS.has(dimension)) return /^\d{1,9}$/.test(value);
  return value.length <= LONGEST_VALUE && !value.includes('\u0000');
}

function isDials(event: unknown, on: unknown): boolean {
  return (event === null || (typeof event === 'string' && isUuid(event))) && typeof on === 'string' && isCivilDate(on);
}

/** The organisation that a stream is about, by the name of the stream; undefined for a text that names none. */
export function subjectOf(stream: string): OrganisationId | undefined {
  const id = /^[a-z][A-Za-z0-9]{0,40}-([0-9a-f-]{36})(?:_[A-Za-z0-9.-]{1,40}){0,4}$/.exec(stream)?.[1];
  return id !== undefined && isUuid(id) ? (id as OrganisationId) : undefined;
}

function isPlace(kind: unknown, place: unknown): boolean {
  if (typeof place !== 'string') return false;
  if (kind === 'STATE') return /^[A-Z]{2}$/.test(place);
  if (kind === 'STREAM') return subjectOf(place) !== undefined;
  if (kind === 'PERSON') return isPersonStream(place);
  return ['AGENCY', 'DISTRICT', 'ORGANISATION'].includes(kind as string) && isUuid(place);
}

function scopeIn(kind: string, place: string): Scope {
  if (kind === 'STATE') return { kind, state: place };
  if (kind === 'STREAM') return { kind, stream: place as StreamName, id: subjectOf(place)! };
  if (kind === 'PERSON') return { kind, stream: place as StreamName };
  return { kind, id: place } as Scope;
}

function isInputs(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
