import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { FocusAreaEnum } from '@waymark/exploration';
import {
  connectionOf,
  DateScalar,
  ListLength,
  Node,
  payloadOf,
  SchoolYearScalar,
  StatementView,
} from '@waymark/nest-kit';
import {
  AlignedPlanKindEnum,
  EvidenceBaseEnum,
  ImplementationStageEnum,
  InitiativeKindEnum,
  InitiativeRelationEnum,
  InitiativeStatusEnum,
  MandateEnum,
  MeasureStateEnum,
  MtssComponentEnum,
  OutcomeEvidenceEnum,
  OwnerLevelEnum,
  ReviewDecisionEnum,
  ScaleUnitEnum,
  StudentSupportTierEnum,
  SufficiencyEnum,
} from './initiative.enums.js';

/** How many entries such a list has as a rule, by which the cost of a query is counted. */
export const USUAL = { relations: 5, staff: 5, scale: 3, plans: 3, reviews: 3, history: 10 } as const;

@ObjectType({ description: 'An entry about an initiative, or its correction or withdrawal.' })
export class InitiativeStatement extends StatementView {
  @Field(() => String, { description: 'What it is about: DESCRIPTION, STATUS, REVIEW, RATING, RELATION or STAFF.' })
  what!: string;
}

@ObjectType({ description: 'Whom an initiative is for.' })
export class InitiativePopulation {
  @Field(() => [String], { description: 'Grades.' })
  grades!: string[];

  @Field(() => String, { nullable: true, description: 'Group of pupils.' })
  group!: string | null;

  @Field(() => String, { nullable: true, description: 'Staff.' })
  staff!: string | null;
}

@ObjectType({ description: 'How far an initiative reaches.' })
export class InitiativeScale {
  @Field(() => ScaleUnitEnum, { description: 'What is counted.' })
  unit!: string;

  @Field(() => Int, { nullable: true, description: 'How many are meant to take part; null when not known.' })
  intended!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many take part; null when not known.' })
  actual!: number | null;
}

@ObjectType({ description: 'Whether something is measured, and by what.' })
export class InitiativeMeasure {
  @Field(() => MeasureStateEnum, { description: 'Measured, not measured, or not known.' })
  state!: string;

  @Field(() => String, { nullable: true, description: 'By what.' })
  name!: string | null;
}

@ObjectType({ description: 'What a measure last found.' })
export class InitiativeFinding {
  @Field(() => String, { description: 'The finding in words.' })
  finding!: string;

  @Field(() => DateScalar, { description: 'Its day.' })
  seenOn!: string;
}

@ObjectType({ description: 'A plan that an initiative is aligned to.' })
export class AlignedPlan {
  @Field(() => AlignedPlanKindEnum, { description: 'Kind of plan.' })
  kind!: string;

  @Field(() => String, { description: 'Title of the plan or goal.' })
  title!: string;
}

@ObjectType({ description: 'What is known about an initiative. Null and empty mean that nothing was said.' })
export class InitiativeDescription {
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is about.' })
  summary!: string | null;

  @Field(() => String, { nullable: true, description: 'Role that leads it.' })
  leadRole!: string | null;

  @Field(() => InitiativeKindEnum, { description: 'What kind of effort it is.' })
  kind!: string;

  @Field(() => MandateEnum, { description: 'Who demands it.' })
  mandate!: string;

  @Field(() => String, { nullable: true, description: 'Where the mandate is written.' })
  mandateCitation!: string | null;

  @Field(() => [FocusAreaEnum], { description: 'Its focus areas.' })
  focusAreas!: string[];

  @Field(() => [StudentSupportTierEnum], { description: 'Its tiers.' })
  tiers!: string[];

  @Field(() => [MtssComponentEnum], { description: 'Components of MTSS it serves.' })
  mtssComponents!: string[];

  @Field(() => [String], { description: 'What it is to bring about.' })
  expectedOutcomes!: string[];

  @Field(() => InitiativePopulation, { nullable: true, description: 'Whom it is for.' })
  population!: InitiativePopulation | null;

  @ListLength(USUAL.scale)
  @Field(() => [InitiativeScale], { description: 'How far it reaches.' })
  scale!: InitiativeScale[];

  @Field(() => DateScalar, { nullable: true, description: 'Its first day.' })
  startsOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Its planned last day.' })
  plannedEndOn!: string | null;

  @Field(() => ImplementationStageEnum, {
    nullable: true,
    description: 'How far it is put in place, as its owner says.',
  })
  stage!: string | null;

  @Field(() => [String], { description: 'What pays for it.' })
  fundingSources!: string[];

  @Field(() => Int, { nullable: true, description: 'Cost in a year, in cents (USD).' })
  annualCost!: number | null;

  @Field(() => SufficiencyEnum, { description: 'Whether its resources suffice.' })
  resourceSufficiency!: string;

  @Field(() => String, { nullable: true, description: 'Training that is offered.' })
  training!: string | null;

  @Field(() => String, { nullable: true, description: 'Coaching that is offered.' })
  coaching!: string | null;

  @Field(() => InitiativeMeasure, { description: 'How fidelity is measured.' })
  fidelityMeasure!: InitiativeMeasure;

  @Field(() => InitiativeFinding, { nullable: true, description: 'Fidelity as last measured.' })
  fidelityLatest!: InitiativeFinding | null;

  @Field(() => InitiativeMeasure, { description: 'How its outcome is measured.' })
  outcomeMeasure!: InitiativeMeasure;

