import { InputType } from '@nestjs/graphql';
import { FocusAreaEnum } from '@waymark/exploration';
import { Amount, Code, Day, EventRef, GlobalId, MutationInput, Nested, Text, Whole } from '@waymark/nest-kit';
import {
  AlignedPlanKindEnum,
  EvidenceBaseEnum,
  ImplementationStageEnum,
  InitiativeKindEnum,
  MandateEnum,
  MeasureStateEnum,
  MtssComponentEnum,
  OutcomeEvidenceEnum,
  RegisteredStatusEnum,
  ScaleUnitEnum,
  StatedStatusEnum,
  StudentSupportTierEnum,
  SufficiencyEnum,
} from './initiative.enums.js';

const NO_NAMES = 'Names of persons do not belong in it.';
const HELD = 'Day from which it holds; today when left out, never later.';
export const SEEN =
  'Event of the entry you saw; leave out when there was none. Another one in force since is a conflict.';

@InputType({ description: 'Whom an initiative is for.' })
export class InitiativePopulationInput {
  @Text(20, { description: 'Grades, such as K or 3.', list: true, nullable: true })
  grades?: string[];

  @Text(300, { description: 'Group of pupils; never single ones.', nullable: true })
  group?: string;

  @Text(300, { description: `Staff. ${NO_NAMES}`, nullable: true })
  staff?: string;
}

@InputType({ description: 'How far an initiative reaches.' })
export class InitiativeScaleInput {
  @Code(ScaleUnitEnum, { description: 'What is counted; each once.' })
  unit!: keyof typeof ScaleUnitEnum;

  @Whole(0, 1_000_000, { description: 'How many are meant to take part.', nullable: true })
  intended?: number;

  @Whole(0, 1_000_000, { description: 'How many take part.', nullable: true })
  actual?: number;
}

@InputType({ description: 'Whether something is measured, and by what.' })
export class InitiativeMeasureInput {
  @Code(MeasureStateEnum, { description: 'Measured, not measured, or not known.' })
  state!: keyof typeof MeasureStateEnum;

  @Text(300, { description: 'By what; no text of the instrument.', nullable: true })
  name?: string;
}

@InputType({ description: 'What a measure last found.' })
export class InitiativeFindingInput {
  @Text(1000, { description: 'The finding in words.' })
  finding!: string;

  @Day({ description: 'Its day; today at the latest.' })
  seenOn!: string;
}

@InputType({ description: 'A plan that an initiative is aligned to.' })
export class AlignedPlanInput {
  @Code(AlignedPlanKindEnum, { description: 'Kind of plan.' })
  kind!: keyof typeof AlignedPlanKindEnum;

  @Text(300, { description: 'Title of the plan or goal.' })
  title!: string;
}

@InputType({ description: 'What is known about an initiative. What is left out is not known.' })
export class InitiativeDescriptionInput {
  @Text(300, { description: 'Name; among what runs in an inventory it stands once (R-33).' })
  name!: string;

  @Text(2000, { description: `What it is about. ${NO_NAMES}`, nullable: true })
  summary?: string;

  @Text(200, { description: 'Role that leads it. No names.', nullable: true })
  leadRole?: string;

  @Code(InitiativeKindEnum, { description: 'What kind of effort it is; INITIATIVE when left out.', nullable: true })
  kind?: keyof typeof InitiativeKindEnum;

  @Code(MandateEnum, { description: 'Who demands it; UNKNOWN when left out.', nullable: true })
  mandate?: keyof typeof MandateEnum;

  @Text(300, { description: 'Where the mandate is written.', nullable: true })
  mandateCitation?: string;

  @Code(FocusAreaEnum, { description: 'Its focus areas.', list: 20, nullable: true })
  focusAreas?: (keyof typeof FocusAreaEnum)[];

  @Code(StudentSupportTierEnum, { description: 'Its tiers.', list: 3, nullable: true })
  tiers?: (keyof typeof StudentSupportTierEnum)[];

  @Code(MtssComponentEnum, { description: 'Components of MTSS it serves.', list: 5, nullable: true })
  mtssComponents?: (keyof typeof MtssComponentEnum)[];

  @Text(500, { description: `What it is to bring about. ${NO_NAMES}`, list: true, nullable: true })
  expectedOutcomes?: string[];

  @Nested(() => InitiativePopulationInput, { description: 'Whom it is for.', nullable: true })
  population?: InitiativePopulationInput;

  @Nested(() => InitiativeScaleInput, { description: 'How far it reaches.', list: { max: 3 }, nullable: true })
  scale?: InitiativeScaleInput[];

  @Day({ description: 'Its first day; may lie ahead.', nullable: true })
  startsOn?: string;

  @Day({ description: 'Its planned last day, not before the first (R-37).', nullable: true })
  plannedEndOn?: string;

