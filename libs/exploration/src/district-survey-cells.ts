import { type CivilDate, entriesToSee, type Entry, inForceOn, type OnTop, type Standing } from '@waymark/kernel';
import type { RequestSource } from './district-request-commands.js';
import type { CellsContent } from './district-request-state.js';

/** What an import does with one cell of a survey. */
export type CellVerdict<Cell> =
  | { readonly key: string; readonly outcome: 'TAKE'; readonly cell: OnTop<Cell> }
  | { readonly key: string; readonly outcome: 'UNCHANGED' }
  /** Somebody changed by hand what the survey says; their word stands. */
  | { readonly key: string; readonly outcome: 'KEPT'; readonly reason: string };

type Entries<Cell> = readonly Entry<CellsContent<Cell>>[];

/**
 * Compares the cells that a district gave in one survey on one day with what is recorded. Taken is what is new or changed, on top
 * of the entry it was compared with; what the same survey said before is not said again, and what somebody corrected, took back
 * or said for that day by hand is left alone.
 */
export function compareCells<Cell extends object>(
  entries: Entries<Cell>,
  cells: readonly Cell[],
  keyOf: (cell: Cell) => string,
  source: RequestSource,
): CellVerdict<Cell>[] {
  const keysOf = (content: CellsContent<Cell>) => content.cells.map(keyOf);
  const seen = entriesToSee(entries, keysOf, source.on);
  const thatDay = inForceOn(entries, keysOf, source.on);
  const chains = chainsOf(entries).filter(({ first }) => isOfSurvey(first, source));
  return cells.map((cell): CellVerdict<Cell> => {
    const key = keyOf(cell);
    const cellIn = (entry: Entry<CellsContent<Cell>>) => entry.content?.cells.find((other) => keyOf(other) === key);
    const current = sayingOf(thatDay.get(key), source.on);
    if (current !== undefined && sameMembers(cellIn(current), cell)) return { key, outcome: 'UNCHANGED' };
    const said = chains.filter(({ first }) => cellIn(first) !== undefined);
    const byHand = changedIn(said, cellIn) ?? otherThan(said, current);
    if (byHand !== undefined) return { key, outcome: 'KEPT', reason: kept(key, byHand) };
    if (said.some(({ first }) => sameMembers(cellIn(first), cell))) return { key, outcome: 'UNCHANGED' };
    const basedOn = seen.get(key)?.eventId;
    return { key, outcome: 'TAKE', cell: { ...cell, ...(basedOn !== undefined && { basedOn }) } };
  });
}

/** The entry, if it is of that very day. */
function sayingOf<T extends Entry<unknown>>(entry: T | undefined, on: CivilDate): T | undefined {
  return entry?.effectiveOn === on ? entry : undefined;
}

/** The correction or withdrawal by which one of the survey's own entries came to say something else about a cell. */
function changedIn<T>(
  said: readonly Chain<T>[],
  cellIn: (entry: Entry<T>) => object | undefined,
): Entry<T> | undefined {
  return said.find(({ first, last }) => !sameMembers(cellIn(first), cellIn(last)))?.last;
}

/** The entry, if it was made by hand and is none of the survey's own. */
function otherThan<T extends { readonly isImported: boolean }>(
  said: readonly Chain<T>[],
  entry: Standing<T> | undefined,
): Standing<T> | undefined {
  if (entry === undefined || entry.content.isImported) return undefined;
  return said.some(({ last }) => last.eventId === entry.eventId) ? undefined : entry;
}

function kept(key: string, { act, recordedAt, role }: Entry<unknown>): string {
  const how = { STATED: 'said', CORRECTED: 'corrected', WITHDRAWN: 'taken back' }[act];
  return `${key} was ${how} by hand at ${recordedAt} in the role ${role}, and stays so. If the survey is right, correct that entry.`;
}

interface Chain<T> {
  readonly first: Entry<T>;
  readonly last: Entry<T>;
}

function chainsOf<T>(entries: readonly Entry<T>[]): Chain<T>[] {
  const chains = new Map<string, Chain<T>>();
  for (const entry of entries) {
    chains.set(entry.statement, { first: chains.get(entry.statement)?.first ?? entry, last: entry });
  }
  return [...chains.values()];
}

function isOfSurvey({ content }: Entry<CellsContent<unknown>>, source: RequestSource): boolean {
  return content !== undefined && content.isImported && sameMembers(content.source, source);
}

/** Whether two flat values hold the same, whatever the order of their members. */
function sameMembers(a: object | undefined, b: object | undefined): boolean {
  return textOf(a) === textOf(b);
}

/** A flat value as text, the same whatever the order of its members. */
export function textOf(value: object = {}): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)));
}
