import type { CivilDate, Instant } from './calendar.js';
import { ConflictError, DomainError } from './errors.js';
import type { Act, Recorded } from './event.js';
import type { EventId } from './ids.js';

/** One event of a statement, kept with what is needed to say what was in force at any point. No content: withdrawn. */
export interface Entry<T> {
  readonly eventId: EventId;
  /** First event of the chain "stated, corrected, withdrawn". */
  readonly statement: EventId;
  readonly act: Act;
  readonly position: number;
  readonly recordedAt: Instant;
  readonly effectiveOn: CivilDate;
  /** Role in which it was recorded; the person stays in the event. */
  readonly role: string;
  readonly content?: T | undefined;
  readonly reason?: string | undefined;
}

/** A statement that is believed: its last entry speaks, its first entry keeps its place (facts semantics S4, S6). */
export interface Standing<T> extends Entry<T> {
  readonly content: T;
  readonly rootPosition: number;
}

/** What an event adds to the entries of its key. */
export function entryOf<T>(event: Recorded, content: T | undefined, reason: string | undefined): Entry<T> {
  const { eventId, position, metadata } = event;
  const { statement, act, recordedAt, effectiveOn, actor } = metadata;
  return {
    ...{ eventId, statement, act, position, recordedAt, effectiveOn, role: actor.role },
    ...(content !== undefined && { content }),
    ...(reason !== undefined && { reason }),
  };
}

/** The statements believed after the event at position `upTo`, in the order in which they were first made. */
export function believed<T>(entries: readonly Entry<T>[], upTo = Infinity): readonly Standing<T>[] {
  const chains = new Map<EventId, { readonly first: Entry<T>; last: Entry<T> }>();
  for (const entry of entries) {
    if (entry.position > upTo) continue;
    const chain = chains.get(entry.statement);
    if (chain === undefined) chains.set(entry.statement, { first: entry, last: entry });
    else chain.last = entry;
  }
  const standings: Standing<T>[] = [];
  for (const { first, last } of chains.values()) {
    const { content } = last;
    if (content !== undefined) standings.push({ ...last, content, rootPosition: first.position });
  }
  return standings;
}

/** Whether `a` beats `b` for a key: the later effective date, on one day the later statement (S2, S4). */
function beats(a: Standing<unknown>, b: Standing<unknown>): boolean {
  return a.effectiveOn === b.effectiveOn ? a.rootPosition > b.rootPosition : a.effectiveOn > b.effectiveOn;
}

/** The one statement in force where all entries speak about the same thing. */
export function inForce<T>(entries: readonly Entry<T>[], upTo = Infinity): Standing<T> | undefined {
  return inForceByKey(entries, () => [''], upTo).get('');
}

/** Per key the statement in force, where one statement may speak about several keys. */
export function inForceByKey<T>(
  entries: readonly Entry<T>[],
  keysOf: (content: T) => readonly string[],
  upTo = Infinity,
): ReadonlyMap<string, Standing<T>> {
  return winnersByKey(believed(entries, upTo), keysOf);
}

/** Per key the statement in force on a day, later ones left aside. */
export function inForceOn<T>(
  entries: readonly Entry<T>[],
  keysOf: (content: T) => readonly string[],
  on: CivilDate,
): ReadonlyMap<string, Standing<T>> {
  return winnersOn(believed(entries), keysOf, on);
}

function winnersOn<T>(
  standings: readonly Standing<T>[],
  keysOf: (content: T) => readonly string[],
  on: CivilDate,
): ReadonlyMap<string, Standing<T>> {
  return winnersByKey(
    standings.filter(({ effectiveOn }) => effectiveOn <= on),
    keysOf,
  );
}

function winnersByKey<T>(
  standings: readonly Standing<T>[],
  keysOf: (content: T) => readonly string[],
): ReadonlyMap<string, Standing<T>> {
  const winners = new Map<string, Standing<T>>();
  for (const standing of standings) {
    for (const key of keysOf(standing.content)) {
      const rival = winners.get(key);
      if (rival === undefined || beats(standing, rival)) winners.set(key, standing);
    }
  }
  return winners;
}

/**
 * The statement whose speaking entry is the named event. Throws STATEMENT_NOT_FOUND, STATEMENT_WITHDRAWN (a withdrawn
 * statement is final, S8), or CONFLICT when somebody corrected it meanwhile.
 */
export function statementToCorrect<T>(entries: readonly Entry<T>[], corrects: EventId): Standing<T> {
  const named = entries.find((entry) => entry.eventId === corrects);
  if (named === undefined) {
    throw new DomainError(
      'STATEMENT_NOT_FOUND',
      'There is no such entry here. Name the event of the entry to correct.',
      {
        path: ['corrects'],
      },
    );
  }
  const chain = entries.filter((entry) => entry.statement === named.statement);
  const last = chain.at(-1)!;
  if (last.content === undefined) {
    throw new DomainError('STATEMENT_WITHDRAWN', 'This entry was withdrawn. State it anew instead of correcting it.', {
      rule: 'R-88',
      path: ['corrects'],
    });
  }
  if (last.eventId !== corrects) throw seenOutdated('This entry was corrected', last);
  return { ...last, content: last.content, rootPosition: chain[0]!.position };
}

