import type { Recorded } from '@waymark/kernel';
import type { KeyTuple } from '@waymark/read-store';
import { type Cell, type FactKind, type FoldedRow, OPEN_END, type Saying, STILL_BELIEVED } from './fact-kind.js';
import { inOrderOfTruth, restate } from './restate.js';

/** Rows that one event may open in one table. */
export const ROWS_PER_EVENT = 1024;
/** Row ids stay safe integers below this position. */
export const HIGHEST_POSITION = 2 ** 43;

/** An event that contradicts the record, such as a correction of what nobody believes. It stops the projection. */
export class ContradictoryEventError extends Error {
  constructor(event: Recorded, detail: string) {
    super(`${event.type} ${event.eventId} at position ${event.position}: ${detail}`);
    this.name = 'ContradictoryEventError';
  }
}

/** What an event says about one kind, with the text of each cell's key beside it. */
export interface Heard {
  readonly kind: FactKind;
  readonly saying: Saying;
  readonly cellKeys: readonly string[];
  readonly wasKeys: readonly string[];
}

/** The text of a key, for look-ups in memory. */
function keyText(key: KeyTuple): string {
  return key.join('\u0000');
}

const keyTextOf = ({ key }: Cell) => keyText(key);

const readersByKinds = new WeakMap<readonly FactKind[], Map<string, readonly FactKind[]>>();

/** The kinds that an event type says something about. */
function kindsOf(type: string, kinds: readonly FactKind[]): readonly FactKind[] {
  let byType = readersByKinds.get(kinds);
  if (byType === undefined) readersByKinds.set(kinds, (byType = new Map()));
  let readers = byType.get(type);
  if (readers === undefined) byType.set(type, (readers = kinds.filter(({ reads }) => reads[type] !== undefined)));
  return readers;
}

/** What an event says, kind by kind; kinds that it does not touch are left out. */
export function heardIn(event: Recorded, kinds: readonly FactKind[]): Heard[] {
  const heard: Heard[] = [];
  for (const kind of kindsOf(event.type, kinds)) {
    const saying = kind.reads[event.type]!(event);
    const { cells, was } = saying;
    if (cells.length + was.length === 0) continue;
    heard.push({ kind, saying, cellKeys: cells.map(keyTextOf), wasKeys: was.map(keyTextOf) });
  }
  return heard;
}

/** Believed rows by key, in the order of their truth, and what changed of them since they were loaded. */
class BelievedRows {
  readonly byKey = new Map<string, readonly FoldedRow[]>();
  readonly changed = new Map<number, FoldedRow>();

  constructor(loaded: readonly FoldedRow[]) {
    const groups = new Map<string, FoldedRow[]>();
    for (const row of loaded) {
      const key = keyText(row.key);
      const rows = groups.get(key);
      if (rows === undefined) groups.set(key, [row]);
      else rows.push(row);
    }
    for (const [key, rows] of groups) this.byKey.set(key, rows.length === 1 ? rows : rows.sort(inOrderOfTruth));
  }
}

/**
 * Folds events, in store order, over the believed rows of the keys they name (docs/facts.md). Pure: no clock, no tables.
 * Throws ContradictoryEventError for an event that nothing sound can follow from.
 */
export class FactsFold {
  private readonly rows = new Map<FactKind, BelievedRows>();

  constructor(loaded: ReadonlyMap<FactKind, readonly FoldedRow[]> = new Map()) {
    for (const [kind, rows] of loaded) this.rows.set(kind, new BelievedRows(rows));
  }

  apply(event: Recorded, heard: readonly Heard[]): void {
    if (event.position >= HIGHEST_POSITION) throw new ContradictoryEventError(event, 'the position is too high');
    const root = this.rootOf(event, heard);
    for (const one of heard) this.applyKind(event, one, root);
  }

  /** Rows to be written, old ones that were closed and new ones, by row id. */
  changes(kind: FactKind): FoldedRow[] {
    return [...(this.rows.get(kind)?.changed.values() ?? [])];
  }

  /** S4, S6: a correction speaks for its statement, in that statement's place. */
  private rootOf(event: Recorded, heard: readonly Heard[]): number {
    const { act, statement } = event.metadata;
    if (act === 'STATED') return event.position;
    let root: number | undefined;
    for (const { kind, wasKeys } of heard) {
      for (const key of wasKeys) {
        const row = this.believed(kind, key).find((candidate) => candidate.statement === statement);
        if (row === undefined) throw new ContradictoryEventError(event, `no believed ${kind.name} of ${statement}`);
        root = row.root_position;
      }
    }
    if (root === undefined) throw new ContradictoryEventError(event, 'it names nothing that it corrects');
    return root;
  }

  private applyKind(event: Recorded, { kind, saying, cellKeys, wasKeys }: Heard, root: number): void {
    const { statement } = event.metadata;
    const table = this.tableOf(kind);
    let ordinal = 0;
    for (const key of restatedKeys(wasKeys, cellKeys)) {
      const cell = cellKeys.indexOf(key);
      if (cell !== cellKeys.lastIndexOf(key)) {
        throw new ContradictoryEventError(event, `two cells for one ${kind.name}`);
      }
      const row = cell < 0 ? undefined : newRow(event, saying.cells[cell]!, saying.effectiveFrom, root);
      const { believed, closed, opened } = restate(table.byKey.get(key) ?? [], statement, row, event.position);
      for (const old of closed) table.changed.set(old.row_id, old);
      for (const fresh of opened) {
        if (ordinal >= ROWS_PER_EVENT) throw new ContradictoryEventError(event, `too many rows of ${kind.name}`);
        fresh.row_id = event.position * ROWS_PER_EVENT + ordinal;
        ordinal += 1;
        table.changed.set(fresh.row_id, fresh);
      }
      table.byKey.set(key, believed);
    }
  }

  private believed(kind: FactKind, key: string): readonly FoldedRow[] {
    return this.tableOf(kind).byKey.get(key) ?? [];
  }

  private tableOf(kind: FactKind): BelievedRows {
    let table = this.rows.get(kind);
    if (table === undefined) {
      table = new BelievedRows([]);
      this.rows.set(kind, table);
    }
    return table;
  }
}

/** Each key once; few enough that lists are quicker than a set. */
function restatedKeys(wasKeys: readonly string[], cellKeys: readonly string[]): readonly string[] {
  if (wasKeys.length === 0 && cellKeys.length === 1) return cellKeys;
  const keys: string[] = [];
  for (const key of wasKeys) if (!keys.includes(key)) keys.push(key);
  for (const key of cellKeys) if (!keys.includes(key)) keys.push(key);
  return keys;
}

function newRow(event: Recorded, { key, value }: Cell, effectiveFrom: string, root: number): FoldedRow {
  return {
    row_id: 0,
    statement: event.metadata.statement,
    root_position: root,
    event_position: event.position,
    from_position: event.position,
    until_position: STILL_BELIEVED,
    effective_from: effectiveFrom,
    effective_until: OPEN_END,
    key,
    value,
  };
}
