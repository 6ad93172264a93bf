import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, DateScalar, globalId, Node, payloadOf } from '@waymark/nest-kit';
import { findingKinds, type FindingKind, type ImportChange, type ImportLine } from './directory-report.js';
import type { IdentifierScheme, OrganisationKind, OrganisationLabel } from './organisation.events.js';
import { IdentifierSchemeEnum, OrganisationKindEnum, OrganisationLabelEnum } from './organisation.inputs.js';
import type { OrganisationRow } from './organisation.projection.js';

@ObjectType('OrganisationName', { description: 'A name, with the days between which it holds.' })
export class OrganisationNameView {
  @Field(() => String, { description: 'The name.' })
  name!: string;

  @Field(() => DateScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it no longer holds; null = open.' })
  until!: string | null;
}

@ObjectType('Identifier', { description: 'A code, with the days between which it holds.' })
export class IdentifierView {
  @Field(() => IdentifierSchemeEnum, { description: 'Whose code it is.' })
  scheme!: IdentifierScheme;

  @Field(() => String, { description: 'The code, with its leading zeros.' })
  value!: string;

  @Field(() => DateScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it no longer holds; null = open.' })
  until!: string | null;
}

/** An organisation; parents, children and histories are fields of their own. */
@ObjectType('Organisation', {
  implements: () => [Node],
  description: 'A service agency, district, school, program, state agency or provider.',
})
export class Organisation extends Node {
  /** Inner id, for the resolver's own fields; not part of the schema. */
  organisationId!: string;

  @Field(() => String, { description: 'As people write it: MI-03, MI-03010, MI-SCHOOL-06730. It may change.' })
  code!: string;

  @Field(() => String, { description: 'State, two letters.' })
  state!: string;

  @Field(() => Boolean, { description: 'Whether it is invented: sample data, in no real total.' })
  isSample!: boolean;

  @Field(() => OrganisationKindEnum, { description: 'What it is.' })
  kind!: OrganisationKind;

  @Field(() => OrganisationLabelEnum, { nullable: true, description: 'Legal label; null when nobody has said it.' })
  label!: OrganisationLabel | null;

  @Field(() => String, { description: 'Its name today.' })
  name!: string;

  @Field(() => String, { description: 'IANA time zone.' })
  timeZone!: string;

  @Field(() => String, { nullable: true, description: 'City.' })
  city!: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Grade levels, as the directory writes them.' })
  gradeLevels!: string | null;

  @Field(() => String, { nullable: true, description: 'Locale.' })
  locale!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day, past or planned; null while it is open.' })
  lastDay!: string | null;

  /** Inner id of the successor; not part of the schema. */
  successorId!: string | null;
}

/** The state of the sample county. */
export const SAMPLE_STATE = 'ZZ';

/** A row as clients see it. */
export function organisationView(row: OrganisationRow): Organisation {
  const view = new Organisation();
  view.id = globalId('Organisation', row.id);
  view.organisationId = row.id;
  view.code = row.code;
  view.state = row.state;
  view.isSample = row.state === SAMPLE_STATE;
  view.kind = row.kind as OrganisationKind;
  view.label = row.label as OrganisationLabel | null;
  view.name = row.name;
  view.timeZone = row.time_zone;
  view.city = row.city;
  view.postalCode = row.postal_code;
  view.gradeLevels = row.grade_levels;
  view.locale = row.locale;
  view.lastDay = row.last_day;
  view.successorId = row.successor_id;
  return view;
}

@ObjectType('Placement', { description: 'A parent, with the days between which it holds.' })
export class PlacementView {
  @Field(() => ID, { description: 'Names the placement when it is to be corrected or withdrawn.' })
  id!: string;

  @Field(() => Organisation, { description: 'What it stands under.' })
  parent!: Organisation;

  @Field(() => DateScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it no longer holds; null = open.' })
  until!: string | null;
}

export const OrganisationConnection = connectionOf(() => Organisation, 'Organisation');
export const OrganisationPayload = payloadOf(() => Organisation, 'Organisation');

/** Kinds of findings as a GraphQL enum. */
export const FindingKindEnum = Object.fromEntries(findingKinds.map((kind) => [kind, kind])) as Record<
  FindingKind,
  FindingKind
>;
registerEnumType(FindingKindEnum, {
  name: 'FindingKind',
  description: 'What can be the matter with a row of a directory.',
});

@ObjectType('ImportLine', { description: 'One thing in a file that was not taken as it stands.' })
export class ImportLineView {
  @Field(() => Int, { nullable: true, description: 'Line of the file; null when it is about the file as a whole.' })
  row!: number | null;

  @Field(() => String, { description: 'Code of the organisation concerned; empty for the file as a whole.' })
  code!: string;

  @Field(() => FindingKindEnum, { description: 'What was found.' })
  what!: FindingKind;

  @Field(() => String, { description: 'Why it was not taken as it stands.' })
  why!: string;

  @Field(() => String, { description: 'What was done.' })
  done!: string;
}
export const ImportLineConnection = connectionOf(() => ImportLineView, 'ImportLine');

@ObjectType('ImportChange', { description: 'What an import does to one organisation.' })
export class ImportChangeView {
  @Field(() => String, { description: 'Code of the organisation.' })
  code!: string;

  @Field(() => String, { description: 'REGISTERED, NAMED, DESCRIBED or PLACED.' })
  what!: string;

  @Field(() => String, { nullable: true, description: 'As it was; null when it was not there.' })
  before!: string | null;

  @Field(() => String, { description: 'As it is from now on.' })
  after!: string;
}
export const ImportChangeConnection = connectionOf(() => ImportChangeView, 'ImportChange');

@ObjectType('FindingCount', { description: 'How often something was found.' })
export class FindingCountView {
  @Field(() => FindingKindEnum, { description: 'What was found.' })
  what!: FindingKind;

  @Field(() => Int, { description: 'On how many lines of the report.' })
  lines!: number;

  @Field(() => Int, { description: 'About how many different codes.' })
  codes!: number;
}

@ObjectType('ImportReport', { description: 'What an import did, or would do.' })
export class ImportReportView {
  @Field(() => Boolean, { description: 'Whether nothing was written.' })
  dryRun!: boolean;

  @Field(() => String, { description: 'State of the directory.' })
  state!: string;

  @Field(() => String, { description: 'SHA-256 of the file.' })
  file!: string;

  @Field(() => Int, { description: 'Rows below the header.' })
  rows!: number;

  @Field(() => Int, { description: 'Service agencies in the file.' })
  agencies!: number;

  @Field(() => Int, { description: 'Districts in the file.' })
  districts!: number;

  @Field(() => Int, { description: 'Schools and programs in the file.' })
  schools!: number;

  @Field(() => Int, { description: 'Districts, schools and programs that stand under nobody.' })
  unplaced!: number;

  @Field(() => Int, { description: 'Organisations that the record knew already exactly so.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Events recorded; 0 in a dry run.' })
  events!: number;

  @Field(() => [FindingCountView], { description: 'How often what was found.' })
  summary!: FindingCountView[];

  /** All lines and changes; shown page by page. */
  allLines!: readonly ImportLine[];
  allChanges!: readonly ImportChange[];
}
export const ImportReportPayload = payloadOf(() => ImportReportView, 'ImportReport');
