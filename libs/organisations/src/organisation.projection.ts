import type { CivilDate, Recorded } from '@waymark/kernel';
import { type ProjectedRows, readTable, type RowOf, rowProjection, rowsOf } from '@waymark/read-store';
import { writtenCode } from './identifier-formats.js';
import type { IdentifierScheme, OrganisationEvent, OrganisationKind } from './organisation.events.js';

/** End of an interval that is still open. */
export const OPEN: CivilDate = '9999-12-31';

const text = { type: 'text' } as const;
const optionalText = { type: 'text', nullable: true } as const;
const integer = { type: 'integer' } as const;

/** One row per organisation, as it stands after its last event. Tag keys stay in the events. */
export const organisations = readTable({
  name: 'organisations',
  columns: {
    id: text,
    state: text,
    kind: text,
    label: optionalText,
    name: text,
    /** As people write it, such as MI-03010. */
    code: text,
    time_zone: text,
    city: optionalText,
    postal_code: optionalText,
    grade_levels: optionalText,
    locale: optionalText,
    last_day: optionalText,
    successor_id: optionalText,
    /** Number of events so far. */
    version: integer,
    /** What somebody entered by hand and no import has changed since: {@link HandMember}s, separated by spaces. */
    by_hand: text,
  },
  primaryKey: ['id'],
  indexes: [['state', 'kind', 'code'], ['kind', 'code'], ['code']],
});

/** The names of an organisation, each from a date until the next (half-open). */
export const organisationNames = readTable({
  name: 'organisation_names',
  columns: { organisation_id: text, position: integer, name: text, effective_from: text, effective_until: text },
  primaryKey: ['organisation_id', 'position'],
});

/** The identifiers of an organisation, each from a date until the next of its scheme (half-open). */
export const organisationCodes = readTable({
  name: 'organisation_codes',
  columns: {
    organisation_id: text,
    scheme: text,
    position: integer,
    state: text,
    value: text,
    effective_from: text,
    effective_until: text,
  },
  primaryKey: ['organisation_id', 'scheme', 'position'],
  indexes: [['state', 'value']],
});

/** Who stood under whom, from a date until the next placement (half-open); withdrawn placements are gone. */
export const organisationPlacements = readTable({
  name: 'organisation_placements',
  columns: {
    organisation_id: text,
    /** First event of the placement: names it for a correction. */
    statement: text,
    root_position: integer,
    kind: text,
    parent_id: text,
    effective_from: text,
    effective_until: text,
  },
  primaryKey: ['organisation_id', 'statement'],
  indexes: [['parent_id', 'effective_from']],
});

const handColumns = ['name', 'label', 'city', 'postal_code', 'grade_levels', 'locale'] as const;
/** What a directory may say about an organisation: columns of its row, and its parent. */
export type HandMember = (typeof handColumns)[number] | 'parent';

export type OrganisationRow = RowOf<typeof organisations>;

interface Interval {
  effective_from: string;
  effective_until: string;
}

