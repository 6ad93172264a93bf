import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import {
  connectionOf,
  DateScalar,
  DateTimeScalar,
  ListLength,
  Node,
  payloadOf,
  SchoolYearScalar,
  StatementView,
} from '@waymark/nest-kit';
import { AnswerValueUnion } from './answer.views.js';
import {
  AnswerStateEnum,
  AssessmentEnum,
  AssessmentStateEnum,
  CyclePhaseEnum,
  EvidenceKindEnum,
  FocusAreaEnum,
  ItemStatusEnum,
  SubjectKindEnum,
  SubmissionStepEnum,
  ThreeWayEnum,
  UnderstandingEnum,
} from './exploration.enums.js';
import { QuestionItemView, USUAL_PARTS } from './question-set.views.js';

/** How long the lists of a cycle usually are: what is asked of their entries counts so often. */
export const USUAL = {
  assessments: 3,
  items: 8,
  evidence: 2,
  history: 2,
  submissions: 2,
  steps: 2,
  reasons: 2,
  needs: 5,
};

@ObjectType({ description: 'Where something was learned, and on which day.' })
export class EvidenceView {
  @Field(() => EvidenceKindEnum, { description: 'Kind of source.' })
  kind!: string;

  @Field(() => DateScalar, { description: 'Day on which it was seen or held.' })
  seenOn!: string;

  @Field(() => String, { nullable: true, description: 'What it is and where it can be found.' })
  reference!: string | null;
}

@ObjectType({ description: 'One part of an answer.' })
export class AnsweredPart {
  @Field(() => String, { description: 'Code of the part, as the item declares it.' })
  part!: string;

  @Field(() => AnswerValueUnion, { description: 'What was answered.' })
  value!: object;
}

@ObjectType({ description: 'An answer to an item, or its correction or withdrawal.' })
export class ItemStatement extends StatementView {
  @Field(() => AnswerStateEnum, { nullable: true, description: 'Null when the answer was withdrawn.' })
  state!: string | null;

  @ListLength(USUAL_PARTS)
  @Field(() => [AnsweredPart], { description: 'The parts of the answer; none unless ANSWERED.' })
  parts!: AnsweredPart[];

  @Field(() => String, { nullable: true, description: 'Why it is unknown or not applicable.' })
  noAnswerReason!: string | null;

  @ListLength(USUAL.evidence)
  @Field(() => [EvidenceView], { description: 'What the answer rests on.' })
  evidence!: EvidenceView[];
}

@ObjectType({ description: 'An item in a cycle: the question, who owns it, what was answered.' })
export class ExplorationItem extends QuestionItemView {
  @Field(() => ItemStatusEnum, { description: 'How far it is answered.' })
  status!: string;

  @Field(() => Boolean, { description: 'Whether it keeps the assessment from being submitted (R-11).' })
  isGap!: boolean;

  @Field(() => [String], { description: 'Required parts that are missing.' })
  missingParts!: string[];

  @Field(() => String, { nullable: true, description: 'Role that is responsible.' })
  ownerRole!: string | null;

  @Field(() => ID, { nullable: true, description: 'Person who is responsible (an opaque id).' })
  ownerId!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day by which it is due.' })
  dueOn!: string | null;

  @Field(() => ItemStatement, { nullable: true, description: 'The answer in force; send its event as `basedOn`.' })
  answer!: ItemStatement | null;

  @ListLength(USUAL.history)
  @Field(() => [ItemStatement], { description: 'Everything recorded for the item, oldest first.' })
  history!: ItemStatement[];
}

@ObjectType({ description: 'A reason of a reviewer or of a revision.' })
export class ReviewReason {
  @Field(() => String, { nullable: true, description: 'Item it is about; null for the whole.' })
  item!: string | null;

  @Field(() => String, { description: 'The reason.' })
  reason!: string;
}

@ObjectType({ description: 'What became of a submission.' })
export class SubmissionStepView {
  @Field(() => SubmissionStepEnum, { description: 'Handed back, accepted, or opened again.' })
  step!: string;

  @Field(() => ID, { description: 'The event.' })
  eventId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  at!: string;

  @Field(() => String, { description: 'Role of who did it.' })
  role!: string;

  @ListLength(USUAL.reasons)
  @Field(() => [ReviewReason], { description: 'The reasons, or the note of an acceptance.' })
  reasons!: ReviewReason[];
}

@ObjectType({ description: 'The commitment of leadership (R-17).' })
export class LeadershipCommitmentView extends StatementView {
  @Field(() => ThreeWayEnum, { description: 'Whether leadership supports starting and sustaining the work.' })
  supports!: string;

