import { InputType } from '@nestjs/graphql';
import { FocusAreaEnum } from '@waymark/exploration';
import { Code, Day, EventRef, GlobalId, InnerId, Nested, Text, Whole } from '@waymark/nest-kit';
import { InitiativeRelationEnum, ReviewDecisionEnum } from './initiative.enums.js';
import { InitiativeCorrectionInput, InitiativeInput } from './initiative.inputs.js';

const NO_NAMES = 'Names of persons do not belong in it.';
const HELD = 'Day from which it holds; today when left out, never later.';
const AS_IT_STOOD = 'Day from which it holds; as it stood when left out.';
const STATUS_SEEN = 'Event of the status you saw, as `statusStatement.eventId` gives it.';

@InputType({ description: 'What an initiative bears on: another one or a focus area, one of the two (R-34).' })
export class RelationTargetInput {
  @GlobalId({ description: 'Another initiative, of whichever owner.', nullable: true })
  initiative?: string;

  @Code(FocusAreaEnum, { description: 'A focus area.', nullable: true })
  focusArea?: keyof typeof FocusAreaEnum;
}

@InputType({ isAbstract: true })
abstract class Judgement extends InitiativeInput {
  @Nested(() => RelationTargetInput, { description: 'What it bears on.' })
  to!: RelationTargetInput;

  @Code(InitiativeRelationEnum, { description: 'How it bears on it.' })
  relation!: keyof typeof InitiativeRelationEnum;

  @Text(2000, { description: `Why you judge so. ${NO_NAMES}` })
  explanation!: string;

  @Text(100, { description: 'Staff groups it is about.', list: true, nullable: true })
  staffGroups?: string[];
}

@InputType({ description: 'What to say in order to: relate initiative.' })
export class RelateInitiativeInput extends Judgement {
  @EventRef({
    description: 'Event of the judgement of the pair that you saw; left out where there was none.',
    nullable: true,
  })
  basedOn?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct relation.' })
export class CorrectRelationInput extends Judgement {
  @EventRef({ description: 'Event of the judgement that was wrong.' })
  corrects!: string;

  @Text(2000, { description: `Why it was wrong. ${NO_NAMES}` })
  reason!: string;

  @Day({ description: AS_IT_STOOD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw relation.' })
export class WithdrawRelationInput extends InitiativeCorrectionInput {
  @Nested(() => RelationTargetInput, { description: 'What it bears on.' })
  to!: RelationTargetInput;
}

@InputType({ description: 'What to say in order to: resolve conflict.' })
export class ResolveConflictInput extends InitiativeInput {
  @Nested(() => RelationTargetInput, { description: 'What it conflicts with.' })
  to!: RelationTargetInput;

  @EventRef({ description: 'Event of the judgement that you saw.' })
  judgement!: string;

  @Text(2000, { description: `What is done about it. ${NO_NAMES}` })
  resolution!: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'Something that a review looked at.' })
export class ReviewSourceInput {
  @Text(500, { description: `What it is and where it can be found. ${NO_NAMES}` })
  what!: string;

  @Day({ description: 'Its day; today at the latest.' })
  seenOn!: string;
}

@InputType({ description: 'What a review decides and why (R-35).' })
export class InitiativeReviewInput {
  @Code(ReviewDecisionEnum, { description: 'The decision. KEEP and STRENGTHEN take up again what is paused or over.' })
  decision!: keyof typeof ReviewDecisionEnum;

  @Text(2000, { description: `Why. ${NO_NAMES}` })
  explanation!: string;

  @Nested(() => ReviewSourceInput, {
    description: 'What it rests on; DESELECT needs one.',
    list: { max: 50 },
    nullable: true,
  })
  restsOn?: ReviewSourceInput[];

  @GlobalId({ description: 'What it becomes part of; for MERGE alone.', nullable: true })
  mergedInto?: string;
}

@InputType({ description: 'What to say in order to: review initiative.' })
export class ReviewInitiativeInput extends InitiativeInput {
  @Nested(() => InitiativeReviewInput, { description: 'The review.' })
  review!: InitiativeReviewInput;

  @EventRef({ description: STATUS_SEEN })
  basedOn!: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct review.' })
export class CorrectReviewInput extends InitiativeCorrectionInput {
  @InnerId({ description: 'The review, as `reviewId` names it.' })
  reviewId!: string;

  @Nested(() => InitiativeReviewInput, { description: 'All of it as it should read.' })
  review!: InitiativeReviewInput;

  @Day({ description: AS_IT_STOOD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw review.' })
export class WithdrawReviewInput extends InitiativeCorrectionInput {
  @InnerId({ description: 'The review, as `reviewId` names it.' })
  reviewId!: string;
}

@InputType({ description: 'Six indicators of the Hexagon tool, from 1 (low) to 5 (high).' })
export class HexagonRatingInput {
  @Whole(1, 5, { description: 'Evidence for the practice.' })
  evidence!: number;

  @Whole(1, 5, { description: 'How usable the practice is.' })
  usability!: number;

  @Whole(1, 5, { description: 'Support there is for it.' })
  supports!: number;

  @Whole(1, 5, { description: 'How far it meets a need here.' })
  need!: number;

  @Whole(1, 5, { description: 'How it fits in here.' })
  fit!: number;

  @Whole(1, 5, { description: 'Capacity there is for it here.' })
  capacity!: number;

  @Text(200, { description: 'Roles that rated it together. No names.', list: true, nullable: true })
  roles?: string[];

  @Text(2000, { description: `What was said. ${NO_NAMES}`, nullable: true })
  note?: string;
}

@InputType({ description: 'What to say in order to: rate initiative.' })
export class RateInitiativeInput extends InitiativeInput {
  @Nested(() => HexagonRatingInput, { description: 'The rating.' })
  rating!: HexagonRatingInput;

  @EventRef({ description: 'Event of the rating you saw; left out where there was none.', nullable: true })
  basedOn?: string;

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: correct rating.' })
export class CorrectRatingInput extends InitiativeCorrectionInput {
  @Nested(() => HexagonRatingInput, { description: 'All of it as it should read.' })
  rating!: HexagonRatingInput;

  @Day({ description: AS_IT_STOOD, nullable: true })
  effectiveOn?: string;
}

@InputType({ description: 'What to say in order to: withdraw rating.' })
export class WithdrawRatingInput extends InitiativeCorrectionInput {}
