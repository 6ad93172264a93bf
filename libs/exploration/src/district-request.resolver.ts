import type { OnModuleInit } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import {
  type Command,
  type CommandMeta,
  type EventId,
  isSchoolYear,
  isUuid,
  type OrganisationId,
} from '@waymark/kernel';
import {
  Access,
  Mutations,
  NodeRegistry,
  type Payload,
  present,
  RequestContext,
  SchoolYearScalar,
} from '@waymark/nest-kit';
import * as commands from './district-request-commands.js';
import { districtRequestsView } from './district-request-presenting.js';
import * as inputs from './district-request.inputs.js';
import { districtRequestProjection } from './district-request.projection.js';
import { DistrictRequests, DistrictRequestsPayload } from './district-request.views.js';
import { ExplorationOwners } from './exploration-owners.js';
import { ExplorationSubjects, type Subject } from './exploration-subjects.js';
import { ExplorationReads } from './exploration.reads.js';

type Build = (key: commands.DistrictKey, subject: Subject, meta: CommandMeta) => Command | Promise<Command>;
const READ = 'read:exploration';

/** What districts say: needs, support requests, plans, follow-ups. */
@Resolver(() => DistrictRequests)
export class DistrictRequestResolver implements OnModuleInit {
  constructor(
    private readonly mutations: Mutations,
    private readonly access: Access,
    private readonly subjects: ExplorationSubjects,
    private readonly reads: ExplorationReads,
    private readonly nodes: NodeRegistry,
    private readonly owners: ExplorationOwners,
  ) {}

  onModuleInit(): void {
    this.nodes.register('DistrictRequests', async (id, context) => {
      const [district = '', year = ''] = id.split('_');
      if (!isUuid(district) || !isSchoolYear(year)) return null;
      await this.access.authorise(context, READ, await this.subjects.aboutOf(district as OrganisationId, 'DISTRICT'));
      return this.show(district, year);
    });
  }