/** Each statement holds until the next; of two on one day the later one wins, and the earlier holds for no day (S2, S4, S12). */
function closeIntervals<T extends Interval>(rows: readonly T[], rootOf: (row: T) => number): T[] {
  const sorted = rows.toSorted((a, b) => compare(a.effective_from, b.effective_from) || rootOf(a) - rootOf(b));
  return sorted.map((row, index) => ({ ...row, effective_until: sorted[index + 1]?.effective_from ?? OPEN }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type Of<T extends OrganisationEvent['type']> = Recorded<Extract<OrganisationEvent, { type: T }>>;
type Handled = Exclude<OrganisationEvent, { type: 'OrganisationMovedAway' }>;

/** Tables of organisations with their names, codes and parents over time. */
export const organisationProjection = rowProjection<Handled>({
  name: 'organisations',
  version: 2,
  tables: [organisations, organisationNames, organisationCodes, organisationPlacements],
  handles: [
    'OrganisationRegistered',
    'OrganisationNamed',
    'OrganisationIdentified',
    'OrganisationDescribed',
    'OrganisationPlaced',
    'OrganisationClosed',
  ],
  keys({ data: { organisationId } }) {
    const own = { organisation_id: organisationId };
    return [
      rowsOf(organisations, { id: organisationId }),
      rowsOf(organisationNames, own),
      rowsOf(organisationCodes, own),
      rowsOf(organisationPlacements, own),
    ];
  },
  apply(event, rows) {
    switch (event.type) {
      case 'OrganisationRegistered':
        return register(event, rows);
      case 'OrganisationNamed':
        return rename(event, rows);
      case 'OrganisationIdentified':
        return identify(event, rows);
      case 'OrganisationDescribed':
        return change(event, rows, { label: event.data.label ?? null, ...particulars(event.data) });
      case 'OrganisationPlaced':
        place(event, rows);
        return change(event, rows, {});
      case 'OrganisationClosed':
        return change(event, rows, closing(event));
    }
  },
});

function particulars(data: Of<'OrganisationDescribed'>['data'] | Of<'OrganisationRegistered'>['data']) {
  return {
    city: data.city ?? null,
    postal_code: data.postalCode ?? null,
    grade_levels: data.gradeLevels ?? null,
    locale: data.locale ?? null,
  };
}

function change(event: Recorded<Handled>, rows: ProjectedRows, members: Partial<OrganisationRow>): void {
  const before = rows.require(organisations, { id: event.data.organisationId });
  const after = { ...before, ...members, version: event.revision + 1 };
  rows.put(organisations, { ...after, by_hand: markedByHand(event, before, after) });
}

/** Whoever changed something last, by hand or by an import, says whose it is. */
function markedByHand(
  event: Recorded<Handled>,
  before: Partial<OrganisationRow>,
  after: Partial<OrganisationRow>,
): string {
  const changed: HandMember[] = handColumns.filter((column) => (before[column] ?? null) !== (after[column] ?? null));
  if (event.type === 'OrganisationPlaced') changed.push('parent');
  const others = (before.by_hand ?? '').split(' ').filter((member) => !(changed as string[]).includes(member));
  const marked = event.metadata.source.kind === 'import' ? others : [...others, ...changed];
  return marked.filter((member) => member !== '').join(' ');
}

function closing({ data, metadata }: Of<'OrganisationClosed'>): Partial<OrganisationRow> {
  if (metadata.act === 'WITHDRAWN') return { last_day: null, successor_id: null };
  return { last_day: metadata.effectiveOn, successor_id: data.successorId ?? null };
}

function register(event: Of<'OrganisationRegistered'>, rows: ProjectedRows): void {
  const { data, metadata, position, revision } = event;
  const { organisationId, state, kind, label, name, timeZone, identifiers } = data;
  const interval = { effective_from: metadata.effectiveOn, effective_until: OPEN };
  const row = {
    ...{ id: organisationId, state, kind, name },
    label: label ?? null,
    code: writtenCode(state, kind, spokenOf(identifiers)),
    time_zone: timeZone,
    ...particulars(data),
    ...{ last_day: null, successor_id: null, version: revision + 1 },
  };
  rows.put(organisations, { ...row, by_hand: markedByHand(event, {}, row) });
  rows.put(organisationNames, { organisation_id: organisationId, position, name, ...interval });
  for (const { scheme, value } of identifiers) {
    rows.put(organisationCodes, { organisation_id: organisationId, scheme, position, state, value, ...interval });
  }
}

function rename(event: Of<'OrganisationNamed'>, rows: ProjectedRows): void {
  const { organisationId, name } = event.data;
  const own = { organisation_id: organisationId };
  const added = { ...own, position: event.position, name, ...from(event) };
  const names = closeIntervals([...rows.all(organisationNames, own), added], (row) => row.position);
  for (const row of names) rows.put(organisationNames, row);
  change(event, rows, { name: names.at(-1)!.name });
}

function identify(event: Of<'OrganisationIdentified'>, rows: ProjectedRows): void {
  const { organisationId, scheme, value } = event.data;
  const { state, kind } = rows.require(organisations, { id: organisationId });
  const before = rows.all(organisationCodes, { organisation_id: organisationId });
  const added = { organisation_id: organisationId, scheme, position: event.position, state, value, ...from(event) };
  const sameScheme = closeIntervals([...before.filter((row) => row.scheme === scheme), added], (row) => row.position);
  for (const row of sameScheme) rows.put(organisationCodes, row);
  const now = [...before.filter((row) => row.scheme !== scheme), ...sameScheme];
  change(event, rows, { code: writtenCode(state, kind as OrganisationKind, spokenOf(now.filter(isOpen))) });
}

/** By which identifier an organisation is called when it has several. */
const spokenSchemes: readonly IdentifierScheme[] = [
  'MI_ISD',
  'MI_DISTRICT',
  'MI_BUILDING',
  'IL_REGION',
  'RCDTS',
  'LOCAL',
  'LEAID',
  'NCESSCH',
];

function spokenOf(identifiers: readonly { readonly scheme: string; readonly value: string }[]): string {
  const rank = ({ scheme }: { readonly scheme: string }) => (spokenSchemes as readonly string[]).indexOf(scheme);
  return identifiers.toSorted((a, b) => rank(a) - rank(b))[0]!.value;
}

function isOpen({ effective_until }: Interval): boolean {
  return effective_until === OPEN;
}

function from(event: Recorded<Handled>): Interval {
  return { effective_from: event.metadata.effectiveOn, effective_until: OPEN };
}

function place(event: Of<'OrganisationPlaced'>, rows: ProjectedRows): void {
  const { organisationId, kind, parentId } = event.data;
  const { act, statement } = event.metadata;
  const own = { organisation_id: organisationId };
  const before = rows.all(organisationPlacements, own);
  const others = before.filter((row) => row.statement !== statement);
  if (act === 'WITHDRAWN') {
    rows.remove(organisationPlacements, { ...own, statement });
  } else {
    // A correction keeps its statement's place among those of one day (S4).
    const root = before.find((row) => row.statement === statement)?.root_position ?? event.position;
    others.push({ ...own, statement, root_position: root, kind, parent_id: parentId, ...from(event) });
  }
  for (const row of closeIntervals(others, ({ root_position }) => root_position)) {
    rows.put(organisationPlacements, row);
  }
}
