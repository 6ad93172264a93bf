import { isCivilDate, isInstant, isSchoolYear } from './calendar.js';
import { isUuid } from './ids.js';

/** Every leaf of an event says whether it may hold personal data. Personal leaves are stored sealed. */
export type Privacy = 'personal' | 'not-personal';

/** One field of an event: how it is checked, how the generated documentation names it, who may read it. */
export interface Field<T> {
  readonly kind: string;
  readonly privacy?: Privacy;
  readonly optional?: true;
  readonly of?: Field<unknown>;
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
  /** What is wrong with the value, or undefined when it fits. */
  check(value: unknown): string | undefined;
  /** Carries the type only; never present at run time. */
  readonly __type?: T;
}

export type FieldType<F> = F extends Field<infer T> ? T : never;
type Fields = Readonly<Record<string, Field<unknown>>>;
type OptionalKeys<S extends Fields> = { [K in keyof S]: S[K] extends { optional: true } ? K : never }[keyof S];
/** The plain data described by a record of fields. */
export type DataOf<S extends Fields> = {
  readonly [K in Exclude<keyof S, OptionalKeys<S>>]: FieldType<S[K]>;
} & { readonly [K in OptionalKeys<S>]?: FieldType<S[K]> | undefined };

/** Longest text an event may carry, in UTF-16 code units. */
export const LONGEST_TEXT = 20_000;

function textCheck(longest: number): (value: unknown) => string | undefined {
  return (value) => {
    if (typeof value !== 'string') return 'is not text';
    return value.length > longest ? `is longer than ${longest} characters` : undefined;
  };
}

function leaf<T>(kind: string, privacy: Privacy, check: (value: unknown) => string | undefined): Field<T> {
  return { kind, privacy, check };
}

function matching(what: string, test: (text: string) => boolean) {
  return (value: unknown) => (typeof value === 'string' && test(value) ? undefined : `is not ${what}`);
}

/** Leaves that hold no personal data. Free text stands here too: forms say that names do not belong in it. */
export const plain = {
  text: (longest = LONGEST_TEXT) => leaf<string>('text', 'not-personal', textCheck(longest)),
  code: () => leaf<string>('code', 'not-personal', textCheck(120)),
  id: <T extends string = string>() => leaf<T>('id', 'not-personal', matching('a UUID', isUuid)),
  date: () => leaf<string>('date', 'not-personal', matching('a date (YYYY-MM-DD)', isCivilDate)),
  instant: () => leaf<string>('instant', 'not-personal', matching('an instant (ISO 8601, UTC)', isInstant)),
  schoolYear: () => leaf<string>('school year', 'not-personal', matching('a school year ("2025-26")', isSchoolYear)),
  integer: () =>
    leaf<number>('integer', 'not-personal', (v) => (Number.isSafeInteger(v) ? undefined : 'is not a whole number')),
  number: () => leaf<number>('number', 'not-personal', (v) => (Number.isFinite(v) ? undefined : 'is not a number')),
  boolean: () =>
    leaf<boolean>('true or false', 'not-personal', (v) =>
      typeof v === 'boolean' ? undefined : 'is not true or false',
    ),
  oneOf: <const T extends readonly string[]>(values: T) =>
    leaf<T[number]>(values.join(' | '), 'not-personal', (v) =>
      typeof v === 'string' && values.includes(v) ? undefined : `is none of ${values.join(', ')}`,
    ),
};

/** Leaves that hold personal data: sealed with the key of the person named by the event's `personId`. */
export const sealed = {
  text: (longest = 400) => leaf<string>('text, sealed', 'personal', sealedCheck(longest)),
};

/** The limit is that of the plain text; once sealed it is longer (encrypted, base64, with the person's id in front). */
function sealedCheck(longest: number): (value: unknown) => string | undefined {
  const plainCheck = textCheck(longest);
  const storedCheck = textCheck(longest * 4 + 200);
  return (value) => (typeof value === 'string' && value.startsWith('enc:1:') ? storedCheck : plainCheck)(value);
}

