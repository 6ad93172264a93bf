import { Field, InputType } from '@nestjs/graphql';
import {
  Amount,
  Code,
  Day,
  EventRef,
  GlobalId,
  InnerId,
  MutationInput,
  Nested,
  SchoolYearScalar,
  Switch,
  Text,
  Whole,
} from '@waymark/nest-kit';
import { IsString } from 'class-validator';
import {
  AmountEnum,
  EvidenceKindEnum,
  FocusAreaEnum,
  FollowUpKindEnum,
  FollowUpOutcomeEnum,
  GoalStateEnum,
  NeedAnswerEnum,
  QuantityUnitEnum,
  SupportTypeEnum,
} from './exploration.enums.js';

const NO_NAMES = 'Names of persons do not belong in it.';
const HELD = 'Day from which it holds; the day of the source when left out, never later than today.';
const ON_TOP =
  'Event of the entry about it that you saw, as `statement.eventId` gives it; left out where there was none. Another one in force since is a conflict.';

@InputType({ isAbstract: true })
export abstract class DistrictInput extends MutationInput {
  @Text(80, { description: 'The district: its code ("MI-03010") or id.' })
  district!: string;

  @Field(() => SchoolYearScalar, { description: 'The school year.' })
  @IsString()
  schoolYear!: string;
}

@InputType({ isAbstract: true })
export abstract class DistrictCorrectionInput extends DistrictInput {
  @EventRef({ description: 'Event of the entry that was wrong.' })
  corrects!: string;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'By which way, on which day a district said it.' })
export class RequestSourceInput {
  @Code(EvidenceKindEnum, { description: 'Kind of source.' })
  kind!: keyof typeof EvidenceKindEnum;

  @Day({ description: 'Its day; today at the latest.' })
  on!: string;

  @Text(500, { description: `What it is and where it can be found. ${NO_NAMES}`, nullable: true })
  reference?: string;
}

@InputType({ description: 'What a district says about one focus area.' })
export class NeedCellInput {
  @Code(FocusAreaEnum, { description: 'The focus area; once per entry.' })
  focusArea!: keyof typeof FocusAreaEnum;

  @Code(NeedAnswerEnum, { description: 'Need, no need, or unknown.' })
  answer!: keyof typeof NeedAnswerEnum;

  @Whole(1, 5, { description: 'How pressing a need is.', nullable: true })
  strength?: number;

  @Text(300, { description: `Which area OTHER means, or a remark. ${NO_NAMES}`, nullable: true })
  note?: string;

  @EventRef({ description: ON_TOP, nullable: true })
  basedOn?: string;
}

@InputType({ description: 'Support asked for in a focus area and a form (R-15).' })
export class RequestCellInput {
  @Code(FocusAreaEnum, { description: 'The focus area.' })
  focusArea!: keyof typeof FocusAreaEnum;

  @Code(SupportTypeEnum, { description: 'Training, coaching or data coordination.' })
  supportType!: keyof typeof SupportTypeEnum;

  @Code(AmountEnum, { description: 'How much.' })
  amount!: keyof typeof AmountEnum;

  @Amount({ description: 'How much as a number, together with a unit.', nullable: true })
  quantity?: number;

  @Code(QuantityUnitEnum, { description: 'Unit of the number.', nullable: true })
  unit?: keyof typeof QuantityUnitEnum;

  @Text(300, { description: `Which area OTHER means, or a remark. ${NO_NAMES}`, nullable: true })
  note?: string;

  @EventRef({ description: ON_TOP, nullable: true })
  basedOn?: string;
}

@InputType({ description: 'Who asks again about what is unknown (R-14); the coordinator of the agency when left out.' })
export class FollowUpTaskInput {
  @Code(FollowUpKindEnum, { description: 'How to ask; by survey when left out.', nullable: true })
  kind?: keyof typeof FollowUpKindEnum;

  @Text(200, { description: 'Role that is responsible. No names.', nullable: true })
  ownerRole?: string;

  @GlobalId({ description: 'Person who is responsible.', nullable: true })
  ownerId?: string;

  @Day({ description: 'Day by which it is due.', nullable: true })
  dueOn?: string;
}

@InputType({ description: 'What to say in order to: state district need.' })
export class StateDistrictNeedInput extends DistrictInput {
  @Nested(() => NeedCellInput, { description: 'One line per focus area.', list: { max: 20 } })
  cells!: NeedCellInput[];

  @Nested(() => RequestSourceInput, { description: 'Where it was said.' })
  source!: RequestSourceInput;

  @Nested(() => FollowUpTaskInput, { description: 'Owner of the follow-up that "unknown" opens.', nullable: true })
  followUp?: FollowUpTaskInput;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct district need.' })
export class CorrectDistrictNeedInput extends DistrictCorrectionInput {
  @Nested(() => NeedCellInput, { description: 'All lines as they should read.', list: { max: 20 } })
  cells!: NeedCellInput[];

  @Nested(() => RequestSourceInput, { description: 'As it stood when left out.', nullable: true })
  source?: RequestSourceInput;