  @Field(() => String, { description: 'Role of the leader who said so.' })
  leaderRole!: string;

  @Field(() => DateScalar, { description: 'Day of the commitment.' })
  committedOn!: string;

  @Field(() => UnderstandingEnum, { description: 'Whether leadership knows which resources it takes.' })
  understandsResources!: string;
}

@ObjectType({ description: 'A need of the whole county, or of the exploring district (R-13).' })
export class CountyNeedView extends StatementView {
  @Field(() => ID, { description: 'Names the need within the cycle.' })
  needId!: string;

  @Field(() => FocusAreaEnum, { description: 'Its focus area.' })
  focusArea!: string;

  @Field(() => String, { description: 'The need in words.' })
  statement!: string;

  @Field(() => Int, { nullable: true, description: '1 (slight) to 5 (pressing).' })
  strength!: number | null;

  @ListLength(USUAL.evidence)
  @Field(() => [EvidenceView], { description: 'Where it was learned.' })
  sources!: EvidenceView[];
}

@ObjectType({ description: 'One handing-in of an assessment, with the answers as they stood (R-16).' })
export class AssessmentSubmission {
  @Field(() => Int, { description: 'Counts from 1.' })
  submission!: number;

  @Field(() => ID, { description: 'The event: the receipt of the submission.' })
  eventId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  submittedAt!: string;

  @Field(() => DateScalar, { description: 'Day of the submission.' })
  effectiveOn!: string;

  @Field(() => String, { description: 'Role of who handed it in.' })
  role!: string;

  @ListLength(USUAL.steps)
  @Field(() => [SubmissionStepView], { description: 'What became of it.' })
  steps!: SubmissionStepView[];

  @ListLength(USUAL.items)
  @Field(() => [ExplorationItem], { description: 'The items with the answers as they stood at the submission.' })
  items!: ExplorationItem[];

  @ListLength(USUAL.needs)
  @Field(() => [CountyNeedView], { description: 'The county needs as they stood; for NEEDS only.' })
  needs!: CountyNeedView[];

  @Field(() => LeadershipCommitmentView, {
    nullable: true,
    description: 'The commitment as it stood; for CAPACITY only.',
  })
  commitment!: LeadershipCommitmentView | null;
}

@ObjectType({ description: 'Needs, fit or capacity within a cycle.' })
export class ExplorationAssessment {
  @Field(() => AssessmentEnum, { description: 'Which of the three.' })
  assessment!: string;

  @Field(() => AssessmentStateEnum, { description: 'Where it stands.' })
  state!: string;

  @Field(() => Int, { description: 'Items that keep it from being submitted.' })
  gapCount!: number;

  @ListLength(USUAL.items)
  @Field(() => [ExplorationItem], { description: 'Its items as they stand now.' })
  items!: ExplorationItem[];

  @ListLength(USUAL.submissions)
  @Field(() => [AssessmentSubmission], { description: 'Every submission, oldest first.' })
  submissions!: AssessmentSubmission[];
}

@ObjectType({ description: 'Something to look at; it stops nothing.' })
export class ExplorationWarning {
  @Field(() => String, { description: 'Stable code.' })
  code!: string;

  @Field(() => String, { description: 'In plain words.' })
  message!: string;

  @Field(() => String, { description: 'Rule that raises it.' })
  rule!: string;
}

@ObjectType({
  implements: () => [Node],
  description: 'One organisation’s weighing of needs, fit and capacity in a school year.',
})
export class ExplorationCycle extends Node {
  @Field(() => ID, { description: 'The organisation that explores.' })
  organisationId!: string;

  @Field(() => SubjectKindEnum, { description: 'Service agency or district.' })
  subjectKind!: string;

  @Field(() => SchoolYearScalar, { description: 'The school year.' })
  schoolYear!: string;

  @Field(() => String, { description: 'Lineage of question sets.' })
  lineage!: string;

  @Field(() => Int, { description: 'Number of the cycle within organisation, year and lineage, from 1.' })
  cycle!: number;

  @Field(() => String, { description: 'Code of the question set.' })
  questionSet!: string;

  @Field(() => CyclePhaseEnum, { description: 'Where the whole stands.' })
  state!: string;

  @Field(() => DateScalar, { description: 'Day of the opening.' })
  openedOn!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was complete or abandoned.' })
  endedOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was abandoned.' })
  endReason!: string | null;
}

export const ExplorationCycleConnection = connectionOf(() => ExplorationCycle, 'ExplorationCycle');
export const ExplorationCyclePayload = payloadOf(() => ExplorationCycle, 'ExplorationCycle');
