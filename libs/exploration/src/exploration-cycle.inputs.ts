import { Field, InputType } from '@nestjs/graphql';
import {
  Code,
  Day,
  EventRef,
  GlobalId,
  InnerId,
  MutationInput,
  Nested,
  SchoolYearScalar,
  Text,
  Whole,
} from '@waymark/nest-kit';
import { IsString } from 'class-validator';
import { EvidenceInput, ItemAnswerInput } from './answer.inputs.js';
import { AssessmentEnum, FocusAreaEnum, ThreeWayEnum, UnderstandingEnum } from './exploration.enums.js';

const NO_NAMES = 'Names of persons do not belong in it.';
const HELD = 'Day from which it holds; today when left out, never later.';

/** Every mutation about a cycle goes to the latest cycle of organisation, year and lineage. */
@InputType({ isAbstract: true })
export abstract class CycleInput extends MutationInput {
  @Text(80, { description: 'Service agency or district that explores: its code ("MI-03") or id.' })
  organisation!: string;

  @Field(() => SchoolYearScalar, { description: 'School year of the cycle.' })
  @IsString()
  schoolYear!: string;

  @Text(60, { description: 'Lineage of question sets: mimtss-isd or mimtss-district.' })
  lineage!: string;
}

@InputType({ description: 'What to say in order to: open exploration cycle.' })
export class OpenExplorationCycleInput extends MutationInput {
  @Text(80, { description: 'Service agency or district that explores: its code ("MI-03") or id.' })
  organisation!: string;

  @Field(() => SchoolYearScalar, { description: 'School year of the cycle.' })
  @IsString()
  schoolYear!: string;

  @Text(60, { description: 'Code of the question set; see the query `questionSets`.' })
  questionSet!: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: replace question set.' })
export class ReplaceQuestionSetInput extends CycleInput {
  @Text(60, { description: 'Code of the other set, of the same lineage.' })
  questionSet!: string;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: assign item owner.' })
export class AssignItemOwnerInput extends CycleInput {
  @Text(20, { description: 'Key of the item.' })
  item!: string;

  @Text(200, { description: 'Role that is responsible. No names.' })
  ownerRole!: string;

  @GlobalId({ description: 'Person who is responsible.', nullable: true })
  ownerId?: string;

  @Day({ description: 'Day by which it is due.', nullable: true })
  dueOn?: string;
}

@InputType({ description: 'What to say in order to: answer item.' })
export class AnswerItemInput extends CycleInput {
  @Text(20, { description: 'Key of the item.' })
  item!: string;

  @Nested(() => ItemAnswerInput, { description: 'The answer.' })
  answer!: ItemAnswerInput;

  @Nested(() => EvidenceInput, { description: 'What the answer rests on.', nullable: true, list: { max: 50 } })
  evidence?: EvidenceInput[];

  @EventRef({ description: 'Event of the answer you saw; leave out when there was none.', nullable: true })
  basedOn?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct item answer.' })
export class CorrectItemAnswerInput extends CycleInput {
  @Text(20, { description: 'Key of the item.' })
  item!: string;

  @EventRef({ description: 'Event of the answer that was wrong.' })
  corrects!: string;

  @Nested(() => ItemAnswerInput, { description: 'The right answer; as it stood when left out.', nullable: true })
  answer?: ItemAnswerInput;

  @Nested(() => EvidenceInput, { description: 'As it stood when left out.', nullable: true, list: { max: 50 } })
  evidence?: EvidenceInput[];

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;

