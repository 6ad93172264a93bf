import type { Entry, Recorded } from '@waymark/kernel';
import { inForce } from '@waymark/kernel';
import { type Json, readTable, type RowOf, rowProjection, rowsOf } from '@waymark/read-store';
import {
  evolveInitiative,
  type InitiativeRecord,
  pairKey,
  pairOf,
  plainName,
  relationEntry,
  resolutionOf,
  staffEntry,
  statusOf,
} from './initiative-state.js';
import type { InitiativeEvent } from './initiative.events.js';

/** A row per initiative; `record` holds an {@link InitiativeRecord} with every entry. One that was taken back has no status. */
export const initiativeTable = readTable({
  name: 'initiative',
  columns: {
    initiative_id: { type: 'text' },
    owner: { type: 'text' },
    level: { type: 'text' },
    /** As names are compared. */
    plain_name: { type: 'text' },
    status: { type: 'text', nullable: true },
    kind: { type: 'text', nullable: true },
    /** Codes between blanks, so that one can be looked for. */
    focus_areas: { type: 'text' },
    record: { type: 'json' },
  },
  primaryKey: ['initiative_id'],
  indexes: [['owner', 'plain_name']],
});

/** A row per pair that was judged; `entries` holds every judgement of it. `other` is the other initiative, if it is one. */
export const initiativeRelationTable = readTable({
  name: 'initiative_relation',
  columns: {
    owner: { type: 'text' },
    pair: { type: 'text' },
    initiative_id: { type: 'text' },
    other: { type: 'text', nullable: true },
    entries: { type: 'json' },
  },
  primaryKey: ['owner', 'pair'],
  indexes: [['initiative_id'], ['other']],
});

/** What is done about a conflict, by the statement of its judgement. */
export const initiativeResolutionTable = readTable({
  name: 'initiative_resolution',
  columns: { judgement: { type: 'text' }, owner: { type: 'text' }, resolution: { type: 'json' } },
  primaryKey: ['judgement'],
  indexes: [['owner']],
});

/** A row per owner, school year and initiative; what is available stands under the initiative "". */
export const initiativeStaffTable = readTable({
  name: 'initiative_staff',
  columns: {
    owner: { type: 'text' },
    school_year: { type: 'text' },
    initiative_id: { type: 'text' },
    entries: { type: 'json' },
  },
  primaryKey: ['owner', 'school_year', 'initiative_id'],
});

export type InitiativeRow = RowOf<typeof initiativeTable>;
export type RelationRow = RowOf<typeof initiativeRelationTable>;
export type StaffRow = RowOf<typeof initiativeStaffTable>;

type EventOf<T extends InitiativeEvent['type']> = Recorded<Extract<InitiativeEvent, { type: T }>>;

/** Stands where an initiative would, for what an owner has. */
export const OF_OWNER = '';

function relationKey(event: EventOf<'InitiativeRelated'>) {
  const { initiativeId, to } = pairOf(event);
  return { owner: event.data.ownerId, pair: pairKey(initiativeId, to) };
}

function staffKeyOf({ data }: EventOf<'InitiativeStaffPromised' | 'StaffAvailabilityStated'>) {
  const initiative = 'initiativeId' in data ? data.initiativeId : OF_OWNER;
  return { owner: data.ownerId, school_year: data.schoolYear, initiative_id: initiative };
}

/** Initiatives with their reviews and ratings, relations, resolutions, and staff. */
export const initiativeProjection = rowProjection<InitiativeEvent>({
  name: 'initiatives',
  version: 1,
  tables: [initiativeTable, initiativeRelationTable, initiativeResolutionTable, initiativeStaffTable],
  handles: [
    'InitiativeRegistered',
    'InitiativeDescribed',
    'InitiativeStatusStated',
    'InitiativeRelated',
    'InitiativeConflictResolved',
    'InitiativeStaffPromised',
    'StaffAvailabilityStated',
    'InitiativeReviewed',
    'InitiativeRated',
  ],
  keys(event) {
    switch (event.type) {
      case 'InitiativeRelated':
        return [rowsOf(initiativeRelationTable, relationKey(event))];
      case 'InitiativeConflictResolved':
        return [];
      case 'InitiativeStaffPromised':
      case 'StaffAvailabilityStated':
        return [rowsOf(initiativeStaffTable, staffKeyOf(event))];
      default:
        return [rowsOf(initiativeTable, { initiative_id: event.data.initiativeId })];
    }
  },
  apply(event, rows) {
    switch (event.type) {
      case 'InitiativeRelated': {
        const key = relationKey(event);
        const { initiativeId, to } = pairOf(event);
        const other = to.kind === 'INITIATIVE' ? to.initiativeId : null;
        const entries = pushed(rows.get(initiativeRelationTable, key)?.entries, relationEntry(event));
        return rows.put(initiativeRelationTable, { ...key, initiative_id: initiativeId, other, entries });
      }
      case 'InitiativeConflictResolved': {
        const { judgement, ownerId: owner } = event.data;
        return rows.put(initiativeResolutionTable, { judgement, owner, resolution: asJson(resolutionOf(event)) });
      }
      case 'InitiativeStaffPromised':
      case 'StaffAvailabilityStated': {
        const key = staffKeyOf(event);
        const entries = pushed(rows.get(initiativeStaffTable, key)?.entries, staffEntry(event));
        return rows.put(initiativeStaffTable, { ...key, entries });
      }
      default: {
        const { initiativeId, ownerId } = event.data;
        const before = rows.get(initiativeTable, { initiative_id: initiativeId })?.record;
        const record = evolveInitiative(before as unknown as InitiativeRecord | undefined, event);
        return rows.put(initiativeTable, rowOf(ownerId, record));
      }
    }
  },
});

function rowOf(owner: string, record: InitiativeRecord): InitiativeRow {
  const described = inForce(record.descriptions)?.content;
  return {
    initiative_id: record.initiativeId,
    owner,
    level: record.level,
    plain_name: plainName(described?.name ?? ''),
    status: statusOf(record) ?? null,
    kind: described?.kind ?? null,
    focus_areas: ` ${(described?.focusAreas ?? []).join(' ')} `,
    record: asJson(record),
  };
}

function pushed(before: Json | undefined, entry: Entry<unknown>): Json {
  return asJson([...((before ?? []) as unknown as readonly Entry<unknown>[]), entry]);
}

function asJson(value: object): Json {
  return value as unknown as Json;
}
