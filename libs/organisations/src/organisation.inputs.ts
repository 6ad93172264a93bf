import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { DateScalar, MutationInput, Nested, Text } from '@waymark/nest-kit';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import {
  type IdentifierScheme,
  identifierSchemes,
  type OrganisationKind,
  organisationKinds,
  type OrganisationLabel,
  organisationLabels,
} from './organisation.events.js';

function enumOf<T extends string>(values: readonly T[]): Record<T, T> {
  return Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>;
}

/** Kinds of organisations as a GraphQL enum. */
export const OrganisationKindEnum = enumOf(organisationKinds);
registerEnumType(OrganisationKindEnum, { name: 'OrganisationKind', description: 'What an organisation is.' });
/** Labels as a GraphQL enum. */
export const OrganisationLabelEnum = enumOf(organisationLabels);
registerEnumType(OrganisationLabelEnum, {
  name: 'OrganisationLabel',
  description: 'The legal label a service agency or district goes by.',
});
/** Identifier schemes as a GraphQL enum. */
export const IdentifierSchemeEnum = enumOf(identifierSchemes);
registerEnumType(IdentifierSchemeEnum, {
  name: 'IdentifierScheme',
  description: 'Whose code it is. Codes are texts; leading zeros count (R-01, R-04).',
});

const ORGANISATION = 'By code, such as "MI-03010", or by id.';

@InputType({ description: 'An identifier of an organisation.' })
export class IdentifierInput {
  @Field(() => IdentifierSchemeEnum, { description: 'Whose code it is.' })
  @IsIn(identifierSchemes)
  scheme!: IdentifierScheme;

  @Text(120, { description: 'The code, with its leading zeros.' })
  value!: string;
}

@InputType({ isAbstract: true })
abstract class DescribedInput extends MutationInput {
  @Field(() => OrganisationLabelEnum, { nullable: true, description: 'Legal label, if it is known.' })
  @IsOptional()
  @IsIn(organisationLabels)
  label?: OrganisationLabel | null;

  @Text(200, { description: 'City.', nullable: true })
  city?: string | null;

  @Text(20, { description: 'Postal code.', nullable: true })
  postalCode?: string | null;

  @Text(200, { description: 'Grade levels, as the directory writes them.', nullable: true })
  gradeLevels?: string | null;

  @Text(80, { description: 'Locale, such as "Rural: Fringe".', nullable: true })
  locale?: string | null;
}

@InputType({ description: 'An organisation to enter into the record.' })
export class RegisterOrganisationInput extends DescribedInput {
  @Text(2, { description: 'State, two capital letters.' })
  state!: string;

  @Field(() => OrganisationKindEnum, { description: 'What it is.' })
  @IsIn(organisationKinds)
  kind!: OrganisationKind;

  @Text(300, { description: 'Its name.' })
  name!: string;

  @Text(60, {
    description: 'IANA time zone, such as "America/Detroit"; that of the parent when absent.',
    nullable: true,
  })
  timeZone?: string | null;

  @Nested(() => IdentifierInput, { description: 'Its codes, at least one.', list: { max: 8 } })
  identifiers!: IdentifierInput[];

  @Text(400, { description: `What it stands under. ${ORGANISATION}`, nullable: true })
  parent?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Since when; today when absent.' })
  @IsOptional()
  effectiveOn?: string | null;
}

@InputType({ description: 'Label and particulars of an organisation, stated anew as a whole.' })
export class DescribeOrganisationInput extends DescribedInput {
  @Text(400, { description: `The organisation. ${ORGANISATION}` })
  organisation!: string;
}

@InputType({ isAbstract: true })
abstract class AboutOrganisationInput extends MutationInput {
  @Text(400, { description: `The organisation. ${ORGANISATION}` })
  organisation!: string;
}

@InputType({ description: 'Another name of an organisation.' })
export class NameOrganisationInput extends AboutOrganisationInput {
  @Text(300, { description: 'The name.' })
  name!: string;

  @Field(() => DateScalar, { nullable: true, description: 'From when on; today when absent.' })
  @IsOptional()
  effectiveOn?: string | null;

  @Text(2000, { description: 'Why.', nullable: true })
  reason?: string | null;
}

@InputType({ description: 'An identifier, or another one of the same scheme.' })
export class IdentifyOrganisationInput extends AboutOrganisationInput {
  @Nested(() => IdentifierInput, { description: 'The code.' })
  identifier!: IdentifierInput;

  @Field(() => DateScalar, { nullable: true, description: 'From when on; today when absent.' })
  @IsOptional()
  effectiveOn?: string | null;

  @Text(2000, { description: 'Why.', nullable: true })
  reason?: string | null;
}

@InputType({ description: 'A parent from a date on; a date ahead is a planned move.' })
export class PlaceOrganisationInput extends AboutOrganisationInput {
  @Text(400, { description: `What it comes under. ${ORGANISATION}` })
  parent!: string;

  @Field(() => DateScalar, { nullable: true, description: 'First day under this parent; today when absent.' })
  @IsOptional()
  effectiveOn?: string | null;

  @Text(2000, { description: 'Why.', nullable: true })
  reason?: string | null;
}

@InputType({ description: 'What was wrong with a placement: its parent, its date, or both.' })
export class CorrectPlacementInput extends AboutOrganisationInput {
  @Text(36, { description: 'Id of the placement, from the list of placements.' })
  placement!: string;

  @Text(400, { description: `The right parent, if it was wrong. ${ORGANISATION}`, nullable: true })
  parent?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The right first day, if it was wrong.' })
  @IsOptional()
  effectiveOn?: string | null;

  @Text(2000, { description: 'Why the entry was wrong.' })
  reason!: string;
}

@InputType({ description: 'A placement that never was true.' })
export class WithdrawPlacementInput extends AboutOrganisationInput {
  @Text(36, { description: 'Id of the placement, from the list of placements.' })
  placement!: string;

  @Text(2000, { description: 'Why it is withdrawn.' })
  reason!: string;
}

@InputType({ description: 'The end of an organisation, or its merger into another.' })
export class CloseOrganisationInput extends AboutOrganisationInput {
  @Field(() => DateScalar, { description: 'Last day; a day ahead is a planned closing.' })
  lastDay!: string;

  @Text(400, { description: `What succeeds it. ${ORGANISATION}`, nullable: true })
  successor?: string | null;

  @Text(2000, { description: 'Why.' })
  reason!: string;
}

@InputType({ description: 'A closing that was entered by mistake.' })
export class WithdrawClosingInput extends AboutOrganisationInput {
  @Text(2000, { description: 'Why it is withdrawn.' })
  reason!: string;
}

/** Longest CSV text in a mutation, in characters; larger files are imported by the CLI. */
export const LONGEST_CSV = 5_000_000;

@InputType({ description: 'A directory of organisations to import.' })
export class ImportOrganisationsInput extends MutationInput {
  @Text(LONGEST_CSV, { description: 'The file, CSV.' })
  csv!: string;

  @Text(100_000, {
    description: 'Name of a bundled mapping, such as "mi", or a mapping of your own as JSON (directories/README.md).',
  })
  mapping!: string;

  @Field(() => Boolean, { description: 'Writes nothing and answers with the same report.', defaultValue: false })
  @IsBoolean()
  dryRun: boolean = false;

  @Field(() => Boolean, {
    description:
      'Takes what the file says where somebody entered something else by hand; left alone and reported otherwise.',
    defaultValue: false,
  })
  @IsBoolean()
  takeFile: boolean = false;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'From when on changes of parents count; today when absent.',
  })
  @IsOptional()
  effectiveOn?: string | null;
}