  @Nested(() => FollowUpTaskInput, { description: 'Owner of the follow-up that "unknown" opens.', nullable: true })
  followUp?: FollowUpTaskInput;

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw district need.' })
export class WithdrawDistrictNeedInput extends DistrictCorrectionInput {}

@InputType({ description: 'What to say in order to: request support.' })
export class RequestSupportInput extends DistrictInput {
  @Nested(() => RequestCellInput, { description: 'One line per focus area and form.', list: { max: 40 } })
  cells!: RequestCellInput[];

  @Nested(() => RequestSourceInput, { description: 'Where it was asked for.' })
  source!: RequestSourceInput;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct support request.' })
export class CorrectSupportRequestInput extends DistrictCorrectionInput {
  @Nested(() => RequestCellInput, { description: 'All lines as they should read.', list: { max: 40 } })
  cells!: RequestCellInput[];

  @Nested(() => RequestSourceInput, { description: 'As it stood when left out.', nullable: true })
  source?: RequestSourceInput;

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw support request.' })
export class WithdrawSupportRequestInput extends DistrictCorrectionInput {}

@InputType({ description: 'A goal of a local MICIP plan as it was read.' })
export class DistrictPlanInput {
  @Text(300, { description: 'Title of the plan.' })
  planTitle!: string;

  @Text(300, { description: 'Title of the goal.' })
  goalTitle!: string;

  @Code(GoalStateEnum, { description: 'State of the goal.' })
  goalState!: keyof typeof GoalStateEnum;

  @Code(FocusAreaEnum, { description: 'Focus areas in which MTSS occurs in it.', list: 20 })
  focusAreas!: (keyof typeof FocusAreaEnum)[];

  @Day({ description: 'Day on which it was seen; today at the latest.' })
  seenOn!: string;

  @Text(1000, { description: 'Where it can be found.', nullable: true })
  link?: string;
}

@InputType({ description: 'What to say in order to: note district plan.' })
export class NoteDistrictPlanInput extends DistrictInput {
  @Nested(() => DistrictPlanInput, { description: 'What was read.' })
  plan!: DistrictPlanInput;

  @InnerId({ description: 'A plan noted before; by its titles when left out.', nullable: true })
  planRef?: string;

  @EventRef({ description: 'Event of the plan you saw, when it was noted before.', nullable: true })
  basedOn?: string;
}

@InputType({ description: 'What to say in order to: correct district plan.' })
export class CorrectDistrictPlanInput extends DistrictCorrectionInput {
  @InnerId({ description: 'The plan, as `planRef` names it.' })
  planRef!: string;

  @Nested(() => DistrictPlanInput, { description: 'All of it as it should read.' })
  plan!: DistrictPlanInput;
}

@InputType({ description: 'What to say in order to: withdraw district plan.' })
export class WithdrawDistrictPlanInput extends DistrictCorrectionInput {
  @InnerId({ description: 'The plan, as `planRef` names it.' })
  planRef!: string;
}

@InputType({ description: 'What to say in order to: open follow up.' })
export class OpenFollowUpInput extends DistrictInput {
  @Code(FocusAreaEnum, { description: 'Areas to ask about.', list: 20 })
  focusAreas!: (keyof typeof FocusAreaEnum)[];

  @Nested(() => FollowUpTaskInput, { description: 'Who asks, how, by when.', nullable: true })
  task?: FollowUpTaskInput;
}

@InputType({ description: 'What to say in order to: record follow up asked.' })
export class RecordFollowUpAskedInput extends DistrictInput {
  @InnerId({ description: 'The follow-up.' })
  followUpId!: string;

  @Code(FollowUpKindEnum, { description: 'How the district was asked.' })
  kind!: keyof typeof FollowUpKindEnum;

  @Day({ description: 'On which day; today at the latest.' })
  askedOn!: string;
}

@InputType({ description: 'What to say in order to: close follow up.' })
export class CloseFollowUpInput extends DistrictInput {
  @InnerId({ description: 'The follow-up.' })
  followUpId!: string;

  @Code(FollowUpOutcomeEnum, { description: 'How it ended.' })
  outcome!: keyof typeof FollowUpOutcomeEnum;

  @Text(2000, { description: `Why it ends without an answer. ${NO_NAMES}`, nullable: true })
  reason?: string;
}

@InputType({ description: 'What to say in order to: import district survey.' })
export class ImportDistrictSurveyInput extends MutationInput {
  @Text(80, { description: 'The service agency whose districts were asked: its code ("MI-03") or id.' })
  agency!: string;

  @Field(() => SchoolYearScalar, { description: 'The school year asked about.' })
  @IsString()
  schoolYear!: string;

  @Text(5_000_000, {
    description: 'The survey as CSV with a heading, one line per district, focus area and support type.',
  })
  csv!: string;

  @Text(5000, {
    description:
      'JSON that says which column holds what, {"district":"DCODE",…}; the names of the fields when left out.',
    nullable: true,
  })
  mapping?: string;

  @Switch({ description: 'Report only, write nothing.' })
  dryRun!: boolean;
}
