import type { OnModuleInit } from '@nestjs/common';
import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { derivedUuid, type EventId, isUuid, type OrganisationId } from '@waymark/kernel';
import { FocusAreaEnum } from '@waymark/exploration';
import {
  Access,
  foreignCursor,
  ListLength,
  Mutations,
  NodeRegistry,
  type Page,
  PageArgs,
  pageOf,
  type Payload,
  present,
  readCursor,
  RequestContext,
} from '@waymark/nest-kit';
import * as commands from './initiative-commands.js';
import { descriptionOf, InitiativeMutations } from './initiative-mutations.js';
import { InitiativeOwners, type Owner } from './initiative-owners.js';
import { initiativeView, promiseViews, relationView } from './initiative-presenting.js';
import { InitiativeKindEnum, InitiativeStatusEnum } from './initiative.enums.js';
import type { OwnerLevel } from './initiative.events.js';
import * as inputs from './initiative.inputs.js';
import { initiativeProjection, type InitiativeRow } from './initiative.projection.js';
import { type InitiativeKey, InitiativeReads, type JudgedPair } from './initiative.reads.js';
import {
  Initiative,
  InitiativeConnection,
  InitiativePayload,
  InitiativeRelationView,
  StaffPromise,
  USUAL,
} from './initiative.views.js';

type Shown = Initiative & { readonly row: InitiativeRow };
const READ = 'read:initiatives';
/** The loaders of a request go by these. */
const RELATIONS = {};
const STAFF = {};

/** Inventories: their reading, and the entries of initiatives. */
@Resolver(() => Initiative)
export class InitiativeResolver implements OnModuleInit {
  constructor(
    private readonly mutations: Mutations,
    private readonly initiatives: InitiativeMutations,
    private readonly access: Access,
    private readonly owners: InitiativeOwners,
    private readonly reads: InitiativeReads,
    private readonly nodes: NodeRegistry,
  ) {}

  onModuleInit(): void {
    this.nodes.register('Initiative', async (id, context) => {
      const row = isUuid(id) ? await this.reads.initiative(id) : undefined;
      if (row === undefined) return null;
      const about = await this.owners.aboutOf(row.owner as OrganisationId, row.level as OwnerLevel);
      await this.access.authorise(context, READ, about);
      return initiativeView(row);
    });
  }

  @Query(() => InitiativeConnection, {
    name: 'initiatives',
    description: 'What an agency, a district or a school runs, ran or plans, by owner and name.',
  })
  async list(
    @Args('organisation', { type: () => String, description: 'The owner: code ("MI-03") or id.' }) organisation: string,
    @Args('withThoseUnder', {
      type: () => Boolean,
      defaultValue: false,
      description: 'Also of the districts and schools that stand under it today.',
    })
    withThoseUnder: boolean,
    @Args('statuses', { type: () => [InitiativeStatusEnum], nullable: true, description: 'Those in one of these.' })
    statuses: string[] | null,
    @Args('focusArea', { type: () => FocusAreaEnum, nullable: true, description: 'Those in this focus area.' })
    focusArea: string | null,
    @Args('kind', { type: () => InitiativeKindEnum, nullable: true, description: 'Those of this kind.' })
    kind: string | null,
    @Args() page: PageArgs,
    @Context() context: RequestContext,
  ): Promise<Page<Initiative>> {
    const owner = await this.owners.find(organisation);
    await this.access.authorise(context, READ, owner.about);
    const owners = withThoseUnder ? await this.owners.withThoseUnder(owner) : [owner.id];
    const narrowed = { statuses: statuses ?? undefined, focusArea: focusArea ?? undefined, kind: kind ?? undefined };
    const filter = { owners, ...narrowed };
    const after = page.after == null ? undefined : readCursor(page.after, 3);
    if (after?.some((member) => typeof member !== 'string')) throw foreignCursor();
    const rows = await this.reads.initiatives(filter, after as InitiativeKey | undefined, page.first + 1);
    return pageOf(rows, page.first, keyOf, initiativeView, () => this.reads.count(filter));
  }

  @ListLength(USUAL.relations)
  @ResolveField(() => [InitiativeRelationView], {
    name: 'relations',
    description: 'What people judge about it and others or focus areas, in its own inventory and in those of others.',
  })
  async relations(@Parent() { row }: Shown, @Context() context: RequestContext): Promise<InitiativeRelationView[]> {
    const loader = context.loader(RELATIONS, async (ids: readonly string[]) => {
      const pairs = await this.reads.relations(ids);
      const ofOne = (id: string) => pairs.filter(({ pair }) => pair.split(' ').includes(id));
      return new Map<string, JudgedPair[]>(ids.map((id) => [id, ofOne(id)]));
    });
    return ((await loader.load(row.initiative_id)) ?? []).flatMap(relationView);
  }

