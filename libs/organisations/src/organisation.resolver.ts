import type { OnModuleInit } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type CivilDate, civilDateIn, type OrganisationId, RisingClock } from '@waymark/kernel';
import {
  Access,
  DateScalar,
  NodeRegistry,
  type Page,
  PageArgs,
  pageOf,
  readCursor,
  RequestContext,
} from '@waymark/nest-kit';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { type OrganisationKind, organisationKinds } from './organisation.events.js';
import { OrganisationKindEnum } from './organisation.inputs.js';
import type { OrganisationRow } from './organisation.projection.js';
import { type OrganisationFilter, OrganisationReads } from './organisation-reads.js';
import {
  IdentifierView,
  Organisation,
  OrganisationConnection,
  OrganisationNameView,
  organisationView,
  PlacementView,
} from './organisation.views.js';

@ArgsType()
class OrganisationsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those of this state, such as "MI".' })
  @IsOptional()
  @IsString()
  @MaxLength(2)
  state?: string | null;

  @Field(() => OrganisationKindEnum, { nullable: true, description: 'Only those of this kind.' })
  @IsOptional()
  @IsIn(organisationKinds)
  kind?: OrganisationKind | null;

  @Field(() => String, { nullable: true, description: 'Only those under this service agency, by code or id.' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  agency?: string | null;
}

@ArgsType()
class ChildrenArgs extends PageArgs {
  @Field(() => OrganisationKindEnum, { nullable: true, description: 'Only those of this kind.' })
  @IsOptional()
  @IsIn(organisationKinds)
  kind?: OrganisationKind | null;

  @Field(() => DateScalar, { nullable: true, description: 'As of this day; today when absent.' })
  @IsOptional()
  on?: string | null;
}

const ON = { type: () => DateScalar, nullable: true, description: 'As of this day; today when absent.' };

/** Reading organisations: one, lists, parents and children over time. */
@Resolver(() => Organisation)
export class OrganisationResolver implements OnModuleInit {
  constructor(
    private readonly reads: OrganisationReads,
    private readonly access: Access,
    private readonly clock: RisingClock,
    private readonly nodes: NodeRegistry,
  ) {}

  onModuleInit(): void {
    this.nodes.register('Organisation', async (id, context) => {
      await this.access.authorise(context, 'read:organisation');
      const row = await this.reads.byId(id as OrganisationId);
      return row === undefined ? null : organisationView(row);
    });
  }

  @Query(() => Organisation, {
    name: 'organisation',
    nullable: true,
    description: 'The organisation with this code, such as "MI-03010", or id; null when there is none.',
  })
  async organisation(
    @Args('code', {
      type: () => String,
      description: 'MI-03, MI-03010, MI-SCHOOL-06730, MI (the state agency), or an id.',
    })
    code: string,
    @Context() context: RequestContext,
  ): Promise<Organisation | null> {
    await this.access.authorise(context, 'read:organisation');
    const found = code.length > 400 ? undefined : await this.reads.find(code);
    return found === undefined ? null : this.show(found.id, context);
  }

  @Query(() => OrganisationConnection, {
    name: 'organisations',
    description: 'Organisations in the order of their codes, as of today.',
  })
  async organisations(
    @Args() args: OrganisationsArgs,
    @Context() context: RequestContext,
  ): Promise<Page<Organisation>> {
    await this.access.authorise(context, 'read:organisation');
    const agency = args.agency == null ? undefined : await this.reads.find(args.agency);
    const on = await this.today(agency?.id);
    if (args.agency != null && agency?.kind !== 'SERVICE_AGENCY')
      return pageOf(
        [],
        args.first,
        () => [],
        organisationView,
        () => 0,
      );
    return this.page(args, {
      ...{ state: args.state?.toUpperCase() ?? undefined, kind: args.kind ?? undefined },
      ...{ agencyId: agency?.id, on },
    });
  }

  @ResolveField(() => Organisation, { nullable: true, description: 'What it stands under directly; null when nobody.' })
  async parent(
    @Parent() { organisationId }: Organisation,
    @Args('on', ON) on: string | null,
    @Context() context: RequestContext,
  ): Promise<Organisation | null> {
    const id = organisationId as OrganisationId;
    const parent = await this.reads.parentOf(id, on ?? (await this.today(id)));
    return parent === undefined ? null : this.show(parent, context);
  }

  @ResolveField(() => Organisation, { nullable: true, description: 'Its service agency; itself when it is one.' })
  async agency(
    @Parent() { organisationId }: Organisation,
    @Args('on', ON) on: string | null,
    @Context() context: RequestContext,
  ): Promise<Organisation | null> {
    const id = organisationId as OrganisationId;
    const agency = await this.reads.agencyOf(id, on ?? (await this.today(id)));
    return agency === undefined ? null : this.show(agency, context);
  }

  @ResolveField(() => Organisation, { nullable: true, description: 'What succeeds it after its last day.' })
  successor(@Parent() { successorId }: Organisation, @Context() context: RequestContext): Promise<Organisation | null> {
    return successorId === null ? Promise.resolve(null) : this.show(successorId as OrganisationId, context);
  }

  @ResolveField(() => OrganisationConnection, { description: 'What stands directly under it.' })
  async children(@Parent() { organisationId }: Organisation, @Args() args: ChildrenArgs): Promise<Page<Organisation>> {
    const id = organisationId as OrganisationId;
    const on = args.on ?? (await this.today(id));
    return this.page(args, { parentId: id, kind: args.kind ?? undefined, on });
  }

  @ResolveField(() => [OrganisationNameView], { description: 'Its names over time.' })
  names(@Parent() { organisationId }: Organisation): Promise<OrganisationNameView[]> {
    return this.reads.namesOf(organisationId as OrganisationId);
  }

  @ResolveField(() => [IdentifierView], { description: 'Its codes over time.' })
  identifiers(@Parent() { organisationId }: Organisation): Promise<IdentifierView[]> {
    return this.reads.identifiersOf(organisationId as OrganisationId);
  }

  @ResolveField(() => [PlacementView], { description: 'Its parents over time, planned ones included.' })
  async placements(
    @Parent() { organisationId }: Organisation,
    @Context() context: RequestContext,
  ): Promise<PlacementView[]> {
    const placements = await this.reads.placementsOf(organisationId as OrganisationId);
    return Promise.all(
      placements.map(async ({ statement, parentId, from, until }) => ({
        ...{ id: statement, from, until },
        parent: (await this.show(parentId, context))!,
      })),
    );
  }

  private async show(id: OrganisationId, context: RequestContext): Promise<Organisation | null> {
    const loader = context.loader<OrganisationId, OrganisationRow>(this, (ids) => this.reads.byIds(ids));
    const row = await loader.load(id);
    return row === null ? null : organisationView(row);
  }

  private async page({ first, after }: PageArgs, filter: OrganisationFilter): Promise<Page<Organisation>> {
    const key = after == null ? undefined : (readCursor(after, 2).map(String) as [string, string]);
    const rows = await this.reads.list(filter, key, first + 1);
    return pageOf(
      rows,
      first,
      (row) => [row.code, row.id],
      organisationView,
      () => this.reads.count(filter),
    );
  }

  private async today(id?: OrganisationId): Promise<CivilDate> {
    return civilDateIn(await this.reads.timeZoneOf(id), this.clock.now());
  }
}
