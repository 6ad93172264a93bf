import { type CivilDate, DomainError, isCivilDate, type OrganisationId, type Organisations } from '@waymark/kernel';
import { requireIdentifier, requireRcdtsWithin, labelsOf } from './identifier-formats.js';
import type { Identifier } from './identifier-formats.js';
import type { OrganisationBasis, TakenCode } from './organisation.basis.js';
import type { OrganisationKind, OrganisationLabel } from './organisation.events.js';
import type { OrganisationState, RegisteredOrganisation } from './organisation-state.js';

/** How many years ahead a move or a closing may be planned. */
export const YEARS_AHEAD = 10;
/** Longest name of an organisation, in characters. */
export const LONGEST_NAME = 300;
/** Longest reason, in characters. */
export const LONGEST_REASON = 2000;

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The organisation, which must be registered. Throws ORGANISATION_UNKNOWN. */
export function requireRegistered(state: OrganisationState): RegisteredOrganisation {
  if (state === null) {
    throw new DomainError('ORGANISATION_UNKNOWN', 'There is no such organisation in the record. Register it first.', {
      path: ['organisationId'],
    });
  }
  return state;
}

/** nothing new for an organisation after its last day. Throws ORGANISATION_CLOSED. */
export function requireOpenOn(
  state: RegisteredOrganisation,
  on: CivilDate,
  path: readonly string[] = ['effectiveOn'],
): void {
  const lastDay = state.closed?.lastDay;
  if (lastDay === undefined || on <= lastDay) return;
  throw new DomainError(
    'ORGANISATION_CLOSED',
    `This organisation's last day is ${lastDay}; nothing can be entered for ${on}. Use its successor.`,
    { rule: 'R-06', path },
  );
}

/** A text that says something: trimmed, not empty, no control characters. Throws TEXT_INVALID. */
export function requireText(text: string, longest: number, path: readonly string[]): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > longest || CONTROL.test(trimmed)) {
    throw new DomainError('TEXT_INVALID', `Give 1 to ${longest} characters on one line, without control characters.`, {
      path,
    });
  }
  return trimmed;
}

/** a planned item may lie ahead, by {@link YEARS_AHEAD} years at most. Throws DATE_TOO_FAR. */
export function requirePlannable(on: CivilDate, today: CivilDate, path: readonly string[] = ['effectiveOn']): void {
  if (!isCivilDate(on)) {
    throw new DomainError('DATE_TOO_FAR', `"${on.slice(0, 20)}" is not a date between 1900 and 2199.`, { path });
  }
  const furthest = `${Number(today.slice(0, 4)) + YEARS_AHEAD}${today.slice(4)}`;
  if (on > furthest) {
    throw new DomainError(
      'DATE_TOO_FAR',
      `${on} lies more than ${YEARS_AHEAD} years ahead. Enter it when it comes nearer.`,
      { rule: 'R-90', path },
    );
  }
}

/** The label fits the kind. Throws LABEL_MISFIT. */
export function requireLabel(kind: OrganisationKind, label: OrganisationLabel | undefined): void {
  const labels = labelsOf(kind);
  if (label === undefined || labels.includes(label)) return;
  const choice = labels.length === 0 ? 'It has no label.' : `Use ${labels.join(', ')}, or leave it open.`;
  throw new DomainError('LABEL_MISFIT', `A ${kind} does not go by the label ${label}. ${choice}`, { path: ['label'] });
}

/** Form of the identifiers, one per scheme, none in another organisation's hands. */
export function requireIdentifiers(
  identifiers: readonly Identifier[],
  of: { readonly state: string; readonly kind: OrganisationKind },
  taken: readonly TakenCode[] = [],
): void {
  for (const [index, identifier] of identifiers.entries()) {
    const path = ['identifiers', String(index)];
    requireIdentifier(identifier, of, path);
    if (identifiers.findIndex((other) => other.scheme === identifier.scheme) !== index) {
      throw new DomainError('IDENTIFIER_INVALID', `Give one identifier of the scheme ${identifier.scheme}.`, { path });
    }
    requireFree(identifier, taken, path);
  }
}