  @ListLength(USUAL.staff)
  @ResolveField(() => [StaffPromise], {
    name: 'staff',
    description: 'Staff promised to it, by school year and staff group.',
  })
  async staff(@Parent() { row }: Shown, @Context() context: RequestContext): Promise<StaffPromise[]> {
    const loader = context.loader(STAFF, async (owners: readonly string[]) => {
      const found = owners.map(async (owner) => [owner, await this.reads.staff(owner as OrganisationId)] as const);
      return new Map(await Promise.all(found));
    });
    const { promised = {} } = (await loader.load(row.owner)) ?? {};
    return Object.entries(promised).flatMap(([key, entries]) => {
      const [initiativeId, schoolYear] = key.split(' ');
      return initiativeId === row.initiative_id ? promiseViews(schoolYear!, entries) : [];
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'registerInitiative',
    description: 'Enters an initiative in the inventory of an agency, a district or a school (R-32, R-33).',
  })
  registerInitiative(
    @Args('input') input: inputs.RegisterInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    let owner: Owner;
    let initiativeId: string;
    const payload = this.mutations.run({
      ...{ context, operation: 'registerInitiative', input, projections: [initiativeProjection.name] },
      about: async () => {
        owner = await this.owners.find(input.organisation);
        return owner.about;
      },
      command: (meta) => {
        initiativeId = derivedUuid('initiative', meta.commandId);
        const { description, status, effectiveOn } = present(input);
        const data = { description: descriptionOf(description), status, effectiveOn, basis: owner.basis };
        return new commands.RegisterInitiative(owner.id, data, owner.about, meta);
      },
      // Sent again after the initiative was taken back, it has its receipt and nothing to show.
      read: async () => {
        const row = await this.reads.initiative(initiativeId);
        return row === undefined ? null : initiativeView(row);
      },
    });
    return payload as Promise<Payload<Initiative>>;
  }

  @Mutation(() => InitiativePayload, {
    name: 'describeInitiative',
    description: 'Says anew what is known about an initiative, from a day on.',
  })
  describeInitiative(
    @Args('input') input: inputs.DescribeInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'describeInitiative', input, ({ id, basis, about }, initiativeId, meta) => {
      const { description, basedOn, effectiveOn } = present(input);
      const said = { description: descriptionOf(description), basedOn: basedOn as EventId | undefined };
      return new commands.DescribeInitiative(id, { initiativeId, ...said, effectiveOn, basis }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'correctInitiative',
    description: 'Puts right what was said wrongly about an initiative (R-88).',
  })
  correctInitiative(
    @Args('input') input: inputs.CorrectInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'correctInitiative', input, ({ id, about }, initiativeId, meta) => {
      const { description, corrects, reason, effectiveOn } = present(input);
      const said = { description: descriptionOf(description), corrects: corrects as EventId, reason, effectiveOn };
      return new commands.CorrectInitiative(id, { initiativeId, ...said }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawInitiative',
    description: 'Takes back an initiative that never was one (R-88); the answer has no entity.',
  })
  withdrawInitiative(
    @Args('input') input: inputs.WithdrawInitiativeInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawInitiative', input, ({ id, about }, initiativeId, meta) => {
      return new commands.WithdrawInitiative(id, { initiativeId, reason: input.reason }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'stateInitiativeStatus',
    description: 'An initiative begins, goes on after a pause, or ends by itself (R-37).',
  })
  stateInitiativeStatus(
    @Args('input') input: inputs.StateInitiativeStatusInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'stateInitiativeStatus', input, (owner, initiativeId, meta) => {
      const { status, basedOn, reason, effectiveOn } = present(input);
      const said = { status, basedOn: basedOn as EventId | undefined, reason, effectiveOn, basis: owner.basis };
      return new commands.StateInitiativeStatus(owner.id, { initiativeId, ...said }, owner.about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawInitiativeStatus',
    description: 'Takes back a beginning or an end that never was (R-88).',
  })
  withdrawInitiativeStatus(
    @Args('input') input: inputs.WithdrawInitiativeStatusInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawInitiativeStatus', input, ({ id, about }, initiativeId, meta) => {
      const { corrects, reason } = present(input);
      const data = { initiativeId, corrects: corrects as EventId, reason };
      return new commands.WithdrawInitiativeStatus(id, data, about, meta);
    });
  }
}

function keyOf(row: InitiativeRow): InitiativeKey {
  return [row.owner, row.plain_name, row.initiative_id];
}
