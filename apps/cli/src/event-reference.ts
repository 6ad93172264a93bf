import type { AnyEventCatalogue, EventType, Field } from '@waymark/kernel';

/** The event types that one slice records. */
export interface SliceEvents {
  readonly slice: string;
  readonly catalogues: readonly AnyEventCatalogue[];
}

/** Something that reads events, by name, with the types it handles: a projection, a basis, a policy. */
export interface EventReader {
  readonly name: string;
  readonly handles: readonly string[];
}

/** `docs/events.md`: every event type with its version, when it is recorded, its fields with their privacy, and who reads it. */
export function eventReference(slices: readonly SliceEvents[], readers: readonly EventReader[]): string {
  const sections = slices.flatMap(({ slice, catalogues }) => [
    `## ${slice}`,
    '',
    ...catalogues.flatMap(({ types }) =>
      Object.entries(types).flatMap(([name, type]) => eventSection(name, type, readers)),
    ),
  ]);
  const lines = [
    '# Events',
    '',
    'Generated from the event catalogues (`*.events.ts`); do not edit. Everything that Waymark knows is recorded as one of these.',
    'Besides its data, each event carries who recorded it, in which role and for which organisation, when, from when on it holds,',
    'and which request caused it (R-89). A member marked *sealed* holds personal data and is stored encrypted under a key of that person.',
    '',
    ...sections,
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function eventSection(name: string, type: EventType, readers: readonly EventReader[]): string[] {
  const reading = readers.filter(({ handles }) => handles.includes(name)).map((reader) => `\`${reader.name}\``);
  const rows = memberRows(type.fields, '');
  return [
    `### ${name} (version ${type.version})`,
    '',
    type.recorded,
    `Read by ${reading.length === 0 ? 'nobody yet' : reading.join(', ')}.`,
    '',
    ...(rows.length === 0 ? ['No members.'] : ['| Member | Holds | |', '| --- | --- | --- |', ...rows]),
    '',
  ];
}

type Fields = Readonly<Record<string, Field<unknown>>>;

function memberRows(fields: Fields, above: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => fieldRows(`${above}${name}`, field));
}

function fieldRows(path: string, field: Field<unknown>, wasOptional = false): string[] {
  const isOptional = field.optional === true || wasOptional;
  if (field.of !== undefined) return fieldRows(`${path}[]`, field.of, isOptional);
  if (field.fields === undefined) return [row(path, holds(field), marks(field, isOptional))];
  if (field.kind === 'record') {
    const own = isOptional ? [row(path, 'record', marks(field, true))] : [];
    return [...own, ...memberRows(field.fields, `${path}.`)];
  }
  const variants = Object.entries(field.fields).flatMap(([kind, variant]) =>
    memberRows(withoutKind(variant.fields ?? {}), `${path}(${kind}).`),
  );
  return [row(`${path}.kind`, field.kind.replaceAll(' or ', ', '), marks(field, isOptional)), ...variants];
}

function withoutKind(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'kind'));
}

function holds(field: Field<unknown>): string {
  return field.kind.replaceAll(' | ', ', ');
}

function marks(field: Field<unknown>, isOptional: boolean): string {
  return [...(isOptional ? ['optional'] : []), ...(field.privacy === 'personal' ? ['sealed'] : [])].join(', ');
}

function row(...cells: string[]): string {
  const [path, ...rest] = cells;
  return `| \`${path}\` | ${rest.join(' | ')} |`;
}
