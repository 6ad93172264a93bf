import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { DomainError, type EventId, type OrganisationId } from '@waymark/kernel';
import { Access, localId, type Payload, present, RequestContext } from '@waymark/nest-kit';
import * as commands from './initiative-commands.js';
import * as inputs from './initiative-judgement.inputs.js';
import { InitiativeMutations } from './initiative-mutations.js';
import type { Owner } from './initiative-owners.js';
import { Initiative, InitiativePayload } from './initiative.views.js';

/** What people judge about initiatives: relations, reviews, ratings. */
@Resolver()
export class InitiativeJudgementResolver {
  constructor(
    private readonly initiatives: InitiativeMutations,
    private readonly access: Access,
  ) {}

  @Mutation(() => InitiativePayload, {
    name: 'relateInitiative',
    description: 'Judges how an initiative bears on another one or on a focus area (R-34, R-36).',
  })
  relateInitiative(
    @Args('input') input: inputs.RelateInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'relateInitiative', input, async (owner, initiativeId, meta) => {
      const { relation, explanation, staffGroups = [], basedOn, effectiveOn } = present(input);
      const { to, isKnown } = await this.targetOf(input.to, owner, context);
      const judged = { initiativeId, to, relation, explanation, staffGroups };
      const data = { relation: judged, isKnown, basedOn: basedOn as EventId | undefined, effectiveOn };
      return new commands.RelateInitiative(owner.id, data, owner.about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'correctRelation',
    description: 'Puts right a judgement that was recorded wrongly (R-88).',
  })
  correctRelation(
    @Args('input') input: inputs.CorrectRelationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'correctRelation', input, async (owner, initiativeId, meta) => {
      const { relation, explanation, staffGroups = [], corrects, reason, effectiveOn } = present(input);
      const { to } = await this.targetOf(input.to, owner, context);
      const judged = { relation, explanation, staffGroups, corrects: corrects as EventId, reason, effectiveOn };
      return new commands.CorrectRelation(owner.id, { initiativeId, to, ...judged }, owner.about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawRelation',
    description: 'Takes back a judgement that nobody made (R-88).',
  })
  withdrawRelation(
    @Args('input') input: inputs.WithdrawRelationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawRelation', input, async (owner, initiativeId, meta) => {
      const { to } = await this.targetOf(input.to, owner, context);
      const data = { initiativeId, to, corrects: input.corrects as EventId, reason: input.reason };
      return new commands.WithdrawRelation(owner.id, data, owner.about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'resolveConflict',
    description: 'Says what is done about a conflict that was judged (R-31).',
  })
  resolveConflict(
    @Args('input') input: inputs.ResolveConflictInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'resolveConflict', input, async (owner, initiativeId, meta) => {
      const { judgement, resolution, effectiveOn } = present(input);
      const { to } = await this.targetOf(input.to, owner, context);
      const data = { initiativeId, to, judgement: judgement as EventId, resolution, effectiveOn };
      return new commands.ResolveConflict(owner.id, data, owner.about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'reviewInitiative',
    description: 'A review keeps, strengthens, merges, pauses or de-selects an initiative (R-35).',
  })
  reviewInitiative(
    @Args('input') input: inputs.ReviewInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'reviewInitiative', input, ({ id, about }, initiativeId, meta) => {
      const { basedOn, effectiveOn } = present(input);
      const data = { initiativeId, review: reviewOf(input.review), basedOn: basedOn as EventId, effectiveOn };
      return new commands.ReviewInitiative(id, data, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'correctReview',
    description: 'Puts right a review that was recorded wrongly (R-88).',
  })
  correctReview(
    @Args('input') input: inputs.CorrectReviewInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'correctReview', input, ({ id, about }, initiativeId, meta) => {
      const { reviewId, corrects, reason, effectiveOn } = present(input);
      const said = { review: reviewOf(input.review), corrects: corrects as EventId, reason, effectiveOn };
      return new commands.CorrectReview(id, { initiativeId, reviewId, ...said }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawReview',
    description: 'Takes back a review that never was; the status is what it was before (R-88).',
  })
  withdrawReview(
    @Args('input') input: inputs.WithdrawReviewInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawReview', input, ({ id, about }, initiativeId, meta) => {
      const { reviewId, corrects, reason } = present(input);
      const data = { initiativeId, reviewId, corrects: corrects as EventId, reason };
      return new commands.WithdrawReview(id, data, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'rateInitiative',
    description: 'Records how a team rates an initiative on the six indicators of the Hexagon tool.',
  })
  rateInitiative(
    @Args('input') input: inputs.RateInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'rateInitiative', input, ({ id, about }, initiativeId, meta) => {
      const { rating, basedOn, effectiveOn } = present(input);
      const said = { rating: { roles: [], ...rating }, basedOn: basedOn as EventId | undefined, effectiveOn };
      return new commands.RateInitiative(id, { initiativeId, ...said }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'correctRating',
    description: 'Puts right a rating that was recorded wrongly (R-88).',
  })
  correctRating(
    @Args('input') input: inputs.CorrectRatingInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'correctRating', input, ({ id, about }, initiativeId, meta) => {
      const { rating, corrects, reason, effectiveOn } = present(input);
      const said = { rating: { roles: [], ...rating }, corrects: corrects as EventId, reason, effectiveOn };
      return new commands.CorrectRating(id, { initiativeId, ...said }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawRating',
    description: 'Takes back a rating that nobody gave (R-88).',
  })
  withdrawRating(
    @Args('input') input: inputs.WithdrawRatingInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawRating', input, ({ id, about }, initiativeId, meta) => {
      const data = { initiativeId, corrects: input.corrects as EventId, reason: input.reason };
      return new commands.WithdrawRating(id, data, about, meta);
    });
  }

  /** what a relation goes to. An initiative of another owner is named by those alone who may see it. */
  private async targetOf({ initiative, focusArea }: inputs.RelationTargetInput, owner: Owner, context: RequestContext) {
    if ((initiative === undefined) === (focusArea === undefined)) {
      throw new DomainError('RELATION_TO_ITSELF', 'Name another initiative or a focus area, one of the two.', {
        rule: 'R-34',
        path: ['to'],
      });
    }
    if (focusArea !== undefined) return { to: { kind: 'FOCUS_AREA' as const, focusArea }, isKnown: true };
    const initiativeId = localId('Initiative', initiative!, ['to', 'initiative']);
    const other = await this.initiatives.ownerOf(initiativeId, ['to', 'initiative']);
    if (other.id !== owner.id) await this.access.authorise(context, 'read:initiatives', other.about);
    const ownerId: OrganisationId = other.id;
    return { to: { kind: 'INITIATIVE' as const, initiativeId, ownerId }, isKnown: true };
  }
}

function reviewOf(input: inputs.InitiativeReviewInput): commands.SaidReview {
  const { mergedInto, restsOn = [], ...said } = present(input);
  const into = mergedInto === undefined ? undefined : localId('Initiative', mergedInto, ['review', 'mergedInto']);
  return { ...said, restsOn, ...(into !== undefined && { mergedInto: into }) };
}
