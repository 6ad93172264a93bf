import { type CivilDate, type Decided, DomainError, type EventId } from '@waymark/kernel';
import type { CorrectPlacement, PlaceOrganisation, WithdrawPlacement } from './organisation-commands.js';
import type { OrganisationBasis } from './organisation.basis.js';
import type { OrganisationEvent } from './organisation.events.js';
import {
  LONGEST_REASON,
  requireOpenOn,
  requireParent,
  requirePlannable,
  requireRcdtsOf,
  requireText,
  tagsUnder,
} from './organisation-guards.js';
import { inForceOn, type Placement, type RegisteredOrganisation } from './organisation-state.js';

type Events = readonly Decided<OrganisationEvent>[];

/** two parents from one day on cannot both hold. Throws PLACEMENT_DATE_TAKEN. */
function requireFreeDay(state: RegisteredOrganisation, on: CivilDate, except?: EventId): void {
  const other = state.placements.find(({ effectiveOn, statement }) => effectiveOn === on && statement !== except);
  if (other === undefined) return;
  throw new DomainError(
    'PLACEMENT_DATE_TAKEN',
    `Another placement begins on ${on} already. Correct or withdraw that one if it is wrong, or give another date.`,
    { rule: 'R-02', path: ['effectiveOn'] },
  );
}

function requireFittingParent(
  given: OrganisationBasis | null | undefined,
  state: RegisteredOrganisation,
  on: CivilDate,
): OrganisationBasis {
  const parent = requireParent(given, state, on);
  const identifiers = state.identifiers.map(({ value }) => value);
  requireRcdtsOf(identifiers, parent);
  return parent;
}

function movedAway(
  state: RegisteredOrganisation,
  from: Placement,
  to: OrganisationBasis,
  effectiveOn: CivilDate,
  former: OrganisationBasis | undefined,
): Decided<OrganisationEvent> {
  const organisations = former?.organisationId === from.parentId ? tagsUnder(state, former) : from.organisations;
  return {
    type: 'OrganisationMovedAway',
    data: { organisationId: state.organisationId, fromId: from.parentId, toId: to.organisationId },
    effectiveOn,
    organisations,
  };
}

/** one parent at any date, with the date from which it holds. */
export function place({ data, meta }: PlaceOrganisation, state: RegisteredOrganisation): Events {
  const effectiveOn = data.effectiveOn ?? meta.today;
  requirePlannable(effectiveOn, meta.today);
  requireOpenOn(state, effectiveOn);
  const parent = requireFittingParent(data.parent, state, effectiveOn);
  const before = inForceOn(state.placements, effectiveOn);
  if (before?.parentId === parent.organisationId) return [];
  requireFreeDay(state, effectiveOn);
  const reason = data.reason === undefined ? undefined : requireText(data.reason, LONGEST_REASON, ['reason']);
  const placed: Decided<OrganisationEvent> = {
    type: 'OrganisationPlaced',
    data: {
      organisationId: state.organisationId,
      kind: state.kind,
      parentId: parent.organisationId,
      ...(reason !== undefined && { reason }),
    },
    effectiveOn,
    organisations: tagsUnder(state, parent),
  };
  return before === undefined ? [placed] : [placed, movedAway(state, before, parent, effectiveOn, data.former)];
}

/** The placement that a correction or withdrawal is about. Throws PLACEMENT_UNKNOWN, PLACEMENT_WITHDRAWN. */
function requirePlacement(state: RegisteredOrganisation, statement: EventId): Placement {
  const placement = state.placements.find((other) => other.statement === statement || other.latest === statement);
  if (placement !== undefined) return placement;
  const withdrawn = state.withdrawn.includes(statement);
  throw new DomainError(
    withdrawn ? 'PLACEMENT_WITHDRAWN' : 'PLACEMENT_UNKNOWN',
    withdrawn
      ? 'This placement was withdrawn, which is final. Place the organisation anew.'
      : 'This organisation has no such placement. Take the id from its list of placements.',
    { rule: 'R-02', path: ['placement'] },
  );
}

function wasOf({ parentId, effectiveOn }: Placement) {
  return { parentId, effectiveOn };
}

/** An earlier placement was wrong: the chain keeps its place, the last correction speaks. */
export function correct({ data, meta }: CorrectPlacement, state: RegisteredOrganisation): Events {
  const placement = requirePlacement(state, data.statement);
  const effectiveOn = data.effectiveOn ?? placement.effectiveOn;
  requirePlannable(effectiveOn, meta.today);
  requireOpenOn(state, effectiveOn);
  requireFreeDay(state, effectiveOn, placement.statement);
  const reason = requireText(data.reason, LONGEST_REASON, ['reason']);
  const parent = data.parent === undefined ? undefined : requireFittingParent(data.parent, state, effectiveOn);
  const parentId = parent?.organisationId ?? placement.parentId;
  if (parentId === placement.parentId && effectiveOn === placement.effectiveOn) return [];
  const corrected: Decided<OrganisationEvent> = {
    type: 'OrganisationPlaced',
    data: { organisationId: state.organisationId, kind: state.kind, parentId, reason, was: wasOf(placement) },
    act: 'CORRECTED',
    statement: placement.statement,
    corrects: placement.latest,
    effectiveOn,
    organisations: parent === undefined ? placement.organisations : tagsUnder(state, parent),
  };
  if (parent === undefined || parentId === placement.parentId) return [corrected];
  return [corrected, movedAway(state, placement, parent, effectiveOn, undefined)];
}

/** A placement never was true; what held before it holds again (S8). */
export function withdraw({ data }: WithdrawPlacement, state: RegisteredOrganisation): Events {
  const placement = requirePlacement(state, data.statement);
  const reason = requireText(data.reason, LONGEST_REASON, ['reason']);
  const { organisationId, kind } = state;
  return [
    {
      type: 'OrganisationPlaced',
      data: { organisationId, kind, parentId: placement.parentId, reason, was: wasOf(placement) },
      act: 'WITHDRAWN',
      statement: placement.statement,
      corrects: placement.latest,
      effectiveOn: placement.effectiveOn,
      organisations: placement.organisations,
    },
  ];
}
