import type { CivilDate, Recorded } from '@waymark/kernel';
import type { Column, KeyTuple, Row, RowValues, TableDefinition } from '@waymark/read-store';

/** `until_position` of a row that is still believed. Written as a literal in SQL, so that planners can rely on it. */
export const STILL_BELIEVED = Number.MAX_SAFE_INTEGER;
/** `effective_until` of a row that no later statement ends. */
export const OPEN_END: CivilDate = '9999-12-31';
/** `effective_from` of what holds for every date, such as the state an organisation lies in. */
export const ALWAYS: CivilDate = '1900-01-01';

/** Key and value of one thing that is said, each in the order of the kind's columns. */
export interface Cell {
  readonly key: KeyTuple;
  readonly value: RowValues;
}

/** What one event says about one kind: the cells it states, and those it corrects or withdraws, as they stood. */
export interface Saying {
  readonly cells: readonly Cell[];
  readonly was: readonly Cell[];
  readonly effectiveFrom: CivilDate;
}

/** One row of a facts table; the columns of key and value stand beside these (docs/facts.md). */
export type FactRow = Row & {
  /** Position of the opening event * 1024 + ordinal within it: the same on every rebuild. */
  row_id: number;
  /** Id of the first event of the chain "stated, corrected". */
  statement: string;
  root_position: number;
  /** The stating or correcting event: the source. */
  event_position: number;
  from_position: number;
  until_position: number;
  effective_from: string;
  effective_until: string;
};

/** A row while events are folded. Copies share the lists of key and value. */
export interface FoldedRow extends Cell {
  row_id: number;
  readonly statement: string;
  readonly root_position: number;
  readonly event_position: number;
  from_position: number;
  until_position: number;
  readonly effective_from: string;
  effective_until: string;
}

/** A kind of fact: one table, its key, and how events are read as cells. */
export interface FactKind {
  readonly name: string;
  readonly table: TableDefinition;
  readonly key: readonly string[];
  readonly value: readonly string[];
  readonly reads: Readonly<Record<string, (event: Recorded) => Saying>>;
}

type Columns = Readonly<Record<string, Column>>;

const HISTORY: Columns = {
  row_id: { type: 'integer' },
  statement: { type: 'text' },
  root_position: { type: 'integer' },
  event_position: { type: 'integer' },
  from_position: { type: 'integer' },
  until_position: { type: 'integer' },
  effective_from: { type: 'text' },
  effective_until: { type: 'text' },
};

const HISTORY_WIDTH = Object.keys(HISTORY).length;

/** A row of the kind's table as it is folded. */
export function foldedRow(kind: FactKind, values: RowValues): FoldedRow {
  const keyEnd = HISTORY_WIDTH + kind.key.length;
  return {
    row_id: values[0] as number,
    statement: values[1] as string,
    root_position: values[2] as number,
    event_position: values[3] as number,
    from_position: values[4] as number,
    until_position: values[5] as number,
    effective_from: values[6] as string,
    effective_until: values[7] as string,
    key: values.slice(HISTORY_WIDTH, keyEnd) as KeyTuple,
    value: values.slice(keyEnd),
  };
}

/** A folded row in the order of the columns of its table. */
export function valuesOf(row: FoldedRow): RowValues {
  const { key, value } = row;
  // Spread into a list, key and value would leave it with twice the room it needs; there are millions of them in a rebuild.
  const values = new Array<RowValues[number]>(HISTORY_WIDTH + key.length + value.length);
  values[0] = row.row_id;
  values[1] = row.statement;
  values[2] = row.root_position;
  values[3] = row.event_position;
  values[4] = row.from_position;
  values[5] = row.until_position;
  values[6] = row.effective_from;
  values[7] = row.effective_until;
  for (let i = 0; i < key.length; i += 1) values[HISTORY_WIDTH + i] = key[i]!;
  for (let i = 0; i < value.length; i += 1) values[HISTORY_WIDTH + key.length + i] = value[i]!;
  return values;
}

/** Declares a kind. `indexes` are further ones beside (key, until_position). */
export function factKind(definition: {
  name: string;
  key: Columns;
  value: Columns;
  indexes?: readonly (readonly string[])[];
  reads: FactKind['reads'];
}): FactKind {
  const key = Object.keys(definition.key);
  return {
    name: definition.name,
    key,
    value: Object.keys(definition.value),
    reads: definition.reads,
    table: {
      name: `fact_${definition.name}`,
      columns: { ...HISTORY, ...definition.key, ...definition.value },
      primaryKey: ['row_id'],
      indexes: [[...key, 'until_position'], ...(definition.indexes ?? [])],
    },
  };
}

type DataOf<E, T extends string> = E extends { readonly type: T; readonly data: infer D } ? D : never;

/**
 * How one event type of the union `E` is read: `now` is what it states, `was` what it corrects (both undefined when
 * there is nothing), `cells` turns either into cells, `from` moves the first effective day (else `effectiveOn`).
 */
export function reading<E extends { readonly type: string; readonly data: object }, T extends E['type'], C>(
  _type: T,
  how: {
    now(data: DataOf<E, T>): C | undefined;
    was?(data: DataOf<E, T>): C | undefined;
    cells(data: DataOf<E, T>, content: C): readonly Cell[];
    from?(event: Recorded): CivilDate;
  },
): (event: Recorded) => Saying {
  return (event) => {
    const data = event.data as DataOf<E, T>;
    const now = event.metadata.act === 'WITHDRAWN' ? undefined : how.now(data);
    const was = event.metadata.act === 'STATED' ? undefined : how.was?.(data);
    return {
      cells: now === undefined ? [] : how.cells(data, now),
      was: was === undefined ? [] : how.cells(data, was),
      effectiveFrom: how.from?.(event) ?? event.metadata.effectiveOn,
    };
  };
}