  @Query(() => DistrictRequests, {
    name: 'districtRequests',
    nullable: true,
    description: 'What a district said in a school year; null when nothing was recorded.',
  })
  async districtRequests(
    @Args('district', { type: () => String, description: 'The district: code ("MI-03010") or id.' }) district: string,
    @Args('schoolYear', { type: () => SchoolYearScalar, description: 'The school year.' }) schoolYear: string,
    @Context() context: RequestContext,
  ): Promise<DistrictRequests | null> {
    const subject = await this.subjects.findDistrict(district);
    await this.access.authorise(context, READ, subject.about);
    return this.show(subject.id, schoolYear);
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'stateDistrictNeed',
    description: 'A district says what it needs, itself or through its agency; unknown opens a follow-up (R-14).',
  })
  stateDistrictNeed(
    @Args('input') input: inputs.StateDistrictNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'stateDistrictNeed', input, async (key, { about, basis }, meta) => {
      const { cells, source, followUp, effectiveOn } = present(input);
      const data = {
        cells: onTop(cells),
        source,
        followUp: await this.taskOf(followUp, 'followUp'),
        effectiveOn,
        basis,
      };
      return new commands.StateDistrictNeed(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'correctDistrictNeed',
    description: 'Puts right what was recorded wrongly about needs (R-88).',
  })
  correctDistrictNeed(
    @Args('input') input: inputs.CorrectDistrictNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'correctDistrictNeed', input, async (key, { about }, meta) => {
      const { corrects, cells, source, followUp, effectiveOn, reason } = present(input);
      const task = await this.taskOf(followUp, 'followUp');
      const data = { corrects: corrects as EventId, cells: onTop(cells), source, followUp: task, effectiveOn, reason };
      return new commands.CorrectDistrictNeed(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'withdrawDistrictNeed',
    description: 'Takes back what a district never said (R-88).',
  })
  withdrawDistrictNeed(
    @Args('input') input: inputs.WithdrawDistrictNeedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'withdrawDistrictNeed', input, (key, { about }, meta) => {
      const { corrects, reason } = present(input);
      const data = { corrects: corrects as EventId, reason };
      return new commands.WithdrawDistrictNeed(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'requestSupport',
    description: 'A district asks for support by focus area, form and amount (R-15).',
  })
  requestSupport(
    @Args('input') input: inputs.RequestSupportInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'requestSupport', input, (key, { about, basis }, meta) => {
      const { cells, source, effectiveOn } = present(input);
      const data = { cells: onTop(cells), source, effectiveOn, basis };
      return new commands.RequestSupport(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'correctSupportRequest',
    description: 'Puts right what was recorded wrongly about a request (R-88).',
  })
  correctSupportRequest(
    @Args('input') input: inputs.CorrectSupportRequestInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'correctSupportRequest', input, (key, { about }, meta) => {
      const { corrects, cells, source, effectiveOn, reason } = present(input);
      const data = { corrects: corrects as EventId, cells: onTop(cells), source, effectiveOn, reason };
      return new commands.CorrectSupportRequest(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'withdrawSupportRequest',
    description: 'Takes back a request that was never made (R-88).',
  })
  withdrawSupportRequest(
    @Args('input') input: inputs.WithdrawSupportRequestInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'withdrawSupportRequest', input, (key, { about }, meta) => {
      const { corrects, reason } = present(input);
      const data = { corrects: corrects as EventId, reason };
      return new commands.WithdrawSupportRequest(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'noteDistrictPlan',
    description: 'Notes a goal of a local MICIP plan and its focus areas.',
  })
  noteDistrictPlan(
    @Args('input') input: inputs.NoteDistrictPlanInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'noteDistrictPlan', input, (key, { about, basis }, meta) => {
      const { plan, planRef, basedOn } = present(input);
      const data = { plan, planRef, basedOn: basedOn as EventId | undefined, basis };
      return new commands.NoteDistrictPlan(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'correctDistrictPlan',
    description: 'Puts right what was noted wrongly about a local plan (R-88).',
  })
  correctDistrictPlan(
    @Args('input') input: inputs.CorrectDistrictPlanInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'correctDistrictPlan', input, (key, { about }, meta) => {
      const { corrects, planRef, plan, reason } = present(input);
      const data = { corrects: corrects as EventId, planRef, plan, reason };
      return new commands.CorrectDistrictPlan(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'withdrawDistrictPlan',
    description: 'Takes back what was noted and does not stand in the plan (R-88).',
  })
  withdrawDistrictPlan(
    @Args('input') input: inputs.WithdrawDistrictPlanInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'withdrawDistrictPlan', input, (key, { about }, meta) => {
      const { corrects, planRef, reason } = present(input);
      const data = { corrects: corrects as EventId, planRef, reason };
      return new commands.WithdrawDistrictPlan(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'openFollowUp',
    description: 'Opens the task to ask a district again.',
  })
  openFollowUp(
    @Args('input') input: inputs.OpenFollowUpInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'openFollowUp', input, async (key, { about }, meta) => {
      const { focusAreas, task } = present(input);
      const data = { focusAreas, ...(await this.taskOf(task, 'task')) };
      return new commands.OpenFollowUp(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'recordFollowUpAsked',
    description: 'Notes that the district was asked, on a day and in a way.',
  })
  recordFollowUpAsked(
    @Args('input') input: inputs.RecordFollowUpAskedInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'recordFollowUpAsked', input, (key, { about }, meta) => {
      const { followUpId, kind, askedOn } = present(input);
      const data = { followUpId, kind, askedOn };
      return new commands.RecordFollowUpAsked(key, data, about, meta);
    });
  }

  @Mutation(() => DistrictRequestsPayload, {
    name: 'closeFollowUp',
    description: 'Ends a follow-up that a known answer has not ended by itself.',
  })
  closeFollowUp(
    @Args('input') input: inputs.CloseFollowUpInput,
    @Context() context: RequestContext,
  ): Promise<Payload<DistrictRequests>> {
    return this.change(context, 'closeFollowUp', input, (key, { about }, meta) => {
      const { followUpId, outcome, reason } = present(input);
      const data = { followUpId, outcome, reason };
      return new commands.CloseFollowUp(key, data, about, meta);
    });
  }

  private change(
    context: RequestContext,
    operation: string,
    input: inputs.DistrictInput,
    build: Build,
  ): Promise<Payload<DistrictRequests>> {
    let subject: Subject;
    return this.mutations.run({
      ...{ context, operation, input, projections: [districtRequestProjection.name] },
      about: async () => {
        subject = await this.subjects.findDistrict(input.district);
        return subject.about;
      },
      command: (meta) => build({ district: subject.id, schoolYear: input.schoolYear }, subject, meta),
      read: async () => (await this.show(subject.id, input.schoolYear))!,
    });
  }

  private async show(district: string, schoolYear: string): Promise<DistrictRequests | null> {
    const row = await this.reads.districtRequest(district, schoolYear);
    return row === undefined ? null : districtRequestsView(row);
  }

  private async taskOf(
    task: inputs.FollowUpTaskInput | undefined,
    member: string,
  ): Promise<commands.FollowUpTask | undefined> {
    if (task === undefined) return undefined;
    const { ownerId: owner, ...rest } = task;
    const ownerId = await this.owners.find(owner, [member, 'ownerId']);
    return { ...rest, ...(ownerId !== undefined && { ownerId }) };
  }
}

/** Cells with the entries that were seen, as events: their form was checked with the input. */
function onTop<Cell extends { readonly basedOn?: string }>(cells: readonly Cell[]) {
  return cells.map((cell) => ({ ...cell, basedOn: cell.basedOn as EventId | undefined }));
}
