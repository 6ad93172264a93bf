import {
  type CivilDate,
  dayOf,
  type Decided,
  DomainError,
  type Entry,
  type EventId,
  inForce,
  requireNotClosed,
  requireNotInFuture,
  requireReason,
  restating,
  type Standing,
  statementToCorrect,
} from '@waymark/kernel';
import type { Description, InitiativeCommand, OwnerBasis, RelationTarget } from './initiative-commands.js';
import { type InitiativeRecord, type InventoryState, isRunning, plainName, statusOf } from './initiative-state.js';
import type { InitiativeEvent } from './initiative.events.js';

export type InventoryEvents = readonly Decided<InitiativeEvent>[];
export type Handlers = {
  readonly [C in InitiativeCommand as C['type']]: (command: C, state: InventoryState) => InventoryEvents;
};

export function refuse(code: string, message: string, path: readonly string[], rule?: string): never {
  throw new DomainError(code, message, { rule, path });
}

/** The initiative with this id. Throws INITIATIVE_NOT_FOUND, for one that was taken back too. */
export function requireInitiative(
  state: InventoryState,
  initiativeId: string,
  path: readonly string[] = ['initiative'],
): InitiativeRecord {
  const record = state.initiatives[initiativeId];
  if (record !== undefined && statusOf(record) !== undefined) return record;
  return refuse('INITIATIVE_NOT_FOUND', 'This inventory has no such initiative. Register it first.', path, 'R-32');
}

/** what is over takes nothing new. */
export function requireRunning(
  state: InventoryState,
  initiativeId: string,
  path: readonly string[] = ['initiative'],
): InitiativeRecord {
  const record = requireInitiative(state, initiativeId, path);
  const status = statusOf(record)!;
  if (isRunning(status)) return record;
  return refuse(
    'INITIATIVE_OVER',
    `"${nameOf(record)}" is ${status.toLowerCase()} and takes nothing new. Review it and keep it to take it up again.`,
    path,
    'R-37',
  );
}

export function nameOf(record: InitiativeRecord): string {
  return inForce(record.descriptions)?.content.name ?? '';
}

/** among what runs in an inventory a name stands once, whatever its case. */
export function requireNameFree(state: InventoryState, name: string, except?: string): void {
  const taken = Object.values(state.initiatives).some(
    (record) =>
      record.initiativeId !== except && isRunning(statusOf(record)) && plainName(nameOf(record)) === plainName(name),
  );
  if (!taken) return;
  refuse(
    'INITIATIVE_NAME_TAKEN',
    `"${name.trim()}" runs in this inventory already. Describe that one, or choose another name.`,
    ['description', 'name'],
    'R-33',
  );
}

const distinctLists = ['focusAreas', 'tiers', 'mtssComponents', 'expectedOutcomes', 'fundingSources'] as const;

/** a name, dates in order, no code twice, and nothing that lies ahead but planned ends. */
export function requireDescription(description: Description, today: CivilDate): void {
  const at = (...path: string[]) => ['description', ...path];
  if (plainName(description.name) === '') {
    refuse('TITLE_MISSING', 'An initiative has a name.', at('name'), 'R-32');
  }
  requireDays(description, today);
  requireCostAndMandate(description);
  for (const list of distinctLists) {
    const values: readonly string[] = description[list];
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) refuse('DUPLICATE_CELL', `${twice} stands twice in one list.`, at(list));
  }
  requireScale(description);
  requireMeasures(description);
}

function requireDays({ startsOn, plannedEndOn, fidelityLatest }: Description, today: CivilDate): void {
  if (startsOn !== undefined && plannedEndOn !== undefined && plannedEndOn < startsOn) {
    const path = ['description', 'plannedEndOn'];
    refuse('END_BEFORE_START', `It would end on ${plannedEndOn}, before it starts.`, path, 'R-37');
  }
  if (fidelityLatest !== undefined) {
    requireNotInFuture(fidelityLatest.seenOn, today, ['description', 'fidelityLatest', 'seenOn']);
  }
}

function requireCostAndMandate({ annualCost = 0, mandate, mandateCitation }: Description): void {
  if (annualCost < 0) refuse('QUANTITY_BELOW_ZERO', 'A cost is not below zero.', ['description', 'annualCost']);
  if (mandate === 'NONE' && mandateCitation !== undefined) {
    const path = ['description', 'mandate'];
    refuse('MANDATE_MISFIT', 'What nobody mandates has no citation. Say who mandates it.', path);
  }
}

function requireScale({ scale }: Description): void {
  const units = scale.map(({ unit }) => unit);
  scale.forEach(({ unit, intended, actual }, index) => {
    const path = ['description', 'scale', String(index)];
    if (units.indexOf(unit) !== index) refuse('DUPLICATE_CELL', `${unit} stands twice in the scale.`, path);
    if (Math.min(intended ?? 0, actual ?? 0) < 0) refuse('QUANTITY_BELOW_ZERO', 'A number is not below zero.', path);
  });
}

function requireMeasures(description: Description): void {
  for (const member of ['fidelityMeasure', 'outcomeMeasure'] as const) {
    const { state, name } = description[member];
    if (state === 'MEASURED' || name === undefined) continue;
    refuse('MEASURE_MISFIT', 'A measure that has a name is measured. Leave the name out, or say MEASURED.', [
      ...['description', member],
    ]);
  }
}

/** The day an entry holds from: for what is new. */
export function dayOfEntry(effectiveOn: CivilDate | undefined, today: CivilDate, basis?: OwnerBasis): CivilDate {
  const day = dayOf(effectiveOn, today);
  requireNotClosed(basis?.closedOn, day, 'initiative');
  return day;
}

/** two different initiatives that are there, or an initiative and a focus area. */
export function requireTarget(
  state: InventoryState,
  ownerId: string,
  { initiativeId, to }: { readonly initiativeId: string; readonly to: RelationTarget },
  isKnown: boolean,
): void {
  if (to.kind === 'FOCUS_AREA') return;
  if (to.initiativeId === initiativeId) {
    refuse('RELATION_TO_ITSELF', 'A relation links two different initiatives. Name another one.', ['to'], 'R-34');
  }
  if (to.ownerId === ownerId) requireInitiative(state, to.initiativeId, ['to', 'initiative']);
  else if (!isKnown) {
    refuse('INITIATIVE_NOT_FOUND', 'The record has no such initiative. Register it first.', ['to'], 'R-34');
  }
}

/** A correction or withdrawal of a statement: what it names, its reason, and the circumstances of the event. */
export function restated<T>(
  entries: readonly Entry<T>[],
  data: { readonly corrects: EventId; readonly reason: string; readonly effectiveOn?: CivilDate | undefined },
  act: 'CORRECTED' | 'WITHDRAWN',
  today: CivilDate,
): { standing: Standing<T>; reason: string; how: ReturnType<typeof restating> & { effectiveOn: CivilDate } } {
  const standing = statementToCorrect(entries, data.corrects);
  const reason = requireReason(data.reason);
  const effectiveOn = dayOf(data.effectiveOn ?? standing.effectiveOn, today);
  return { standing, reason, how: { ...restating(act, standing), effectiveOn } };
}
