import { Inject } from '@nestjs/common';
import { Args, Context, Field, InputType, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { DomainError } from '@waymark/kernel';
import {
  Access,
  MutationInput,
  Mutations,
  type Payload,
  payloadOf,
  PROJECTION_HOST,
  RequestContext,
} from '@waymark/nest-kit';
import type { ProjectionHost } from '@waymark/read-store';
import { ArrayMaxSize, IsArray, IsOptional, IsString } from 'class-validator';

@ObjectType('ReadTables', { description: 'Tables that one projection keeps, and how far they have come.' })
class ReadTablesView {
  @Field(() => String, { description: 'Name of the projection.' })
  name!: string;

  @Field(() => Int, { description: 'Version of the tables that readers see.' })
  version!: number;

  @Field(() => String, { description: 'RUNNING, REBUILDING, or STOPPED at an event that cannot be projected.' })
  state!: string;

  @Field(() => Int, { description: 'Positions between the end of the record and these tables.' })
  behind!: number;

  @Field(() => String, { nullable: true, description: 'Why the tables stopped.' })
  fault!: string | null;
}

@ObjectType('ReadTablesState', { description: 'All read tables of this installation.' })
class ReadTablesStateView {
  @Field(() => [ReadTablesView], { description: 'One entry for each projection.' })
  tables!: ReadTablesView[];
}

const RebuildTablesPayload = payloadOf(() => ReadTablesStateView, 'RebuildTables');

@InputType({ description: 'Which tables to build anew.' })
class RebuildTablesInput extends MutationInput {
  @Field(() => [String], { nullable: true, description: 'Names of projections; all when left out.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  projections?: string[] | null;
}

/** What operators see of the read tables, and their one lever. */
@Resolver(() => ReadTablesStateView)
export class TablesResolver {
  constructor(
    private readonly access: Access,
    private readonly mutations: Mutations,
    @Inject(PROJECTION_HOST) private readonly host: ProjectionHost,
  ) {}

  @Query(() => ReadTablesStateView, { name: 'readTables', description: 'How far the read tables have come.' })
  async readTables(@Context() context: RequestContext): Promise<ReadTablesStateView> {
    await this.access.authorise(context, 'operate', {});
    return this.standing();
  }

  @Mutation(() => RebuildTablesPayload, {
    name: 'rebuildTables',
    description: 'Builds tables anew from the record beside the live ones, and swaps them in. Records nothing.',
  })
  rebuildTables(
    @Args('input') input: RebuildTablesInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ReadTablesStateView>> {
    return this.mutations.perform({ context, operation: 'operate', input, about: {} }, async () => {
      const names = input.projections ?? undefined;
      const known = this.host.status().projections.map(({ name }) => name);
      const unknown = names?.find((name) => !known.includes(name));
      if (unknown !== undefined) {
        const message = `There are no tables "${unknown.slice(0, 80)}". Choose of: ${known.join(', ')}.`;
        throw new DomainError('PROJECTION_UNKNOWN', message, { path: ['projections'] });
      }
      await this.host.rebuild(names);
      return { entity: () => this.standing() };
    });
  }

  private standing(): ReadTablesStateView {
    const tables = this.host.status().projections.map(({ name, version, state, lag, poison }) => ({
      ...{ name, version, state, behind: lag },
      fault: poison === null ? null : `${poison.type} at ${poison.eventId}: ${poison.message}`,
    }));
    return { tables };
  }
}
