import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateScalar, Node, payloadOf, SchoolYearScalar, StatementView } from '@waymark/nest-kit';
import {
  AmountEnum,
  EvidenceKindEnum,
  FocusAreaEnum,
  FollowUpKindEnum,
  FollowUpOutcomeEnum,
  GoalStateEnum,
  NeedAnswerEnum,
  QuantityUnitEnum,
  SpeakerEnum,
  SupportTypeEnum,
} from './exploration.enums.js';

@ObjectType({ description: 'An entry about a district, or its correction or withdrawal.' })
export class DistrictStatement extends StatementView {
  @Field(() => SpeakerEnum, { nullable: true, description: 'Who speaks; null for withdrawals and plans.' })
  statedBy!: string | null;

  @Field(() => EvidenceKindEnum, { nullable: true, description: 'By which way it was learned.' })
  sourceKind!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the source.' })
  sourceOn!: string | null;

  @Field(() => String, { nullable: true, description: 'What the source is and where it can be found.' })
  sourceReference!: string | null;
}

@ObjectType({ description: 'What a district says about a focus area.' })
export class DistrictNeed {
  @Field(() => FocusAreaEnum, { description: 'The focus area.' })
  focusArea!: string;

  @Field(() => NeedAnswerEnum, { description: 'Need, no need, or unknown.' })
  answer!: string;

  @Field(() => Int, { nullable: true, description: '1 (slight) to 5 (pressing).' })
  strength!: number | null;

  @Field(() => String, { nullable: true, description: 'Which area OTHER means, or a remark.' })
  note!: string | null;

  @Field(() => DistrictStatement, { description: 'The entry it comes from.' })
  statement!: DistrictStatement;
}

@ObjectType({ description: 'Support a district asks for in a focus area and a form (R-15).' })
export class SupportRequest {
  @Field(() => FocusAreaEnum, { description: 'The focus area.' })
  focusArea!: string;

  @Field(() => SupportTypeEnum, { description: 'Training, coaching or data coordination.' })
  supportType!: string;

  @Field(() => AmountEnum, { description: 'How much.' })
  amount!: string;

  @Field(() => Float, { nullable: true, description: 'How much, as a number.' })
  quantity!: number | null;

  @Field(() => QuantityUnitEnum, { nullable: true, description: 'Unit of the number.' })
  unit!: string | null;

  @Field(() => String, { nullable: true, description: 'Which area OTHER means, or a remark.' })
  note!: string | null;

  @Field(() => DistrictStatement, { description: 'The entry it comes from.' })
  statement!: DistrictStatement;
}

@ObjectType({ description: 'A goal of a local MICIP plan that was read.' })
export class DistrictPlanView {
  @Field(() => ID, { description: 'Names the plan within the district.' })
  planRef!: string;

  @Field(() => String, { description: 'Title of the plan.' })
  planTitle!: string;

  @Field(() => String, { description: 'Title of the goal.' })
  goalTitle!: string;

  @Field(() => GoalStateEnum, { description: 'State of the goal.' })
  goalState!: string;

  @Field(() => [FocusAreaEnum], { description: 'Focus areas in which MTSS occurs in it.' })
  focusAreas!: string[];

  @Field(() => DateScalar, { description: 'Day on which it was seen.' })
  seenOn!: string;

  @Field(() => String, { nullable: true, description: 'Where it can be found.' })
  link!: string | null;

  @Field(() => DistrictStatement, { description: 'The entry it comes from.' })
  statement!: DistrictStatement;
}

@ObjectType({ description: 'One asking within a follow-up.' })
export class FollowUpAsking {
  @Field(() => FollowUpKindEnum, { description: 'How the district was asked.' })
  kind!: string;

  @Field(() => DateScalar, { description: 'On which day.' })
  on!: string;
}

@ObjectType({ description: 'The task to ask a district again about what is unknown (R-14).' })
export class FollowUpView {
  @Field(() => ID, { description: 'Names the follow-up within the district and year.' })
  followUpId!: string;

  @Field(() => FollowUpKindEnum, { description: 'How to ask.' })
  kind!: string;

  @Field(() => [FocusAreaEnum], { description: 'Areas to ask about.' })
  focusAreas!: string[];

  @Field(() => String, { description: 'Role that is responsible.' })
  ownerRole!: string;

  @Field(() => ID, { nullable: true, description: 'Person who is responsible (an opaque id).' })
  ownerId!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day by which it is due.' })
  dueOn!: string | null;

  @Field(() => DateScalar, { description: 'Day of the opening.' })
  openedOn!: string;

  @Field(() => [FollowUpAsking], { description: 'When and how the district was asked.' })
  asked!: FollowUpAsking[];

  @Field(() => FollowUpOutcomeEnum, { nullable: true, description: 'How it ended; null while it is open.' })
  outcome!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it ended.' })
  closedOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it ended without an answer.' })
  reason!: string | null;
}

@ObjectType({
  implements: () => [Node],
  description: 'All that a district said in a school year, by itself or through its agency.',
})
export class DistrictRequests extends Node {
  @Field(() => ID, { description: 'The district.' })
  organisationId!: string;

  @Field(() => SchoolYearScalar, { description: 'The school year.' })
  schoolYear!: string;

  @Field(() => [DistrictNeed], { description: 'What it needs, one line per focus area, as in force now.' })
  needs!: DistrictNeed[];

  @Field(() => [SupportRequest], { description: 'What it asks for, one line per area and form, as in force now.' })
  requests!: SupportRequest[];

  @Field(() => [DistrictPlanView], { description: 'Its local plans that were read.' })
  plans!: DistrictPlanView[];

  @Field(() => [FollowUpView], { description: 'Follow-ups, oldest first.' })
  followUps!: FollowUpView[];

  @Field(() => [DistrictStatement], { description: 'Every entry, correction and withdrawal, oldest first.' })
  history!: DistrictStatement[];
}

export const DistrictRequestsPayload = payloadOf(() => DistrictRequests, 'DistrictRequests');

@ObjectType({ description: 'What became of one row of a survey.' })
export class SurveyRowReport {
  @Field(() => Int, { description: 'Line of the file; the heading is line 1.' })
  line!: number;

  @Field(() => String, { description: 'District code as the file has it.' })
  district!: string;

  @Field(() => String, {
    description: 'RECORDED, WOULD_RECORD (dry run), UNCHANGED, KEPT (changed by hand since, left as it is) or REFUSED.',
  })
  outcome!: string;

  @Field(() => String, { nullable: true, description: 'Why it was kept or refused, and what to do.' })
  reason!: string | null;
}

@ObjectType({ description: 'Report of a survey that was brought in.' })
export class SurveyReport {
  @Field(() => Boolean, { description: 'Whether nothing was written.' })
  dryRun!: boolean;

  @Field(() => Int, { description: 'Rows in the file.' })
  rows!: number;

  @Field(() => Int, { description: 'Rows that were recorded, or would be.' })
  recorded!: number;

  @Field(() => Int, { description: 'Rows that say what is recorded already.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Rows about what somebody changed by hand since; it stays as it is.' })
  kept!: number;

  @Field(() => Int, { description: 'Rows that were refused.' })
  refused!: number;

  @Field(() => [SurveyRowReport], { description: 'A line per row.' })
  lines!: SurveyRowReport[];
}

export const SurveyReportPayload = payloadOf(() => SurveyReport, 'SurveyReport');