  @Text(2000, { description: `Why it was wrong. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: withdraw item answer.' })
export class WithdrawItemAnswerInput extends CycleInput {
  @Text(20, { description: 'Key of the item.' })
  item!: string;

  @EventRef({ description: 'Event of the answer that never was true.' })
  corrects!: string;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'A need of the whole county (R-13).' })
export class CountyNeedInput {
  @Code(FocusAreaEnum, { description: 'Its one focus area.' })
  focusArea!: keyof typeof FocusAreaEnum;

  @Text(2000, { description: `The need in words. ${NO_NAMES}` })
  statement!: string;

  @Whole(1, 5, { description: 'How pressing it is.', nullable: true })
  strength?: number;

  @Nested(() => EvidenceInput, { description: 'Where it was learned, one at least.', list: { max: 50 } })
  sources!: EvidenceInput[];
}

@InputType({ description: 'What to say in order to: state county need.' })
export class StateCountyNeedInput extends CycleInput {
  @Nested(() => CountyNeedInput, { description: 'The need.' })
  need!: CountyNeedInput;

  @InnerId({ description: 'To state a known need again; leave out for a new one.', nullable: true })
  needId?: string;

  @EventRef({ description: 'Event of the need you saw, when it is stated again.', nullable: true })
  basedOn?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct county need.' })
export class CorrectCountyNeedInput extends CycleInput {
  @InnerId({ description: 'The need.' })
  needId!: string;

  @EventRef({ description: 'Event of the entry that was wrong.' })
  corrects!: string;

  @Nested(() => CountyNeedInput, { description: 'The need as it should read.' })
  need!: CountyNeedInput;

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;

  @Text(2000, { description: `Why it was wrong. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: withdraw county need.' })
export class WithdrawCountyNeedInput extends CycleInput {
  @InnerId({ description: 'The need.' })
  needId!: string;

  @EventRef({ description: 'Event of the entry that never was true.' })
  corrects!: string;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'Commitment of leadership (R-17).' })
export class LeadershipCommitmentInput {
  @Code(ThreeWayEnum, { description: 'Whether leadership supports starting and sustaining the work.' })
  supports!: keyof typeof ThreeWayEnum;

  @Text(200, { description: 'Role of the leader, such as superintendent. No names.' })
  leaderRole!: string;

  @Day({ description: 'Day of the commitment; today at the latest.' })
  committedOn!: string;

  @Code(UnderstandingEnum, { description: 'Whether leadership knows which resources it takes.' })
  understandsResources!: keyof typeof UnderstandingEnum;
}

@InputType({ description: 'What to say in order to: state leadership commitment.' })
export class StateLeadershipCommitmentInput extends CycleInput {
  @Nested(() => LeadershipCommitmentInput, { description: 'The commitment.' })
  commitment!: LeadershipCommitmentInput;

  @EventRef({ description: 'Event of the commitment you saw; leave out when there was none.', nullable: true })
  basedOn?: string;

  @Text(2000, { description: `Why the understanding is unknown, when it is. ${NO_NAMES}`, nullable: true })
  reason?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct leadership commitment.' })
export class CorrectLeadershipCommitmentInput extends CycleInput {
  @EventRef({ description: 'Event of the entry that was wrong.' })
  corrects!: string;

  @Nested(() => LeadershipCommitmentInput, { description: 'The commitment as it should read.' })
  commitment!: LeadershipCommitmentInput;

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;

  @Text(2000, { description: `Why it was wrong. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: submit assessment.' })
export class SubmitAssessmentInput extends CycleInput {
  @Code(AssessmentEnum, { description: 'Which of the three.' })
  assessment!: keyof typeof AssessmentEnum;
}

@InputType({ description: 'A reason for handing back.' })
export class ReturnReasonInput {
  @Text(20, { description: 'Key of the item it is about; leave out for the whole.', nullable: true })
  item?: string;

  @Text(2000, { description: `The reason. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: return assessment.' })
export class ReturnAssessmentInput extends CycleInput {
  @Code(AssessmentEnum, { description: 'Which of the three.' })
  assessment!: keyof typeof AssessmentEnum;

  @Whole(1, 10_000, {
    description: 'Number of the submission that was read; another that stands meanwhile is a conflict.',
  })
  submission!: number;

  @Nested(() => ReturnReasonInput, { description: 'The reasons, one at least.', list: { max: 100 } })
  reasons!: ReturnReasonInput[];
}

@InputType({ description: 'What to say in order to: accept assessment.' })
export class AcceptAssessmentInput extends CycleInput {
  @Code(AssessmentEnum, { description: 'Which of the three.' })
  assessment!: keyof typeof AssessmentEnum;

  @Whole(1, 10_000, {
    description: 'Number of the submission that was read; another that stands meanwhile is a conflict.',
  })
  submission!: number;

  @Text(2000, { description: `A remark. ${NO_NAMES}`, nullable: true })
  note?: string;
}

@InputType({ description: 'What to say in order to: revise assessment.' })
export class ReviseAssessmentInput extends CycleInput {
  @Code(AssessmentEnum, { description: 'Which of the three.' })
  assessment!: keyof typeof AssessmentEnum;

  @Text(2000, { description: `Why it is opened again (R-16). ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: abandon exploration cycle.' })
export class AbandonExplorationCycleInput extends CycleInput {
  @Text(2000, { description: `Why the cycle ends (R-18). ${NO_NAMES}` })
  reason!: string;
}