  @Code(ImplementationStageEnum, { description: 'How far it is put in place, as the owner says.', nullable: true })
  stage?: keyof typeof ImplementationStageEnum;

  @Text(200, { description: 'What pays for it.', list: true, nullable: true })
  fundingSources?: string[];

  @Whole(0, 2_000_000_000, { description: 'Cost in a year, in cents (USD).', nullable: true })
  annualCost?: number;

  @Code(SufficiencyEnum, { description: 'Whether its resources suffice; UNKNOWN when left out.', nullable: true })
  resourceSufficiency?: keyof typeof SufficiencyEnum;

  @Text(1000, { description: `Training that is offered. ${NO_NAMES}`, nullable: true })
  training?: string;

  @Text(1000, { description: `Coaching that is offered. ${NO_NAMES}`, nullable: true })
  coaching?: string;

  @Nested(() => InitiativeMeasureInput, {
    description: 'How fidelity is measured; UNKNOWN when left out.',
    nullable: true,
  })
  fidelityMeasure?: InitiativeMeasureInput;

  @Nested(() => InitiativeFindingInput, { description: 'Fidelity as last measured.', nullable: true })
  fidelityLatest?: InitiativeFindingInput;

  @Nested(() => InitiativeMeasureInput, {
    description: 'How its outcome is measured; UNKNOWN when left out.',
    nullable: true,
  })
  outcomeMeasure?: InitiativeMeasureInput;

  @Code(OutcomeEvidenceEnum, { description: 'How well its outcome is shown; UNKNOWN when left out.', nullable: true })
  outcomeEvidence?: keyof typeof OutcomeEvidenceEnum;

  @Nested(() => AlignedPlanInput, { description: 'Plans it is aligned to.', list: { max: 20 }, nullable: true })
  alignedPlans?: AlignedPlanInput[];

  @Code(EvidenceBaseEnum, { description: 'Level of evidence behind it; UNKNOWN when left out.', nullable: true })
  evidenceBase?: keyof typeof EvidenceBaseEnum;
}

/** Every mutation about one initiative goes to the inventory of its owner. */
@InputType({ isAbstract: true })
export abstract class InitiativeInput extends MutationInput {
  @GlobalId({ description: 'The initiative.' })
  initiative!: string;
}

@InputType({ isAbstract: true })
export abstract class InitiativeCorrectionInput extends InitiativeInput {
  @EventRef({ description: 'Event of the entry that was wrong.' })
  corrects!: string;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: register initiative.' })
export class RegisterInitiativeInput extends MutationInput {
  @Text(80, { description: 'Service agency, district or school that runs it: its code ("MI-03") or id.' })
  organisation!: string;

  @Nested(() => InitiativeDescriptionInput, { description: 'What is known about it.' })
  description!: InitiativeDescriptionInput;

  @Code(RegisteredStatusEnum, { description: 'Planned, or running already.' })
  status!: keyof typeof RegisteredStatusEnum;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: describe initiative.' })
export class DescribeInitiativeInput extends InitiativeInput {
  @Nested(() => InitiativeDescriptionInput, { description: 'All that is known about it from that day on.' })
  description!: InitiativeDescriptionInput;

  @EventRef({ description: SEEN, nullable: true })
  basedOn?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct initiative.' })
export class CorrectInitiativeInput extends InitiativeCorrectionInput {
  @Nested(() => InitiativeDescriptionInput, { description: 'All of it as it should read.' })
  description!: InitiativeDescriptionInput;

  @Day({ description: 'Day from which it holds; as it stood when left out.', nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw initiative.' })
export class WithdrawInitiativeInput extends InitiativeInput {
  @Text(2000, { description: `Why it never was one. ${NO_NAMES}` })
  reason!: string;
}

@InputType({ description: 'What to say in order to: state initiative status.' })
export class StateInitiativeStatusInput extends InitiativeInput {
  @Code(StatedStatusEnum, { description: 'It begins or goes on, or it ends by itself.' })
  status!: keyof typeof StatedStatusEnum;

  @EventRef({ description: SEEN, nullable: true })
  basedOn?: string;

  @Text(2000, { description: `Why; an end needs it. ${NO_NAMES}`, nullable: true })
  reason?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw initiative status.' })
export class WithdrawInitiativeStatusInput extends InitiativeCorrectionInput {}

@InputType({ description: 'A staff group with how much of it, in full-time equivalents.' })
export class StaffCellInput {
  @Text(100, { description: 'Name of the staff group; once per entry, whatever its case.' })
  staffGroup!: string;

  @Amount({ description: 'How much; left out where it is not known.', nullable: true })
  fte?: number;

  @EventRef({ description: 'Event of the entry about it that you saw; left out where there was none.', nullable: true })
  basedOn?: string;
}