export function list<T>(of: Field<T>): Field<readonly T[]> {
  return {
    kind: `list of ${of.kind}`,
    of,
    check(value) {
      if (!Array.isArray(value)) return 'is not a list';
      for (let i = 0; i < value.length; i += 1) {
        const wrong = of.check(value[i]);
        if (wrong !== undefined) return at(`[${i}]`, wrong);
      }
      return undefined;
    },
  };
}

export function struct<S extends Fields>(fields: S): Field<DataOf<S>> {
  return { kind: 'record', fields, check: (value) => checkFields(fields, value) };
}

/** One of several shapes, told apart by the member `kind`. */
export function variant<V extends Readonly<Record<string, Fields>>>(
  variants: V,
): Field<{ [K in keyof V & string]: { readonly kind: K } & DataOf<V[K]> }[keyof V & string]> {
  const tagged: Record<string, Fields> = {};
  const all: Record<string, Field<unknown>> = {};
  for (const [kind, fields] of Object.entries(variants)) {
    tagged[kind] = { kind: plain.oneOf([kind]), ...fields };
    all[kind] = struct(tagged[kind]);
  }
  return {
    kind: Object.keys(variants).join(' or '),
    fields: all,
    check(value) {
      const kind = (value as { kind?: unknown } | null)?.kind;
      const fields = typeof kind === 'string' && Object.hasOwn(tagged, kind) ? tagged[kind] : undefined;
      return fields === undefined ? `.kind is none of ${Object.keys(variants).join(', ')}` : checkFields(fields, value);
    },
  };
}

export function optional<T>(field: Field<T>): Field<T> & { readonly optional: true } {
  return { ...field, optional: true, check: (value) => (value === undefined ? undefined : field.check(value)) };
}

/** A finding deeper down continues the path; a finding right here follows it as a sentence. */
function at(step: string, wrong: string): string {
  return wrong.startsWith('.') || wrong.startsWith('[') ? `${step}${wrong}` : `${step} ${wrong}`;
}

const entriesByFields = new WeakMap<Fields, readonly (readonly [string, Field<unknown>])[]>();

function entriesOf(fields: Fields): readonly (readonly [string, Field<unknown>])[] {
  let entries = entriesByFields.get(fields);
  if (entries === undefined) {
    entries = Object.entries(fields);
    entriesByFields.set(fields, entries);
  }
  return entries;
}

/** What is wrong with plain data against its fields: unknown members are errors, so nothing is stored unseen. */
export function checkFields(fields: Fields, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a record';
  const record = value as Record<string, unknown>;
  for (const [name, field] of entriesOf(fields)) {
    const wrong = record[name] === undefined && !field.optional ? 'is missing' : field.check(record[name]);
    if (wrong !== undefined) return at(`.${name}`, wrong);
  }
  for (const name in record) {
    if (!Object.hasOwn(fields, name)) return `.${name} is not a member of this event`;
  }
  return undefined;
}

/** Paths of the leaves that are not marked as personal or not: empty for every catalogue that may ship. */
export function unmarkedLeaves(fields: Fields, above = ''): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = `${above}${name}`;
    if (field.fields !== undefined) return unmarkedLeaves(field.fields, `${path}.`);
    if (field.of !== undefined) return unmarkedLeaves({ '[]': field.of }, path);
    return field.privacy === undefined ? [path] : [];
  });
}

/** Paths of personal leaves below the top of an event, where sealing would pass them by: empty for every event type. */
export function buriedPersonalLeaves(fields: Fields): string[] {
  const below = (field: Field<unknown>, path: string): string[] => {
    if (field.of !== undefined) return below(field.of, `${path}[]`);
    if (field.fields === undefined) return field.privacy === 'personal' ? [path] : [];
    return Object.entries(field.fields).flatMap(([name, member]) => below(member, `${path}.${name}`));
  };
  return Object.entries(fields).flatMap(([name, field]) =>
    field.of === undefined && field.fields === undefined ? [] : below(field, name),
  );
}

/** Top-level members that hold personal data. Personal leaves stand at the top of an event, where sealing finds them. */
export function personalMembers(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([, field]) => field.privacy === 'personal')
    .map(([name]) => name);
}