  @Field(() => OutcomeEvidenceEnum, { description: 'How well its outcome is shown.' })
  outcomeEvidence!: string;

  @ListLength(USUAL.plans)
  @Field(() => [AlignedPlan], { description: 'Plans it is aligned to.' })
  alignedPlans!: AlignedPlan[];

  @Field(() => EvidenceBaseEnum, { description: 'Level of evidence behind it.' })
  evidenceBase!: string;

  @Field(() => InitiativeStatement, { description: 'The entry it comes from.' })
  statement!: InitiativeStatement;
}

@ObjectType({ description: 'Something that a review looked at.' })
export class ReviewSource {
  @Field(() => String, { description: 'What it is.' })
  what!: string;

  @Field(() => DateScalar, { description: 'Its day.' })
  seenOn!: string;
}

@ObjectType({ description: 'A review of an initiative (R-35).' })
export class InitiativeReview {
  @Field(() => ID, { description: 'Names the review within the initiative.' })
  reviewId!: string;

  @Field(() => ReviewDecisionEnum, { description: 'What it decides.' })
  decision!: string;

  @Field(() => String, { description: 'Why.' })
  explanation!: string;

  @Field(() => [ReviewSource], { description: 'What it rests on.' })
  restsOn!: ReviewSource[];

  @Field(() => ID, { nullable: true, description: 'The initiative it is merged into.' })
  mergedInto!: string | null;

  @Field(() => InitiativeStatement, { description: 'The entry it comes from.' })
  statement!: InitiativeStatement;
}

@ObjectType({
  description: 'Ratings of an initiative by the Hexagon tool, 1 (low) to 5 (high) each; no sum, no pass mark.',
})
export class HexagonRating {
  @Field(() => Int, { description: 'Evidence for the practice.' })
  evidence!: number;

  @Field(() => Int, { description: 'How usable the practice is.' })
  usability!: number;

  @Field(() => Int, { description: 'Support there is for it.' })
  supports!: number;

  @Field(() => Int, { description: 'How far it meets a need here.' })
  need!: number;

  @Field(() => Int, { description: 'How it fits in here.' })
  fit!: number;

  @Field(() => Int, { description: 'Capacity there is for it here.' })
  capacity!: number;

  @Field(() => [String], { description: 'Roles that rated it together.' })
  roles!: string[];

  @Field(() => String, { nullable: true, description: 'What was said.' })
  note!: string | null;

  @Field(() => InitiativeStatement, { description: 'The entry it comes from.' })
  statement!: InitiativeStatement;
}

@ObjectType({ description: 'What people judge about an initiative and another one, or a focus area.' })
export class InitiativeRelationView {
  @Field(() => ID, { description: 'In whose inventory it is judged.' })
  organisationId!: string;

  @Field(() => ID, { description: 'The initiative that the judgement is about.' })
  initiativeId!: string;

  @Field(() => ID, { nullable: true, description: 'The other initiative.' })
  toInitiativeId!: string | null;

  @Field(() => FocusAreaEnum, { nullable: true, description: 'The focus area.' })
  toFocusArea!: string | null;

  @Field(() => InitiativeRelationEnum, { description: 'How the first bears on the other.' })
  relation!: string;

  @Field(() => String, { description: 'Why.' })
  explanation!: string;

  @Field(() => [String], { description: 'Staff groups it is about.' })
  staffGroups!: string[];

  @Field(() => String, { nullable: true, description: 'What is done about a conflict; null while it is unresolved.' })
  resolution!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'From which day on.' })
  resolvedOn!: string | null;

  @Field(() => InitiativeStatement, { description: 'The entry it comes from; its event names the judgement.' })
  statement!: InitiativeStatement;
}

@ObjectType({ description: 'Staff that is promised to an initiative in a school year.' })
export class StaffPromise {
  @Field(() => SchoolYearScalar, { description: 'The school year.' })
  schoolYear!: string;

  @Field(() => String, { description: 'The staff group.' })
  staffGroup!: string;

  @Field(() => Float, { nullable: true, description: 'Full-time equivalents; null when not known.' })
  fte!: number | null;

  @Field(() => InitiativeStatement, { description: 'The entry it comes from.' })
  statement!: InitiativeStatement;
}

@ObjectType({
  implements: () => [Node],
  description: 'An effort that an agency, a district or a school runs, ran or plans.',
})
export class Initiative extends Node {
  @Field(() => ID, { description: 'Its owner.' })
  organisationId!: string;

  @Field(() => OwnerLevelEnum, { description: 'At which level it is run.' })
  level!: string;

  @Field(() => InitiativeStatusEnum, { description: 'Where it stands.' })
  status!: string;

  @Field(() => InitiativeStatement, { description: 'The entry that its status comes from.' })
  statusStatement!: InitiativeStatement;

  @Field(() => InitiativeDescription, { description: 'What is known about it.' })
  description!: InitiativeDescription;

  @ListLength(USUAL.reviews)
  @Field(() => [InitiativeReview], { description: 'Its reviews, the oldest first.' })
  reviews!: InitiativeReview[];

  @Field(() => HexagonRating, { nullable: true, description: 'How it is rated; null when nobody rated it.' })
  rating!: HexagonRating | null;

  @ListLength(USUAL.history)
  @Field(() => [InitiativeStatement], {
    description: 'Every entry about its description, status, reviews and ratings, oldest first.',
  })
  history!: InitiativeStatement[];
}

export const InitiativeConnection = connectionOf(() => Initiative, 'Initiative');
export const InitiativePayload = payloadOf(() => Initiative, 'Initiative');
