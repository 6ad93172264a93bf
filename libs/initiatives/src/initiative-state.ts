import { type CivilDate, type Entry, entryOf, inForce, type Recorded } from '@waymark/kernel';
import type { Description, Rating, Relation, RelationTarget, Review, StaffCell } from './initiative-commands.js';
import type { InitiativeEvent, InitiativeStatus, OwnerLevel } from './initiative.events.js';

/** All that was said about one initiative itself. The read tables keep the same shape. */
export interface InitiativeRecord {
  readonly initiativeId: string;
  readonly level: OwnerLevel;
  /** Of the registration, of what was said about the status, and of reviews that change it. */
  readonly statuses: readonly Entry<InitiativeStatus>[];
  readonly descriptions: readonly Entry<ImportedDescription>[];
  readonly reviews: Readonly<Record<string, readonly Entry<Review>[]>>;
  readonly ratings: readonly Entry<Rating>[];
}

/** A description, and whether a sheet brought it. */
export type ImportedDescription = Description & { readonly isImported?: boolean };

export interface Cells {
  readonly cells: readonly StaffCell[];
}

export interface Resolution {
  readonly resolution: string;
  readonly on: CivilDate;
  readonly role: string;
}

/** The inventory of one owner. */
export interface InventoryState {
  readonly initiatives: Readonly<Record<string, InitiativeRecord>>;
  /** By {@link pairKey}. */
  readonly relations: Readonly<Record<string, readonly Entry<Relation>[]>>;
  /** By the statement of the judgement that each resolves. */
  readonly resolutions: Readonly<Record<string, Resolution>>;
  /** By {@link promiseKey}. */
  readonly promised: Readonly<Record<string, readonly Entry<Cells>[]>>;
  /** By school year. */
  readonly available: Readonly<Record<string, readonly Entry<Cells>[]>>;
}

export const emptyInventory: InventoryState = {
  initiatives: {},
  relations: {},
  resolutions: {},
  promised: {},
  available: {},
};

