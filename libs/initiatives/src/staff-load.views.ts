import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { payloadOf, SchoolYearScalar } from '@waymark/nest-kit';
import { InitiativeRelationEnum, StaffLoadStateEnum } from './initiative.enums.js';
import { InitiativeRelationView, InitiativeStatement } from './initiative.views.js';

@ObjectType({ description: 'What one staff group carries in one school year, in full-time equivalents.' })
export class StaffLoadLineView {
  @Field(() => SchoolYearScalar, { description: 'The school year.' })
  schoolYear!: string;

  @Field(() => String, { description: 'The staff group.' })
  staffGroup!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'Promised to what is planned or active, as far as it is known; null when none of it is.',
  })
  promised!: number | null;

  @Field(() => [ID], { description: 'The planned and active initiatives that name the group.' })
  initiatives!: string[];

  @Field(() => Int, { description: 'How many of them do not say how much.' })
  unknown!: number;

  @Field(() => Float, { nullable: true, description: 'What there is; null when it is not known.' })
  available!: number | null;

  @Field(() => StaffLoadStateEnum, { description: 'Whether it is enough.' })
  state!: string;

  @Field(() => String, { description: 'What the state rests on.' })
  because!: string;

  @Field(() => InitiativeStatement, { nullable: true, description: 'The entry about what there is.' })
  statement!: InitiativeStatement | null;
}

@ObjectType({
  description: 'Staff promised to the initiatives of an owner against the staff it has, over school years.',
})
export class StaffLoadView {
  @Field(() => ID, { description: 'The owner.' })
  organisationId!: string;

  @Field(() => String, { description: 'Rule and version by which it is counted.' })
  rule!: string;

  @Field(() => [StaffLoadLineView], { description: 'By school year and staff group.' })
  lines!: StaffLoadLineView[];
}

export const StaffLoadPayload = payloadOf(() => StaffLoadView, 'StaffLoad');

@ObjectType({
  description: 'Something that a rule finds about initiatives. It is computed, and never overrules a judgement (R-36).',
})
export class InitiativeSuggestion {
  @Field(() => InitiativeRelationEnum, { description: 'The relation that is suggested.' })
  relation!: string;

  @Field(() => [ID], { description: 'The initiatives it is about.' })
  initiatives!: string[];

  @Field(() => String, { nullable: true, description: 'The staff group it is about.' })
  staffGroup!: string | null;

  @Field(() => SchoolYearScalar, { nullable: true, description: 'The school year it is about.' })
  schoolYear!: string | null;

  @Field(() => String, { description: 'What speaks for it and against it, and what is not known.' })
  because!: string;

  @Field(() => String, { description: 'Rule and version that found it.' })
  rule!: string;

  @Field(() => [InitiativeRelationView], { description: 'What people judged about these initiatives: it stands.' })
  judgements!: InitiativeRelationView[];
}
