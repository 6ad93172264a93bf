import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { EventId } from '@waymark/kernel';
import { type Payload, present, RequestContext } from '@waymark/nest-kit';
import { answerOf } from './answer.inputs.js';
import { CycleMutations } from './cycle-mutations.js';
import * as commands from './exploration-cycle-commands.js';
import * as inputs from './exploration-cycle.inputs.js';
import { ExplorationCycle, ExplorationCyclePayload } from './exploration-cycle.views.js';

/** What is said within a cycle: answers, county needs, the commitment of leadership. */
@Resolver()
export class ExplorationStatementResolver {
  constructor(private readonly cycles: CycleMutations) {}

  @Mutation(() => ExplorationCyclePayload, {
    name: 'answerItem',
    description: 'Answers an item in its declared parts, or with "unknown" or "not applicable" (R-11, R-12).',
  })
  answerItem(
    @Args('input') input: inputs.AnswerItemInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'answerItem', input, (key, { about }, meta) => {
      const { item, evidence = [], basedOn, effectiveOn } = present(input);
      const data = {
        item,
        answer: answerOf(input.answer),
        evidence,
        basedOn: basedOn as EventId | undefined,
        effectiveOn,
      };
      return new commands.AnswerItem(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'correctItemAnswer',
    description: 'Puts an answer right that was wrong (R-88).',
  })
  correctItemAnswer(
    @Args('input') input: inputs.CorrectItemAnswerInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'correctItemAnswer', input, (key, { about }, meta) => {
      const { item, corrects, evidence, effectiveOn, reason } = present(input);
      const answer = input.answer == null ? undefined : answerOf(input.answer);
      const data = { item, corrects: corrects as EventId, answer, evidence, effectiveOn, reason };
      return new commands.CorrectItemAnswer(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'withdrawItemAnswer',
    description: 'Takes back an answer that never was true (R-88).',
  })
  withdrawItemAnswer(
    @Args('input') input: inputs.WithdrawItemAnswerInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'withdrawItemAnswer', input, (key, { about }, meta) => {
      const { item, corrects, reason } = present(input);
      const data = { item, corrects: corrects as EventId, reason };
      return new commands.WithdrawItemAnswer(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'stateCountyNeed',
    description: 'States a need of the county with its focus area and sources (R-13).',
  })
  stateCountyNeed(
    @Args('input') input: inputs.StateCountyNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'stateCountyNeed', input, (key, { about }, meta) => {
      const { need, needId, basedOn, effectiveOn } = present(input);
      const data = { need, needId, basedOn: basedOn as EventId | undefined, effectiveOn };
      return new commands.StateCountyNeed(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'correctCountyNeed',
    description: 'Puts a county need right that was stated wrongly (R-88).',
  })
  correctCountyNeed(
    @Args('input') input: inputs.CorrectCountyNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'correctCountyNeed', input, (key, { about }, meta) => {
      const { need, needId, effectiveOn, corrects, reason } = present(input);
      const data = { need, needId, effectiveOn, corrects: corrects as EventId, reason };
      return new commands.CorrectCountyNeed(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'withdrawCountyNeed',
    description: 'Takes back a county need that never was one (R-88).',
  })
  withdrawCountyNeed(
    @Args('input') input: inputs.WithdrawCountyNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'withdrawCountyNeed', input, (key, { about }, meta) => {
      const { needId, corrects, reason } = present(input);
      const data = { needId, corrects: corrects as EventId, reason };
      return new commands.WithdrawCountyNeed(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'stateLeadershipCommitment',
    description: 'Records what leadership commits itself to (R-17).',
  })
  stateLeadershipCommitment(
    @Args('input') input: inputs.StateLeadershipCommitmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'stateLeadershipCommitment', input, (key, { about }, meta) => {
      const { commitment, basedOn, reason, effectiveOn } = present(input);
      const data = { commitment, basedOn: basedOn as EventId | undefined, reason, effectiveOn };
      return new commands.StateLeadershipCommitment(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'correctLeadershipCommitment',
    description: 'Puts the commitment right that was recorded wrongly (R-88).',
  })
  correctLeadershipCommitment(
    @Args('input') input: inputs.CorrectLeadershipCommitmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'correctLeadershipCommitment', input, (key, { about }, meta) => {
      const { commitment, corrects, reason, effectiveOn } = present(input);
      const data = { commitment, corrects: corrects as EventId, reason, effectiveOn };
      return new commands.CorrectLeadershipCommitment(key, data, about, meta);
    });
  }
}