/** Names and staff groups are the same whatever their case and blanks. */
export function plainName(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

export const staffKey = ({ staffGroup }: Pick<StaffCell, 'staffGroup'>) => plainName(staffGroup);
export const staffKeys = ({ cells }: Cells) => cells.map(staffKey);

/** Names the pair that a judgement is about; two initiatives are a pair whichever is named first. */
export function pairKey(initiativeId: string, to: RelationTarget): string {
  if (to.kind === 'FOCUS_AREA') return `${initiativeId} ${to.focusArea}`;
  return [initiativeId, to.initiativeId].sort().join(' ');
}

export function promiseKey(initiativeId: string, schoolYear: string): string {
  return `${initiativeId} ${schoolYear}`;
}

/** The status in force; undefined for an initiative that was taken back. */
export function statusOf(record: Pick<InitiativeRecord, 'statuses'>): InitiativeStatus | undefined {
  return inForce(record.statuses)?.content;
}

const RUNNING: readonly (string | undefined)[] = ['PLANNED', 'ACTIVE', 'PAUSED'];
/** Whether it is planned, active or paused: not over, and not taken back. */
export function isRunning(status: string | undefined): boolean {
  return RUNNING.includes(status);
}

type EventOf<T extends InitiativeEvent['type']> = Recorded<Extract<InitiativeEvent, { type: T }>>;
type EventOfOne = EventOf<
  'InitiativeRegistered' | 'InitiativeDescribed' | 'InitiativeStatusStated' | 'InitiativeReviewed' | 'InitiativeRated'
>;

/** What one event adds to the record of its initiative; none of its registration is a record without level. */
export function evolveInitiative(before: InitiativeRecord | undefined, event: EventOfOne): InitiativeRecord {
  const { initiativeId, reason } = event.data;
  const record = before ?? { initiativeId, level: 'AGENCY', statuses: [], descriptions: [], reviews: {}, ratings: [] };
  const isWithdrawn = event.metadata.act === 'WITHDRAWN';
  switch (event.type) {
    case 'InitiativeRegistered':
      return {
        ...withStatus(record, event, isWithdrawn ? undefined : event.data.status),
        level: event.data.ownerLevel,
      };
    case 'InitiativeStatusStated':
      return withStatus(record, event, isWithdrawn ? undefined : event.data.status);
    case 'InitiativeDescribed':
      return { ...record, descriptions: [...record.descriptions, descriptionEntry(event)] };
    case 'InitiativeReviewed':
      return evolveReviews(record, event);
    case 'InitiativeRated':
      return { ...record, ratings: [...record.ratings, entryOf(event, event.data.rating, reason)] };
  }
}

function withStatus(record: InitiativeRecord, event: EventOfOne, status: InitiativeStatus | undefined) {
  return { ...record, statuses: [...record.statuses, entryOf(event, status, event.data.reason)] };
}

function descriptionEntry(event: EventOf<'InitiativeDescribed'>): Entry<ImportedDescription> {
  const { description, reason } = event.data;
  const isImported = event.metadata.source.kind === 'import';
  return entryOf(event, description && { ...description, ...(isImported && { isImported }) }, reason);
}

function evolveReviews(record: InitiativeRecord, event: EventOf<'InitiativeReviewed'>): InitiativeRecord {
  const { reviewId, review, was, reason } = event.data;
  const entries = [...(record.reviews[reviewId] ?? []), entryOf(event, review, reason)];
  const reviews = { ...record.reviews, [reviewId]: entries };
  const touchesStatus = (review?.status ?? was?.status) !== undefined;
  return touchesStatus ? { ...withStatus(record, event, review?.status), reviews } : { ...record, reviews };
}

/** What an event about staff adds to the entries of its initiative and year, or of its year. */
export function staffEntry(event: EventOf<'InitiativeStaffPromised' | 'StaffAvailabilityStated'>): Entry<Cells> {
  const { cells, reason } = event.data;
  return entryOf(event, cells.length === 0 ? undefined : { cells }, reason);
}

export function relationEntry(event: EventOf<'InitiativeRelated'>): Entry<Relation> {
  return entryOf(event, event.data.relation, event.data.reason);
}

/** The pair that an event judges, whether it says so or takes it back. */
export function pairOf({ data }: EventOf<'InitiativeRelated'>): Pick<Relation, 'initiativeId' | 'to'> {
  return (data.relation ?? data.was)!;
}

export function resolutionOf({ data, metadata }: EventOf<'InitiativeConflictResolved'>): Resolution {
  return { resolution: data.resolution, on: metadata.effectiveOn, role: metadata.actor.role };
}

/** Folds one event; never throws. */
export function evolveInventory(state: InventoryState, event: Recorded<InitiativeEvent>): InventoryState {
  switch (event.type) {
    case 'InitiativeRelated': {
      const { initiativeId, to } = pairOf(event);
      return { ...state, relations: pushed(state.relations, pairKey(initiativeId, to), relationEntry(event)) };
    }
    case 'InitiativeConflictResolved': {
      const resolutions = { ...state.resolutions, [event.data.judgement]: resolutionOf(event) };
      return { ...state, resolutions };
    }
    case 'InitiativeStaffPromised': {
      const key = promiseKey(event.data.initiativeId, event.data.schoolYear);
      return { ...state, promised: pushed(state.promised, key, staffEntry(event)) };
    }
    case 'StaffAvailabilityStated':
      return { ...state, available: pushed(state.available, event.data.schoolYear, staffEntry(event)) };
    default: {
      const { initiativeId } = event.data;
      const record = evolveInitiative(state.initiatives[initiativeId], event);
      return { ...state, initiatives: { ...state.initiatives, [initiativeId]: record } };
    }
  }
}

function pushed<T>(
  lists: Readonly<Record<string, readonly T[]>>,
  key: string,
  entry: T,
): Readonly<Record<string, readonly T[]>> {
  return { ...lists, [key]: [...(lists[key] ?? []), entry] };
}