/**
 * The conflict when the answer that the caller saw is not the current one. Says when and in which role the other entry was
 * made, and names nobody.
 */
export function seenOutdated(
  what: string,
  by: Pick<Entry<unknown>, 'recordedAt' | 'role'> | undefined,
  then = 'repeat your entry on top of it',
  path: readonly string[] = ['basedOn'],
): ConflictError {
  const when = by === undefined ? '' : ` at ${by.recordedAt} in the role ${by.role}`;
  return new ConflictError(`${what}${when}. Read it again, then ${then}.`, { path });
}

/**
 * Nothing is stated over an entry that the caller has not seen: CONFLICT unless `basedOn` is the entry in force, or is absent
 * where none is.
 */
export function requireSeen(what: string, entries: readonly Entry<unknown>[], basedOn: EventId | undefined): void {
  const current = inForce(entries);
  if (current?.eventId !== basedOn) throw seenOutdated(what, current ?? entries.at(-1));
}

/** A cell of a new entry with the event of the entry about it that the caller saw. */
export type OnTop<Cell> = Cell & { readonly basedOn?: EventId | undefined };

type CellsEntry<Cell> = Entry<{ readonly cells: readonly Cell[] }>;

/** Keys by the list of cells they were made of: the entries of a year are asked for theirs at each decision. */
const keysMade = new WeakMap<readonly unknown[], readonly string[]>();

/** The keys of cells. One list has one way of making them. */
export function keysOfCells<Cell>(cells: readonly Cell[], keyOf: (cell: Cell) => string): readonly string[] {
  let keys = keysMade.get(cells);
  if (keys === undefined) {
    keys = cells.map(keyOf);
    keysMade.set(cells, keys);
  }
  return keys;
}

/**
 * Per key the entry that a new one of that day goes on top of: the one in force now, or, where it was recorded later still, the
 * one in force on that day, which a later date may hide.
 */
export function entriesToSee<T extends { readonly cells: readonly unknown[] }>(
  entries: readonly Entry<T>[],
  keysOf: (content: T) => readonly string[],
  on: CivilDate,
): ReadonlyMap<string, Standing<T>> {
  const standings = believed(entries);
  const then = winnersOn(standings, keysOf, on);
  const now = winnersByKey(standings, keysOf);
  return new Map([...now].map(([key, current]) => [key, latest(current, then.get(key))]));
}

function latest<T>(one: Standing<T>, other: Standing<T> | undefined): Standing<T> {
  return other !== undefined && other.position > one.position ? other : one;
}

/**
 * The cells of a new entry of that day, each said on top of the entry that the caller saw.
 * Throws CONFLICT for the first one about which somebody else has spoken since; it names the cell and the entry in force.
 * `own` are the keys of the entry that is being corrected: about those it speaks already.
 */
export function cellsSeen<Cell extends object>(
  entries: readonly CellsEntry<Cell>[],
  cells: readonly OnTop<Cell>[],
  keyOf: (cell: Cell) => string,
  on: CivilDate,
  own: ReadonlySet<string> = new Set(),
): Cell[] {
  const current = entriesToSee(entries, (content) => keysOfCells(content.cells, keyOf), on);
  return cells.map(({ basedOn, ...rest }, index) => {
    const cell = rest as unknown as Cell;
    const key = keyOf(cell);
    const entry = current.get(key);
    if (own.has(key) || entry?.eventId === basedOn) return cell;
    const path = ['cells', String(index), 'basedOn'];
    if (entry === undefined) {
      throw seenOutdated(
        `The entry you name is not in force about ${key}, nor is another`,
        undefined,
        'leave basedOn out',
        path,
      );
    }
    throw seenOutdated(
      `About ${key} stands the entry ${entry.eventId}, made`,
      entry,
      'name that entry as its basedOn',
      path,
    );
  });
}

/** Circumstances of an event that corrects or withdraws a statement. */
export function restating(act: 'CORRECTED' | 'WITHDRAWN', standing: Standing<unknown>) {
  return { act, statement: standing.statement, corrects: standing.eventId } as const;
}

/** Refuses a reason of blanks only. */
export function requireReason(reason: string | undefined, path: readonly string[] = ['reason'], rule = 'R-88'): string {
  const text = reason?.trim() ?? '';
  if (text !== '') return text;
  throw new DomainError('REASON_MISSING', 'Say why, in a few words without names of persons.', { rule, path });
}
