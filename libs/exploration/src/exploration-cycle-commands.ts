import type {
  CivilDate,
  Command,
  CommandMeta,
  EventId,
  FieldType,
  OrganisationId,
  Organisations,
  PersonId,
  SchoolYear,
} from '@waymark/kernel';
import type { Assessment, evidence, explorationCycleCatalogue, itemAnswer } from './exploration-cycle.events.js';

type Events = typeof explorationCycleCatalogue.types;

export type ItemAnswer = FieldType<typeof itemAnswer>;
export type Evidence = FieldType<typeof evidence>;
/** A need of the county with its area, strength 1–5 and sources. */
export type CountyNeed = NonNullable<FieldType<Events['CountyNeedStated']['fields']['need']>>;
/** What leadership committed itself to, in which role and on which day. */
export type LeadershipCommitment = NonNullable<FieldType<Events['LeadershipCommitmentStated']['fields']['commitment']>>;

/** What names the record of the cycles of one organisation in one year; commands go to the latest cycle in it. */
export interface CycleKey {
  readonly subjectId: OrganisationId;
  readonly schoolYear: SchoolYear;
  readonly lineage: string;
}

/** What the organisations' record says about the subject on the day of the command (R-06). */
export interface SubjectBasis {
  readonly kind: string;
  /** Last day of the organisation, when it has closed. */
  readonly closedOn?: CivilDate | undefined;
}

/** The day on which it was true; the day of the command when absent. */
interface Dated {
  readonly effectiveOn?: CivilDate | undefined;
}

abstract class CycleCommand<T extends string, D> implements Command<T> {
  abstract readonly type: T;
  constructor(
    readonly cycle: CycleKey,
    readonly data: D,
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

export class OpenExplorationCycle extends CycleCommand<
  'OpenExplorationCycle',
  Dated & { readonly questionSet: string; readonly basis: SubjectBasis }
> {
  readonly type = 'OpenExplorationCycle';
}

export class ReplaceQuestionSet extends CycleCommand<
  'ReplaceQuestionSet',
  { readonly questionSet: string; readonly reason: string }
> {
  readonly type = 'ReplaceQuestionSet';
}

export class AssignItemOwner extends CycleCommand<
  'AssignItemOwner',
  {
    readonly item: string;
    readonly ownerRole: string;
    readonly ownerId?: PersonId | undefined;
    readonly dueOn?: CivilDate | undefined;
  }
> {
  readonly type = 'AssignItemOwner';
}

/** `basedOn` is the event of the answer that the caller saw; absent when the item had none. */
export class AnswerItem extends CycleCommand<
  'AnswerItem',
  Dated & {
    readonly item: string;
    readonly answer: ItemAnswer;
    readonly evidence: readonly Evidence[];
    readonly basedOn?: EventId | undefined;
  }
> {
  readonly type = 'AnswerItem';
}

/** Members that are absent stay as they stood. */
export class CorrectItemAnswer extends CycleCommand<
  'CorrectItemAnswer',
  Dated & {
    readonly item: string;
    readonly corrects: EventId;
    readonly answer?: ItemAnswer | undefined;
    readonly evidence?: readonly Evidence[] | undefined;
    readonly reason: string;
  }
> {
  readonly type = 'CorrectItemAnswer';
}

export class WithdrawItemAnswer extends CycleCommand<
  'WithdrawItemAnswer',
  { readonly item: string; readonly corrects: EventId; readonly reason: string }
> {
  readonly type = 'WithdrawItemAnswer';
}

/** A need without `needId` is a new one; with it, the need is stated again on top of `basedOn`, the entry that was seen. */
export class StateCountyNeed extends CycleCommand<
  'StateCountyNeed',
  Dated & {
    readonly need: Omit<CountyNeed, 'needId'>;
    readonly needId?: string | undefined;
    readonly basedOn?: EventId | undefined;
  }
> {
  readonly type = 'StateCountyNeed';
}

export class CorrectCountyNeed extends CycleCommand<
  'CorrectCountyNeed',
  Dated & {
    readonly needId: string;
    readonly corrects: EventId;
    readonly need: Omit<CountyNeed, 'needId'>;
    readonly reason: string;
  }
> {
  readonly type = 'CorrectCountyNeed';
}

export class WithdrawCountyNeed extends CycleCommand<
  'WithdrawCountyNeed',
  { readonly needId: string; readonly corrects: EventId; readonly reason: string }
> {
  readonly type = 'WithdrawCountyNeed';
}

/** The reason is needed where it is unknown whether leadership understands the resources. */
export class StateLeadershipCommitment extends CycleCommand<
  'StateLeadershipCommitment',
  Dated & {
    readonly commitment: LeadershipCommitment;
    readonly basedOn?: EventId | undefined;
    readonly reason?: string | undefined;
  }
> {
  readonly type = 'StateLeadershipCommitment';
}

export class CorrectLeadershipCommitment extends CycleCommand<
  'CorrectLeadershipCommitment',
  Dated & { readonly corrects: EventId; readonly commitment: LeadershipCommitment; readonly reason: string }
> {
  readonly type = 'CorrectLeadershipCommitment';
}

/** Dated on the day of the command, like every step of the review. */
export class SubmitAssessment extends CycleCommand<'SubmitAssessment', { readonly assessment: Assessment }> {
  readonly type = 'SubmitAssessment';
}

/** `submission` is the number of the submission that the reviewer read. */
export class ReturnAssessment extends CycleCommand<
  'ReturnAssessment',
  {
    readonly assessment: Assessment;
    readonly submission: number;
    readonly reasons: readonly { readonly item?: string | undefined; readonly reason: string }[];
  }
> {
  readonly type = 'ReturnAssessment';
}

/** `submission` is the number of the submission that the reviewer read. */
export class AcceptAssessment extends CycleCommand<
  'AcceptAssessment',
  { readonly assessment: Assessment; readonly submission: number; readonly note?: string | undefined }
> {
  readonly type = 'AcceptAssessment';
}

export class ReviseAssessment extends CycleCommand<
  'ReviseAssessment',
  { readonly assessment: Assessment; readonly reason: string }
> {
  readonly type = 'ReviseAssessment';
}

export class AbandonExplorationCycle extends CycleCommand<'AbandonExplorationCycle', { readonly reason: string }> {
  readonly type = 'AbandonExplorationCycle';
}

/** Every command of this record; the binding to the command bus is made from this list. */
export const explorationCycleCommands = [
  OpenExplorationCycle,
  ReplaceQuestionSet,
  AssignItemOwner,
  AnswerItem,
  CorrectItemAnswer,
  WithdrawItemAnswer,
  StateCountyNeed,
  CorrectCountyNeed,
  WithdrawCountyNeed,
  StateLeadershipCommitment,
  CorrectLeadershipCommitment,
  SubmitAssessment,
  ReturnAssessment,
  AcceptAssessment,
  ReviseAssessment,
  AbandonExplorationCycle,
] as const;

export type ExplorationCycleCommand = InstanceType<(typeof explorationCycleCommands)[number]>;
