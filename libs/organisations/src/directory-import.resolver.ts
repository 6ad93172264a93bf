import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { CommandMeta } from '@waymark/kernel';
import { Mutations, type Page, PageArgs, pageOf, type Payload, readPlace, RequestContext } from '@waymark/nest-kit';
import { IsIn, IsOptional } from 'class-validator';
import { DirectoryImporter } from './directory-importer.js';
import { parseMapping } from './directory-mapping.js';
import { bundledMapping, DIRECTORIES_FOLDER } from './directory-mappings.js';
import { findingKinds, type FindingKind } from './directory-report.js';
import { ImportOrganisationsInput } from './organisation.inputs.js';
import { organisationCatalogue } from './organisation.events.js';
import { organisationProjection } from './organisation.projection.js';
import {
  FindingKindEnum,
  ImportChangeConnection,
  ImportChangeView,
  ImportLineConnection,
  ImportLineView,
  ImportReportPayload,
  ImportReportView,
} from './organisation.views.js';

@ArgsType()
class ImportLinesArgs extends PageArgs {
  @Field(() => FindingKindEnum, { nullable: true, description: 'Only findings of this kind.' })
  @IsOptional()
  @IsIn(findingKinds)
  what?: FindingKind | null;
}

/** Import of a directory, and its report page by page. */
@Resolver(() => ImportReportView)
export class DirectoryImportResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly importer: DirectoryImporter,
    @Inject(DIRECTORIES_FOLDER) private readonly folder: string,
  ) {}

  @Mutation(() => ImportReportPayload, {
    name: 'importOrganisations',
    description:
      'Brings the record to what a directory says. The same file again records nothing; nothing is dropped or guessed without a line in the report.',
  })
  importOrganisations(
    @Args('input') input: ImportOrganisationsInput,
    @Context() context: RequestContext,
  ): Promise<Payload<ImportReportView>> {
    const run = async (circumstances: CommandMeta, dryRun = input.dryRun) => {
      const isJson = input.mapping.trimStart().startsWith('{');
      const mapping = isJson ? parseMapping(input.mapping) : await bundledMapping(this.folder, input.mapping);
      return this.importer.import({
        bytes: Buffer.from(input.csv),
        mapping,
        dryRun,
        effectiveOn: input.effectiveOn ?? undefined,
        takeFile: input.takeFile,
        circumstances,
      });
    };
    const request = {
      ...{ context, operation: 'importOrganisations', input, about: {}, projections: [organisationProjection.name] },
      // A dry run records nothing, ever.
      ...(!input.dryRun && {
        earlier: {
          types: Object.keys(organisationCatalogue.types),
          isLeft: async (meta: CommandMeta) => (await run(meta, true)).report.changes.length > 0,
        },
      }),
    };
    return this.mutations.perform(request, async (meta) => {
      const { report, receipt, events } = await run(meta);
      const { lines, changes, summary, ...counts } = report;
      const view = Object.assign(new ImportReportView(), {
        ...counts,
        ...{ dryRun: input.dryRun, events, summary: [...summary], allLines: lines, allChanges: changes },
      });
      return { receipt, entity: () => view, isReport: true };
    });
  }

  @ResolveField(() => ImportLineConnection, {
    description: 'What was not taken as it stands, in the order of the file.',
  })
  lines(@Parent() { allLines }: ImportReportView, @Args() args: ImportLinesArgs): Page<ImportLineView> {
    return slice(
      allLines.filter(({ what }) => args.what == null || what === args.what),
      args,
    );
  }

  @ResolveField(() => ImportChangeConnection, { description: 'What the import does to which organisation.' })
  changes(@Parent() { allChanges }: ImportReportView, @Args() page: PageArgs): Page<ImportChangeView> {
    return slice(allChanges, page);
  }
}

function slice<T>(all: readonly T[], { first, after }: PageArgs): Page<T> {
  const start = after == null ? 0 : readPlace(after);
  const rows = all.slice(start, start + first + 1).map((entry, index) => ({ entry, next: start + index + 1 }));
  return pageOf(
    rows,
    first,
    ({ next }) => [next],
    ({ entry }) => entry,
    () => all.length,
  );
}