/** Nobody else of the same kind goes by this code. Throws CODE_TAKEN. */
export function requireFree(identifier: Identifier, taken: readonly TakenCode[], path: readonly string[]): void {
  const holder = taken.find(({ scheme, value }) => scheme === identifier.scheme && value === identifier.value);
  if (holder === undefined) return;
  throw new DomainError(
    'CODE_TAKEN',
    `${identifier.scheme} ${identifier.value} belongs to ${holder.name}. Check the code, or give that organisation its new one first.`,
    { rule: 'R-01', path },
  );
}

const parentKinds: Readonly<Record<OrganisationKind, readonly OrganisationKind[]>> = {
  STATE_AGENCY: [],
  TA_PROVIDER: [],
  SERVICE_AGENCY: [],
  DISTRICT: ['SERVICE_AGENCY'],
  SCHOOL: ['DISTRICT', 'SERVICE_AGENCY'],
  PROGRAM: ['DISTRICT', 'SERVICE_AGENCY'],
};

/**
 * the parent exists, is of a kind that takes this kind, is in the same state and is open on the day;
 * R-04 for Illinois codes. Throws PARENT_UNKNOWN, PARENT_MISFIT, PARENT_CLOSED, IDENTIFIER_INVALID.
 */
export function requireParent(
  parent: OrganisationBasis | null | undefined,
  child: { readonly organisationId: OrganisationId; readonly state: string; readonly kind: OrganisationKind },
  on: CivilDate,
): OrganisationBasis {
  const path = ['parent'];
  const rule = child.kind === 'DISTRICT' ? 'R-02' : 'R-05';
  if (parent === null || parent === undefined) {
    throw new DomainError('PARENT_UNKNOWN', 'There is no such organisation to place it under. Register it first.', {
      rule,
      path,
    });
  }
  const kinds = parentKinds[child.kind];
  if (!kinds.includes(parent.kind)) {
    const fits = kinds.length === 0 ? 'stands under nobody' : `stands under a ${kinds.join(' or ')}`;
    throw new DomainError('PARENT_MISFIT', `A ${child.kind} ${fits}; ${parent.name} is a ${parent.kind}.`, {
      rule,
      path,
    });
  }
  if (parent.state !== child.state) {
    throw new DomainError(
      'PARENT_MISFIT',
      `${parent.name} is in ${parent.state}, this organisation in ${child.state}; a parent is in the same state.`,
      { rule, path },
    );
  }
  if (parent.lastDay !== undefined && on > parent.lastDay) {
    throw new DomainError(
      'PARENT_CLOSED',
      `${parent.name} closes on ${parent.lastDay} and takes nothing new on ${on}. Name its successor.`,
      { rule: 'R-06', path },
    );
  }
  return parent;
}

/** R-04 for a school under a district, both with RCDTS codes. */
export function requireRcdtsOf(identifiers: readonly Identifier[], parent: OrganisationBasis): void {
  const own = identifiers.find(({ scheme }) => scheme === 'RCDTS');
  if (own !== undefined && parent.rcdts !== undefined) requireRcdtsWithin(own.value, parent.rcdts);
}

/** Agency and district of an organisation of this kind under this parent: how its events are tagged. */
export function tagsUnder(
  child: { readonly organisationId: OrganisationId; readonly kind: OrganisationKind },
  parent: OrganisationBasis,
): Organisations {
  if (child.kind === 'DISTRICT') return { agency: parent.organisationId, district: child.organisationId };
  if (parent.kind === 'SERVICE_AGENCY') return { agency: parent.organisationId };
  return {
    ...(parent.agencyId !== undefined && { agency: parent.agencyId }),
    district: parent.organisationId,
  };
}

/** Tags of an organisation that stands under nobody. */
export function tagsAlone(organisation: {
  readonly organisationId: OrganisationId;
  readonly kind: OrganisationKind;
}): Organisations {
  if (organisation.kind === 'SERVICE_AGENCY') return { agency: organisation.organisationId };
  return organisation.kind === 'DISTRICT' ? { district: organisation.organisationId } : {};
}
