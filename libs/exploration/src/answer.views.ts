import { createUnionType, Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateScalar } from '@waymark/nest-kit';
import { FocusAreaEnum, RelationKindEnum, ResourceKindEnum, ThreeWayEnum } from './exploration.enums.js';

@ObjectType({ description: 'Free text. Names of persons do not belong in it.' })
export class TextValue {
  @Field(() => String, { description: 'The text.' })
  text!: string;
}

@ObjectType({ description: 'Yes, partly or no.' })
export class ThreeWayValue {
  @Field(() => ThreeWayEnum, { description: 'Yes, partly or no.' })
  threeWay!: string;
}

@ObjectType({ description: 'A level from 1 to 5, for a focus area where the part asks for one.' })
export class Scale5Value {
  @Field(() => Int, { description: '1 to 5.' })
  level!: number;

  @Field(() => FocusAreaEnum, { nullable: true, description: 'Focus area the level is about.' })
  focusArea!: string | null;
}

@ObjectType({ description: 'One of the codes that the part allows.' })
export class ChoiceValue {
  @Field(() => String, { description: 'The code.' })
  choice!: string;
}

@ObjectType({ description: 'Several of the codes that the part allows.' })
export class ChoicesValue {
  @Field(() => [String], { description: 'The codes.' })
  choices!: string[];
}

@ObjectType({ description: 'Several focus areas.' })
export class FocusAreasValue {
  @Field(() => [FocusAreaEnum], { description: 'The focus areas.' })
  focusAreas!: string[];
}

@ObjectType({ description: 'A number with its unit.' })
export class QuantityValue {
  @Field(() => Float, { description: 'The number.' })
  quantity!: number;

  @Field(() => String, { description: 'The unit, such as DAYS.' })
  unit!: string;
}

@ObjectType({ description: 'A set of aggregate data and what it shows.' })
export class DataSetValue {
  @Field(() => String, { description: 'Name of the data set.' })
  title!: string;

  @Field(() => String, { description: 'What it shows.' })
  finding!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was seen.' })
  seenOn!: string | null;
}

@ObjectType({ description: 'A plan that was read.' })
export class PlanValue {
  @Field(() => String, { description: 'Kind of plan, one of the codes that the part allows.' })
  planKind!: string;

  @Field(() => String, { description: 'Name of the plan.' })
  title!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was seen.' })
  seenOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it can be found.' })
  link!: string | null;
}

@ObjectType({ description: 'An initiative by its name.' })
export class InitiativeValue {
  @Field(() => String, { description: 'Name of the initiative.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'Organisation that owns it.' })
  ownerOrganisationId!: string | null;
}

@ObjectType({ description: 'How MTSS in a focus area bears on an initiative.' })
export class RelationValue {
  @Field(() => String, { description: 'Name of the initiative.' })
  initiative!: string;

  @Field(() => FocusAreaEnum, { nullable: true, description: 'The focus area.' })
  focusArea!: string | null;

  @Field(() => RelationKindEnum, { description: 'Strengthens, conflicts, over-extends staff, neutral or unknown.' })
  relation!: string;

  @Field(() => [String], { description: 'Groups of staff concerned (groups, not persons).' })
  staffGroups!: string[];

  @Field(() => String, { nullable: true, description: 'Why.' })
  explanation!: string | null;
}

@ObjectType({ description: 'Staff time, people, money or something else that can be given.' })
export class ResourceValue {
  @Field(() => ResourceKindEnum, { description: 'Kind of resource.' })
  resource!: string;

  @Field(() => String, { description: 'Decimal number; money in whole US cents.' })
  amount!: string;

  @Field(() => String, { description: 'The unit, such as FTE or USD_CENTS.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Where the money comes from.' })
  fundingSource!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day.' })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day.' })
  until!: string | null;
}

@ObjectType({ description: 'What staff must learn.' })
export class LearningNeedValue {
  @Field(() => String, { description: 'Role of those who learn.' })
  staffRole!: string;

  @Field(() => String, { description: 'What they learn.' })
  topic!: string;

  @Field(() => String, { description: 'Whom it is for, one of the codes that the part allows.' })
  audience!: string;

  @Field(() => DateScalar, { nullable: true, description: 'By when.' })
  by!: string | null;
}

@ObjectType({ description: 'A change in the organisation.' })
export class ChangeValue {
  @Field(() => String, { description: 'The change.' })
  change!: string;

  @Field(() => String, { description: 'Role that sees to it.' })
  ownerRole!: string;

  @Field(() => String, { description: 'How far it is, one of the codes that the part allows.' })
  status!: string;
}

/** View class of each kind of value. */
export const valueViews = {
  TEXT: TextValue,
  THREE_WAY: ThreeWayValue,
  SCALE5: Scale5Value,
  CHOICE: ChoiceValue,
  CHOICES: ChoicesValue,
  FOCUS_AREAS: FocusAreasValue,
  QUANTITY: QuantityValue,
  DATA_SET: DataSetValue,
  PLAN: PlanValue,
  INITIATIVE: InitiativeValue,
  RELATION: RelationValue,
  RESOURCE: ResourceValue,
  LEARNING_NEED: LearningNeedValue,
  CHANGE: ChangeValue,
} as const;

export const AnswerValueUnion = createUnionType({
  name: 'AnswerValue',
  description: 'Value of one part of an answer, by the kind that the part declares (R-12).',
  types: () => Object.values(valueViews) as unknown as readonly [typeof TextValue],
  resolveType: (value: { kind: keyof typeof valueViews }) => valueViews[value.kind].name,
});
