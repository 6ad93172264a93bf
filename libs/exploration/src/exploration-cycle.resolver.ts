import type { OnModuleInit } from '@nestjs/common';
import { Args, Context, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { OrganisationId } from '@waymark/kernel';
import {
  Access,
  foreignCursor,
  ListLength,
  NodeRegistry,
  type Page,
  PageArgs,
  pageOf,
  type Payload,
  present,
  readCursor,
  RequestContext,
  SchoolYearScalar,
} from '@waymark/nest-kit';
import { CycleMutations } from './cycle-mutations.js';
import * as commands from './exploration-cycle-commands.js';
import {
  assessmentViews,
  commitmentView,
  cycleView,
  needViews,
  questionSetView,
  warningViews,
} from './exploration-cycle-presenting.js';
import * as inputs from './exploration-cycle.inputs.js';
import type { CyclePhase, CycleRow } from './exploration-cycle.projection.js';
import {
  CountyNeedView,
  ExplorationAssessment,
  ExplorationCycle,
  ExplorationCycleConnection,
  ExplorationCyclePayload,
  ExplorationWarning,
  LeadershipCommitmentView,
  USUAL,
} from './exploration-cycle.views.js';
import { ExplorationOwners } from './exploration-owners.js';
import { ExplorationSubjects } from './exploration-subjects.js';
import { QuestionSetView } from './question-set.views.js';
import { CyclePhaseEnum } from './exploration.enums.js';
import { type CycleDetails, cycleId, ExplorationReads, readCycleId } from './exploration.reads.js';
import { findQuestionSet, questionSets } from './question-sets.js';

type CycleParent = ExplorationCycle & { readonly row: CycleRow };
const READ = 'read:exploration';

/** Cycles: their reading, opening, handing in and review. */
@Resolver(() => ExplorationCycle)
export class ExplorationCycleResolver implements OnModuleInit {
  constructor(
    private readonly cycles: CycleMutations,
    private readonly access: Access,
    private readonly subjects: ExplorationSubjects,
    private readonly reads: ExplorationReads,
    private readonly nodes: NodeRegistry,
    private readonly owners: ExplorationOwners,
  ) {}

  onModuleInit(): void {
    this.nodes.register('ExplorationCycle', async (id, context) => {
      const key = readCycleId(id);
      const row = key === undefined ? undefined : await this.reads.cycle(key);
      if (row === undefined) return null;
      const kind = row.subject_kind === 'AGENCY' ? 'SERVICE_AGENCY' : 'DISTRICT';
      const about = await this.subjects.aboutOf(row.subject as OrganisationId, kind);
      await this.access.authorise(context, READ, about);
      return cycleView(row);
    });
  }

  @Query(() => [QuestionSetView], {
    name: 'questionSets',
    description: 'The lists of guiding questions, by version. Needs no sign-in: it holds no data.',
  })
  questionSets(): QuestionSetView[] {
    return questionSets.map(questionSetView);
  }

  @Query(() => ExplorationCycle, {
    name: 'explorationCycle',
    nullable: true,
    description:
      'The exploration of an organisation in a school year: its latest cycle unless numbered; null when none.',
  })
  async explorationCycle(
    @Args('organisation', { type: () => String, description: 'Service agency or district: code ("MI-03") or id.' })
    organisation: string,
    @Args('schoolYear', { type: () => SchoolYearScalar, description: 'The school year.' }) schoolYear: string,
    @Args('lineage', { type: () => String, defaultValue: 'mimtss-isd', description: 'Lineage of question sets.' })
    lineage: string,
    @Args('cycle', { type: () => Int, nullable: true, description: 'Number of the cycle; the latest when left out.' })
    cycle: number | null,
    @Context() context: RequestContext,
  ): Promise<ExplorationCycle | null> {
    const subject = await this.subjects.find(organisation, 'organisation');
    await this.access.authorise(context, READ, subject.about);
    const key = { subject: subject.id, school_year: schoolYear, lineage };
    const row = await this.reads.cycle({ ...key, cycle: cycle ?? undefined });
    return row === undefined ? null : cycleView(row);
  }

  @Query(() => ExplorationCycleConnection, {
    name: 'explorationCycles',
    description: 'Cycles of an agency and of its districts.',
  })
  async explorationCycles(
    @Args('agency', { type: () => String, description: 'Service agency: code ("MI-03") or id.' }) agency: string,
    @Args('schoolYear', { type: () => SchoolYearScalar, nullable: true, description: 'One school year only.' })
    schoolYear: string | null,
    @Args('state', { type: () => CyclePhaseEnum, nullable: true, description: 'Cycles in this state only.' })
    state: CyclePhase | null,
    @Args() page: PageArgs,
    @Context() context: RequestContext,
  ): Promise<Page<ExplorationCycle>> {
    const subject = await this.subjects.find(agency, 'agency');
    await this.access.authorise(context, READ, subject.about);
    const organisations = await this.subjects.underToday(subject.id);
    const filter = { organisations, schoolYear: schoolYear ?? undefined, state: state ?? undefined };
    const after = page.after == null ? undefined : readCycleId(String(readCursor(page.after, 1)[0]));
    if (page.after != null && after === undefined) throw foreignCursor();
    const rows = await this.reads.cycles(filter, after, page.first + 1);
    return pageOf(
      rows,
      page.first,
      (row) => [cycleId(row)],
      cycleView,
      () => this.reads.count(filter),
    );
  }

  @ListLength(USUAL.assessments)
  @ResolveField(() => [ExplorationAssessment], { name: 'assessments', description: 'Needs, fit and capacity.' })
  async assessments(
    @Parent() cycle: CycleParent,
    @Context() context: RequestContext,
  ): Promise<ExplorationAssessment[]> {
    return assessmentViews(cycle.row, await this.details(cycle, context));
  }

  @ListLength(USUAL.needs)
  @ResolveField(() => [CountyNeedView], { name: 'needs', description: 'County needs in force.' })
  async needs(@Parent() cycle: CycleParent, @Context() context: RequestContext): Promise<CountyNeedView[]> {
    return needViews(await this.details(cycle, context));
  }

  @ResolveField(() => LeadershipCommitmentView, {
    name: 'commitment',
    nullable: true,
    description: 'Commitment of leadership in force.',
  })
  async commitment(
    @Parent() cycle: CycleParent,
    @Context() context: RequestContext,
  ): Promise<LeadershipCommitmentView | null> {
    return commitmentView(await this.details(cycle, context));
  }

  @ResolveField(() => [ExplorationWarning], { name: 'warnings', description: 'Things to look at; they stop nothing.' })
  async warnings(@Parent() cycle: CycleParent, @Context() context: RequestContext): Promise<ExplorationWarning[]> {
    return warningViews(await this.details(cycle, context));
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'openExplorationCycle',
    description: 'Begins to weigh needs, fit and capacity for a school year (R-06, R-09).',
  })
  openExplorationCycle(
    @Args('input') input: inputs.OpenExplorationCycleInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    // A set that does not exist has no lineage: the command refuses it.
    const { lineage } = findQuestionSet(input.questionSet) ?? { lineage: 'none' };
    return this.cycles.change(context, 'openExplorationCycle', withLineage(input, lineage), (key, subject, meta) => {
      const { questionSet, effectiveOn } = present(input);
      const data = { questionSet, effectiveOn, basis: subject.basis };
      return new commands.OpenExplorationCycle(key, data, subject.about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'replaceQuestionSet',
    description: 'Takes another question set of the lineage, before the first answer (R-10).',
  })
  replaceQuestionSet(
    @Args('input') input: inputs.ReplaceQuestionSetInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'replaceQuestionSet', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.ReplaceQuestionSet(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'assignItemOwner',
    description: 'Names who is responsible for an item, answered or not.',
  })
  assignItemOwner(
    @Args('input') input: inputs.AssignItemOwnerInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'assignItemOwner', input, async (key, { about }, meta) => {
      const { ownerId, ...rest } = present(input);
      const data = { ...rest, ownerId: await this.owners.find(ownerId, ['ownerId']) };
      return new commands.AssignItemOwner(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'submitAssessment',
    description: 'Hands in needs, fit or capacity; the receipt proves it (R-11).',
  })
  submitAssessment(
    @Args('input') input: inputs.SubmitAssessmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'submitAssessment', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.SubmitAssessment(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'returnAssessment',
    description: 'A reviewer hands a submitted assessment back with reasons.',
  })
  returnAssessment(
    @Args('input') input: inputs.ReturnAssessmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'returnAssessment', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.ReturnAssessment(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'acceptAssessment',
    description: 'A reviewer accepts a submitted assessment; with the last of the three the cycle is complete.',
  })
  acceptAssessment(
    @Args('input') input: inputs.AcceptAssessmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'acceptAssessment', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.AcceptAssessment(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'reviseAssessment',
    description: 'Opens a submitted or accepted assessment again, with a reason; the submission stays readable (R-16).',
  })
  reviseAssessment(
    @Args('input') input: inputs.ReviseAssessmentInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'reviseAssessment', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.ReviseAssessment(key, data, about, meta);
    });
  }

  @Mutation(() => ExplorationCyclePayload, {
    name: 'abandonExplorationCycle',
    description: 'Ends a cycle that will not be complete, with a reason (R-18).',
  })
  abandonExplorationCycle(
    @Args('input') input: inputs.AbandonExplorationCycleInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ExplorationCycle>> {
    return this.cycles.change(context, 'abandonExplorationCycle', input, (key, { about }, meta) => {
      const data = present(input);
      return new commands.AbandonExplorationCycle(key, data, about, meta);
    });
  }

  private async details({ row }: CycleParent, context: RequestContext): Promise<CycleDetails> {
    const loader = context.loader<string, CycleDetails>(this.reads, (ids) => this.reads.details(ids));
    return (await loader.load(cycleId(row)))!;
  }
}

function withLineage(input: inputs.OpenExplorationCycleInput, lineage: string) {
  return { ...input, lineage };
}
