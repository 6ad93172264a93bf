import { derivedUuid, DomainError, type OrganisationId } from '@waymark/kernel';
import type { IdentifierScheme, OrganisationKind, OrganisationLabel } from './organisation.events.js';

/** One identifier: a text in a scheme. Leading zeros count. */
export interface Identifier {
  readonly scheme: IdentifierScheme;
  readonly value: string;
}

interface Format {
  readonly pattern: RegExp;
  readonly form: string;
  readonly rule?: string;
  /** The state whose scheme it is; absent for schemes of the whole country. */
  readonly state?: string;
  readonly kinds?: readonly OrganisationKind[];
}

const formats: Readonly<Record<IdentifierScheme, Format>> = {
  MI_ISD: { pattern: /^\d{2}$/, form: 'two digits, such as 03', rule: 'R-01', state: 'MI', kinds: ['SERVICE_AGENCY'] },
  MI_DISTRICT: {
    pattern: /^\d{5}$/,
    form: 'five digits, such as 03010',
    rule: 'R-01',
    state: 'MI',
    kinds: ['DISTRICT', 'SERVICE_AGENCY'],
  },
  MI_BUILDING: {
    pattern: /^\d{5}$/,
    form: 'five digits, such as 06730',
    rule: 'R-01',
    state: 'MI',
    kinds: ['SCHOOL', 'PROGRAM'],
  },
  IL_REGION: { pattern: /^\d{2}$/, form: 'two digits, such as 05', state: 'IL', kinds: ['SERVICE_AGENCY'] },
  RCDTS: { pattern: /^\d{15}$/, form: 'fifteen digits', rule: 'R-04', state: 'IL', kinds: ['DISTRICT', 'SCHOOL'] },
  LEAID: { pattern: /^\d{7}$/, form: 'seven digits', rule: 'R-01', kinds: ['DISTRICT', 'SERVICE_AGENCY'] },
  NCESSCH: { pattern: /^\d{12}$/, form: 'twelve digits', rule: 'R-01', kinds: ['SCHOOL', 'PROGRAM'] },
  LOCAL: { pattern: /^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/, form: '1 to 40 letters, digits, dots or dashes' },
};

/** Whether the text has the form of the scheme. */
export function hasForm(scheme: IdentifierScheme, value: string): boolean {
  return formats[scheme].pattern.test(value);
}

/** form, state and kind of an identifier. Throws IDENTIFIER_INVALID naming what is expected. */
export function requireIdentifier(
  { scheme, value }: Identifier,
  of: { readonly state: string; readonly kind: OrganisationKind },
  path: readonly string[] = ['identifiers'],
): void {
  const { pattern, form, rule, state, kinds } = formats[scheme];
  const refuse = (message: string) => new DomainError('IDENTIFIER_INVALID', message, { rule, path });
  if (!pattern.test(value)) {
    throw refuse(`${scheme} is ${form}, written as text with its leading zeros; "${value.slice(0, 40)}" is not.`);
  }
  if (state !== undefined && state !== of.state) {
    throw refuse(`${scheme} belongs to organisations of ${state}; this one is in ${of.state}. Use LOCAL or LEAID.`);
  }
  if (kinds !== undefined && !kinds.includes(of.kind)) {
    throw refuse(`${scheme} names ${kinds.join(' or ')}; this organisation is a ${of.kind}.`);
  }
}

/** the first eleven digits of a school's RCDTS are those of its district. Throws IDENTIFIER_INVALID. */
export function requireRcdtsWithin(school: string, district: string, path: readonly string[] = ['identifiers']): void {
  if (school.slice(0, 11) === district.slice(0, 11)) return;
  throw new DomainError(
    'IDENTIFIER_INVALID',
    `RCDTS ${school} does not begin with ${district.slice(0, 11)}, the first eleven digits of its district. Check both codes.`,
    { rule: 'R-04', path },
  );
}

/** The permanent id that an organisation gets when it is registered with this first identifier; codes may change later. */
export function organisationIdOf(state: string, kind: OrganisationKind, founding: Identifier): OrganisationId {
  return derivedUuid('organisation', state, kind, founding.scheme, founding.value) as OrganisationId;
}

const spokenKinds: Partial<Record<OrganisationKind, string>> = { SCHOOL: 'SCHOOL-', PROGRAM: 'PROGRAM-' };

/**
 * The code people write: `MI-03` (agency), `MI-03010` (district), `MI-SCHOOL-06730` (school: building and district
 * numbers overlap), `MI-PROGRAM-…`. Understood by `OrganisationReads.find`.
 */
export function writtenCode(state: string, kind: OrganisationKind, value: string): string {
  return `${state}-${spokenKinds[kind] ?? ''}${value}`;
}

const agencyLabels: readonly OrganisationLabel[] = ['ISD', 'ESA', 'RESA', 'RESD', 'ESD', 'ROE', 'ISC'];
const districtLabels: readonly OrganisationLabel[] = ['LEA', 'PSA'];

/** Which labels an organisation of this kind may go by. */
export function labelsOf(kind: OrganisationKind): readonly OrganisationLabel[] {
  if (kind === 'SERVICE_AGENCY') return agencyLabels;
  return kind === 'DISTRICT' ? districtLabels : [];
}
