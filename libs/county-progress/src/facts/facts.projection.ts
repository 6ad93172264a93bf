import type { Recorded } from '@waymark/kernel';
import type { Projection, Row, TableDefinition, TableSession } from '@waymark/read-store';
import { type Cell, type FactKind, type FactRow, STILL_BELIEVED } from './fact-kind.js';
import { FactsFold, type Heard, heardIn } from './facts-fold.js';
import { factKinds } from './fact-kinds.js';
import { recordedCatalogue } from './recorded-catalogue.js';

/** The last event of each distinct instant; instants are their running maximum, so that they never fall (S13). */
export const recordedClock: TableDefinition = {
  name: 'recorded_clock',
  columns: { recorded_at: { type: 'text' }, position: { type: 'integer' }, event_id: { type: 'text' } },
  primaryKey: ['recorded_at'],
  indexes: [['position']],
};

/** One row: the last event that the facts tables show. */
export const factsHead: TableDefinition = {
  name: 'facts_head',
  columns: {
    id: { type: 'integer' },
    position: { type: 'integer' },
    recorded_at: { type: 'text' },
    event_id: { type: 'text' },
  },
  primaryKey: ['id'],
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

const ONLY_ROW = 1;

interface Head {
  readonly position: number;
  readonly recordedAt: string;
  readonly eventId: string;
}

/** Events of organisations and exploration as facts tables: one checkpoint for every kind (docs/facts.md). */
export const factsProjection: Projection = {
  name: 'facts',
  version: 2,
  handles: Object.keys(recordedCatalogue.types),
  tables: [...factKinds.map((kind) => kind.table), recordedClock, factsHead, correctionRegister],

  async project(events, tables) {
    const head = await headOf(tables);
    const fresh = events.filter((event) => event.position > head.position);
    if (fresh.length === 0) return;
    const heard = fresh.map((event) => heardIn(event, factKinds));
    const fold = new FactsFold(await believedRows(heard.flat(), tables));
    fresh.forEach((event, index) => fold.apply(event, heard[index]!));
    for (const kind of factKinds) await writeRows(tables, kind.table, fold.changes(kind));
    await writeClock(tables, head, fresh);
    await writeRows(tables, correctionRegister, fresh.flatMap(correctionRow));
  },
};

async function headOf(tables: TableSession): Promise<Head> {
  const [row] = await tables.load(factsHead, ['id'], [[ONLY_ROW]]);
  if (row === undefined) return { position: -1, recordedAt: '', eventId: '' };
  return {
    position: row['position'] as number,
    recordedAt: row['recorded_at'] as string,
    eventId: row['event_id'] as string,
  };
}

/** The believed rows of every key that the batch names, one select per kind. */
async function believedRows(heard: readonly Heard[], tables: TableSession): Promise<Map<FactKind, FactRow[]>> {
  const keys = new Map<FactKind, Map<string, (string | number)[]>>();
  for (const { kind, saying, cellKeys, wasKeys } of heard) {
    let ofKind = keys.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map<string, (string | number)[]>();
      keys.set(kind, ofKind);
    }
    for (let i = 0; i < cellKeys.length; i += 1) ofKind.set(cellKeys[i]!, believedTuple(kind, saying.cells[i]!));
    for (let i = 0; i < wasKeys.length; i += 1) ofKind.set(wasKeys[i]!, believedTuple(kind, saying.was[i]!));
  }
  const loaded = new Map<FactKind, FactRow[]>();
  for (const [kind, tuples] of keys) {
    const rows = await tables.load(kind.table, [...kind.key, 'until_position'], [...tuples.values()]);
    loaded.set(kind, rows as FactRow[]);
  }
  return loaded;
}

function believedTuple(kind: FactKind, { key }: Cell): (string | number)[] {
  return [...kind.key.map((column) => key[column] as string | number), STILL_BELIEVED];
}

async function writeRows(tables: TableSession, table: TableDefinition, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await tables.write(table, rows);
}

async function writeClock(tables: TableSession, head: Head, events: readonly Recorded[]): Promise<void> {
  const instants = new Map<string, Row>();
  let now = head.recordedAt;
  for (const { eventId, position, metadata } of events) {
    if (metadata.recordedAt > now) now = metadata.recordedAt;
    instants.set(now, { recorded_at: now, position, event_id: eventId });
  }
  await tables.write(recordedClock, [...instants.values()]);
  const last = instants.get(now)!;
  await tables.write(factsHead, [{ id: ONLY_ROW, ...last }]);
}

function correctionRow({ position, metadata }: Recorded): Row[] {
  if (metadata.act === 'STATED') return [];
  return [{ position, agency: metadata.agency ?? null, district: metadata.district ?? null }];
}
