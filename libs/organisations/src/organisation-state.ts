import type { CivilDate, EventId, OrganisationId, Organisations, Recorded } from '@waymark/kernel';
import type { Identifier } from './identifier-formats.js';
import type { Particulars } from './organisation-commands.js';
import type { OrganisationEvent, OrganisationKind, OrganisationLabel } from './organisation.events.js';

/** A statement that holds from a date until the next one of its kind. */
export interface Dated<T> {
  readonly value: T;
  readonly effectiveOn: CivilDate;
}

/** A placement in force, as last corrected. */
export interface Placement {
  readonly statement: EventId;
  /** The event that spoke last in the chain of corrections. */
  readonly latest: EventId;
  readonly parentId: OrganisationId;
  readonly effectiveOn: CivilDate;
  /** How the placement was tagged: agency and district on the day it was recorded. */
  readonly organisations: Organisations;
}

/** A closing in force, planned or past. */
export interface Closing {
  readonly statement: EventId;
  readonly lastDay: CivilDate;
  readonly successorId?: OrganisationId | undefined;
}

/** What the rules know of an organisation. */
export interface RegisteredOrganisation {
  readonly organisationId: OrganisationId;
  readonly state: string;
  readonly kind: OrganisationKind;
  readonly label?: OrganisationLabel | undefined;
  readonly particulars: Particulars;
  readonly names: readonly Dated<string>[];
  readonly identifiers: readonly Dated<Identifier>[];
  readonly placements: readonly Placement[];
  readonly withdrawn: readonly EventId[];
  readonly closed?: Closing | undefined;
}

/** `null` before the organisation is registered. */
export type OrganisationState = RegisteredOrganisation | null;

/** Of statements by date the one in force on a day: the latest date wins, on the same day the later statement (S2, S4). */
export function inForceOn<T extends { readonly effectiveOn: CivilDate }>(
  statements: readonly T[],
  on: CivilDate,
): T | undefined {
  let winner: T | undefined;
  for (const statement of statements) {
    if (statement.effectiveOn > on) continue;
    if (winner === undefined || statement.effectiveOn >= winner.effectiveOn) winner = statement;
  }
  return winner;
}

/** The label and particulars alone, without members that are unknown. */
export function particularsOf(data: Particulars): Particulars {
  const { city, postalCode, gradeLevels, locale } = data;
  return {
    ...(city !== undefined && { city }),
    ...(postalCode !== undefined && { postalCode }),
    ...(gradeLevels !== undefined && { gradeLevels }),
    ...(locale !== undefined && { locale }),
  };
}

/** Whether two sets of particulars say the same. */
export function sameParticulars(a: Particulars, b: Particulars): boolean {
  return (['city', 'postalCode', 'gradeLevels', 'locale'] as const).every((member) => a[member] === b[member]);
}

function placed(
  state: RegisteredOrganisation,
  event: Recorded<Extract<OrganisationEvent, { type: 'OrganisationPlaced' }>>,
): RegisteredOrganisation {
  const { act, statement, effectiveOn, agency, district } = event.metadata;
  const { parentId } = event.data;
  const placement = {
    statement,
    latest: event.eventId,
    parentId,
    effectiveOn,
    organisations: { ...(agency !== undefined && { agency }), ...(district !== undefined && { district }) },
  };
  if (act === 'STATED') return { ...state, placements: [...state.placements, placement] };
  if (act === 'CORRECTED') {
    // A correction keeps its statement's place (S4).
    return {
      ...state,
      placements: state.placements.map((other) => (other.statement === statement ? placement : other)),
    };
  }
  return {
    ...state,
    placements: state.placements.filter((other) => other.statement !== statement),
    withdrawn: [...state.withdrawn, statement],
  };
}

function closing({
  data,
  metadata,
}: Recorded<Extract<OrganisationEvent, { type: 'OrganisationClosed' }>>): Closing | undefined {
  const { act, statement, effectiveOn } = metadata;
  return act === 'WITHDRAWN' ? undefined : { statement, lastDay: effectiveOn, successorId: data.successorId };
}

/** Folds one event into the state; never throws. */
export function evolveOrganisation(state: OrganisationState, event: Recorded<OrganisationEvent>): OrganisationState {
  const { effectiveOn } = event.metadata;
  if (event.type === 'OrganisationRegistered') {
    const { organisationId, state: of, kind, label, name, identifiers } = event.data;
    return {
      organisationId,
      state: of,
      kind,
      label,
      particulars: particularsOf(event.data),
      names: [{ value: name, effectiveOn }],
      identifiers: identifiers.map((value) => ({ value, effectiveOn })),
      placements: [],
      withdrawn: [],
    };
  }
  if (state === null) return null;
  switch (event.type) {
    case 'OrganisationNamed':
      return { ...state, names: [...state.names, { value: event.data.name, effectiveOn }] };
    case 'OrganisationIdentified': {
      const { scheme, value } = event.data;
      return { ...state, identifiers: [...state.identifiers, { value: { scheme, value }, effectiveOn }] };
    }
    case 'OrganisationDescribed':
      return { ...state, label: event.data.label, particulars: particularsOf(event.data) };
    case 'OrganisationPlaced':
      return placed(state, event);
    case 'OrganisationMovedAway':
      return state;
    case 'OrganisationClosed':
      return { ...state, closed: closing(event) };
  }
}
