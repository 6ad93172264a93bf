import type { CivilDate, EventId, Instant } from '@waymark/kernel';

/**
 * What stands behind a value. KNOWN: all of the universe spoke. PARTIAL: some did. NO_DATA: nobody did, which is never 0.
 * NOT_APPLICABLE: there is nobody who could. SUPPRESSED: known, and not shown, for a reason.
 */
export const figureStates = ['KNOWN', 'PARTIAL', 'NO_DATA', 'NOT_APPLICABLE', 'SUPPRESSED'] as const;
export type FigureState = (typeof figureStates)[number];

export const units = [
  'districts',
  'plans',
  'cycles',
  'items',
  'needs',
  'agencies',
  'level',
  'events',
  'facts',
] as const;
export type Unit = (typeof units)[number];

/** Names a figure within an answer: what is counted, and the values that it is counted for. */
export interface FigureKey {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value as the rule found it, before it gets its rule, its dials and its sources. */
export interface Finding extends FigureKey {
  readonly value: number | null;
  readonly state: FigureState;
  readonly reason: string | null;
}

/** Why and when an answer holds: the last event that was known, and the day that was asked about. */
export interface AsOf {
  /** Null before the first event. */
  readonly eventId: EventId | null;
  readonly recordedAt: Instant | null;
  readonly effectiveOn: CivilDate;
}

/**
 * A value with what stands behind it: `of` is the size of the universe, `known` how many of it said something.
 * The reason says what is missing, in words.
 */
export function measured(
  key: FigureKey,
  value: number,
  universe: { readonly of: number; readonly known: number; readonly who: string },
): Finding {
  const { of, known, who } = universe;
  if (of === 0) {
    return { ...key, value: null, state: 'NOT_APPLICABLE', reason: `There are no ${who} here on this day.` };
  }
  if (known === 0) {
    return { ...key, value: null, state: 'NO_DATA', reason: `None of the ${of} ${who} said anything about this.` };
  }
  if (known < of) return { ...key, value, state: 'PARTIAL', reason: `${of - known} of ${of} ${who} said nothing.` };
  return { ...key, value, state: 'KNOWN', reason: null };
}

/** A value that is known as soon as there is anybody: how many said nothing, for example. */
export function counted(key: FigureKey, value: number, of: number, who: string): Finding {
  return measured(key, value, { of, known: of, who });
}

/** What cannot be answered, with the reason. */
export function noData(key: FigureKey, reason: string): Finding {
  return { ...key, value: null, state: 'NO_DATA', reason };
}

/** What two years can be compared on: values of those alone that spoke in both. */
export interface Compared {
  readonly now: number;
  readonly before: number;
  /** How many spoke in both years, of all that could have in one or the other. */
  readonly known: number;
  readonly of: number;
  readonly who: string;
}

/**
 * How much a value changed among those that spoke in both years: who came, went or fell silent changes nothing. No value when
 * one year has none, or when nobody spoke in both; the reason says for how many it speaks.
 */
export function difference(key: FigureKey, now: Finding, before: Finding, compared: Compared): Finding {
  const empty = figureStates.indexOf(now.state) >= figureStates.indexOf(before.state) ? now : before;
  if (empty.value === null) {
    const year = empty.state === 'SUPPRESSED' ? '' : empty === now ? 'This year: ' : 'Last year: ';
    return { ...key, value: null, state: empty.state, reason: `${year}${empty.reason}` };
  }
  const { known, of, who } = compared;
  if (known < 1) return noData(key, `None of the ${of} ${who} spoke in both years.`);
  const value = Math.round((compared.now - compared.before) * 100) / 100;
  if (known === of) return { ...key, value, state: 'KNOWN', reason: null };
  return {
    ...key,
    value,
    state: 'PARTIAL',
    reason: `Compares ${known} of ${of} ${who}: those that spoke in both years.`,
  };
}

/**
 * A rule's finding says what it is: a value where there is one to show, and a reason wherever it is not all known.
 * Throws a TypeError: a rule that contradicts itself is a fault of the program, and its figure is not shown.
 */
export function assertCoherent({ name, value, state, reason }: Finding): void {
  const shows = state === 'KNOWN' || state === 'PARTIAL';
  if (shows !== (value !== null))
    throw new TypeError(`${name} is ${state} with ${value === null ? 'no value' : 'a value'}`);
  if (state !== 'KNOWN' && !reason?.trim()) throw new TypeError(`${name} is ${state} and does not say why`);
}

/** The key as one text, as it stands in answers: `districts-with-need?focusArea=SEBH`. */
export function keyText({ name, dimensions }: FigureKey): string {
  const query = new URLSearchParams(dimensions).toString();
  return query === '' ? name : `${name}?${query}`;
}

/** The key in a text. */
export function readKey(text: string): FigureKey {
  const mark = text.indexOf('?');
  if (mark < 0) return { name: text, dimensions: {} };
  return { name: text.slice(0, mark), dimensions: Object.fromEntries(new URLSearchParams(text.slice(mark + 1))) };
}
