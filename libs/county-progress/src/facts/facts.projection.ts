import type { Recorded } from '@waymark/kernel';
import type { KeyTuple, Projection, RowValues, TableDefinition, TableSession } from '@waymark/read-store';
import { type FactKind, type FoldedRow, foldedRow, STILL_BELIEVED, valuesOf } from './fact-kind.js';
import { FactsFold, type Heard, heardIn } from './facts-fold.js';
import { factKinds } from './fact-kinds.js';
import { recordedCatalogue } from './recorded-catalogue.js';

/**
 * The last event of each distinct instant; instants are their running maximum, so that they never fall (S13). The last row is the
 * newest event that the facts tables show.
 */
export const recordedClock: TableDefinition = {
  name: 'recorded_clock',
  columns: { recorded_at: { type: 'text' }, position: { type: 'integer' }, event_id: { type: 'text' } },
  primaryKey: ['recorded_at'],
};

/** Where the events stand that correct or withdraw, and whom they are about. */
export const correctionRegister: TableDefinition = {
  name: 'correction_register',
  columns: {
    position: { type: 'integer' },
    agency: { type: 'text', nullable: true },
    district: { type: 'text', nullable: true },
  },
  primaryKey: ['position'],
  indexes: [
    ['agency', 'position'],
    ['district', 'position'],
  ],
};

interface Head {
  readonly position: number;
  readonly recordedAt: string;
}

/** Events of organisations and exploration as facts tables: one checkpoint for every kind (docs/facts.md). */
export const factsProjection: Projection = {
  name: 'facts',
  version: 3,
  handles: Object.keys(recordedCatalogue.types),
  tables: [...factKinds.map((kind) => kind.table), recordedClock, correctionRegister],

  async project(events, tables) {
    const head = await headOf(tables);
    const fresh = events.filter((event) => event.position > head.position);
    if (fresh.length === 0) return;
    const heard = fresh.map((event) => heardIn(event, factKinds));
    const fold = new FactsFold(await believedRows(heard.flat(), tables));
    fresh.forEach((event, index) => fold.apply(event, heard[index]!));
    await Promise.all([
      ...factKinds.map((kind) => writeRows(tables, kind.table, fold.changes(kind).map(valuesOf))),
      writeRows(tables, recordedClock, clockRows(head, fresh)),
      writeRows(tables, correctionRegister, correctionRows(fresh)),
    ]);
  },
};

async function headOf(tables: TableSession): Promise<Head> {
  const row = await tables.last(recordedClock);
  if (row === undefined) return { position: -1, recordedAt: '' };
  return { position: row['position'] as number, recordedAt: row['recorded_at'] as string };
}

/** The believed rows of every key that the batch names, one select per kind. */
async function believedRows(heard: readonly Heard[], tables: TableSession): Promise<Map<FactKind, FoldedRow[]>> {
  const keys = new Map<FactKind, Map<string, KeyTuple>>();
  for (const { kind, saying, cellKeys, wasKeys } of heard) {
    let ofKind = keys.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map<string, KeyTuple>();
      keys.set(kind, ofKind);
    }
    for (let i = 0; i < cellKeys.length; i += 1) ofKind.set(cellKeys[i]!, saying.cells[i]!.key);
    for (let i = 0; i < wasKeys.length; i += 1) ofKind.set(wasKeys[i]!, saying.was[i]!.key);
  }
  const loaded = [...keys].map(async ([kind, byText]) => {
    const tuples = Array.from(byText.values(), (key) => [...key, STILL_BELIEVED]);
    const rows = await tables.loadValues(kind.table, [...kind.key, 'until_position'], tuples);
    return [kind, rows.map((values) => foldedRow(kind, values))] as const;
  });
  return new Map(await Promise.all(loaded));
}

async function writeRows(tables: TableSession, table: TableDefinition, rows: readonly RowValues[]): Promise<void> {
  if (rows.length > 0) await tables.writeValues(table, rows);
}

function clockRows(head: Head, events: readonly Recorded[]): RowValues[] {
  const rows: RowValues[] = [];
  let now = head.recordedAt;
  let last: string | undefined;
  for (const { eventId, position, metadata } of events) {
    if (metadata.recordedAt > now) now = metadata.recordedAt;
    if (now === last) rows.pop();
    last = now;
    rows.push([now, position, eventId]);
  }
  return rows;
}

function correctionRows(events: readonly Recorded[]): RowValues[] {
  return events
    .filter(({ metadata }) => metadata.act !== 'STATED')
    .map(({ position, metadata }) => [position, metadata.agency ?? null, metadata.district ?? null]);
}
