import type { CivilDate, Recorded, SchoolYear } from '@waymark/kernel';
import type { FactKind } from '../facts/fact-kind.js';
import type { Scope, View } from '../facts/in-force.js';
import type { Sql } from '../facts/sql.js';
import type { FigureKey, Finding, Unit } from './figure.js';

export const inputKinds = ['SCHOOL_YEAR', 'DATE', 'INTEGER', 'EVENT', 'TEXT'] as const;
export type InputKind = (typeof inputKinds)[number];

/** One input of a question. Every input may be left out; `otherwise` says in words what holds then. */
export interface InputDefinition {
  readonly name: string;
  readonly kind: InputKind;
  readonly description: string;
  readonly otherwise: string;
}

/** The shape of a {@link FigureKey}. */
export interface KeyDefinition {
  readonly name: string;
  /** Names of the values that it is given for, such as `focusArea`. */
  readonly dimensions: readonly string[];
  /** The only values that a dimension takes; others take any. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** One kind of figure that a question answers with. */
export interface FigureDefinition extends KeyDefinition {
  readonly label: string;
  readonly unit: Unit;
  /** What is counted, and what counts as having said something. */
  readonly rule: string;
}

/** One kind of item that a question lists, with the fields that each has. */
export interface ItemDefinition {
  readonly kind: string;
  readonly label: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** One thing listed in an answer. `source` names what opens to the events behind it. */
export interface FoundItem {
  readonly kind: string;
  readonly fields: Readonly<Record<string, string | number | null>>;
  readonly source?: FigureKey;
  readonly event?: RecordedChange;
}

/** One value that an event changed: a path into its data, with the text before and after. */
export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** An event with what it changed. */
export interface RecordedChange {
  readonly event: Recorded;
  readonly changes: readonly Change[];
  /** Whether it is about an organisation of the sample county. */
  readonly isSample: boolean;
}

export interface Findings {
  readonly figures: readonly Finding[];
  readonly items: readonly FoundItem[];
}

/** Values of the inputs by name, checked; absent ones are undefined. */
export type Inputs = Readonly<Record<string, string | undefined>>;

/**
 * What a figure rests on: rows of a kind in force on a day (that of the dial unless named), a select of `event_position`, events,
 * or all events about an organisation after a position.
 */
export type Source =
  | { readonly kind: FactKind; readonly where: Sql; readonly on?: CivilDate }
  | { readonly select: Sql }
  | { readonly positions: readonly number[] }
  | { readonly about: string; readonly after: number };

/** The events of the record up to the recorded dial, for questions about the record itself. */
export interface RecordUpTo {
  /** Events tagged with the organisation, after a position, at most `limit`. */
  of(organisation: string, after: number, limit: number): Promise<readonly Recorded[]>;
  /** The newest of them first, between two positions, themselves left out. */
  newest(
    organisation: string,
    between: { readonly after: number; readonly before: number },
    limit: number,
  ): Promise<readonly Recorded[]>;
  at(positions: readonly number[]): Promise<readonly Recorded[]>;
  /** All events of a stream. */
  inStream(stream: string): Promise<readonly Recorded[]>;
  withIds(eventIds: readonly string[]): Promise<readonly Recorded[]>;
}

/** A question being asked: its dials, its scope, and the way to the rows. */
export interface Ask {
  readonly view: View;
  readonly scope: Scope;
  /** The school year of the effective date. */
  readonly schoolYear: SchoolYear;
  /** Time zone in which days begin and end. */
  readonly timeZone: string;
  readonly record: RecordUpTo;
  rows<R extends object>(query: Sql): Promise<readonly R[]>;
  /** The same question on another day, at the same recorded dial (S19). */
  at(on: CivilDate): Ask;
}

/**
 * A county question: data, a select, and a pure rule. Its version changes with its rule. `load` selects from facts in force,
 * `answer` turns rows into findings without looking anywhere else, `sources` says what a figure or item rests on.
 */
export interface Question<L = unknown> {
  readonly slug: string;
  readonly version: number;
  readonly plainWords: string;
  /** Where the rule comes from. */
  readonly source: string;
  /** What it is asked about; agencies, districts and states when absent. */
  readonly about?: readonly Scope['kind'][];
  /** A further right that its answer needs, since it shows events, or persons. */
  readonly needs?: 'read:events' | 'read:persons';
  readonly inputs: readonly InputDefinition[];
  readonly figures: readonly FigureDefinition[];
  readonly items: readonly ItemDefinition[];
  /** Keys, beside those of its figures, that items name as their source. */
  readonly itemSources?: readonly KeyDefinition[];
  load(ask: Ask, inputs: Inputs): Promise<L>;
  answer(loaded: L, inputs: Inputs): Findings;
  sources(ask: Ask, inputs: Inputs, key: FigureKey): Source[] | Promise<Source[]>;
}

const COUNTY: readonly Scope['kind'][] = ['AGENCY', 'DISTRICT', 'STATE'];

/** Whether a question is asked about such. */
export function takes(question: Pick<Question, 'about'>, kind: Scope['kind']): boolean {
  return (question.about ?? COUNTY).includes(kind);
}

/** Keeps the type of what is loaded between `load` and `answer`, and nowhere else. */
export function question<L>(definition: Question<L>): Question {
  return definition as Question;
}

export const schoolYearInput: InputDefinition = {
  name: 'schoolYear',
  kind: 'SCHOOL_YEAR',
  description: 'The school year asked about.',
  otherwise: 'the school year of the effective date',
};

/** The school year asked about. */
export function schoolYearOfInput(ask: Pick<Ask, 'schoolYear'>, inputs: Inputs): SchoolYear {
  return inputs['schoolYear'] ?? ask.schoolYear;
}

/** A number that a select counted. */
export function numberOf(value: unknown): number {
  return Number(value ?? 0);
}
