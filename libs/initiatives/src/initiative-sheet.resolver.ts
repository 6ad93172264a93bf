import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CommandMeta } from '@waymark/kernel';
import { Mutations, type Payload, RequestContext } from '@waymark/nest-kit';
import { InitiativeOwners, type Owner } from './initiative-owners.js';
import { InitiativeSheetImporter } from './initiative-sheet-importer.js';
import { ImportInitiativesInput } from './initiative-sheet.inputs.js';
import { sheetMapping } from './initiative-sheet.js';
import { InitiativeSheetPayload, InitiativeSheetReport } from './initiative-sheet.views.js';
import { initiativeProjection } from './initiative.projection.js';

/** Sheets of initiatives, many at once. */
@Resolver()
export class InitiativeSheetResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly owners: InitiativeOwners,
    private readonly importer: InitiativeSheetImporter,
  ) {}

  @Mutation(() => InitiativeSheetPayload, {
    name: 'importInitiatives',
    description:
      'Enters the initiatives of a sheet in an inventory, from CSV. The same sheet again records nothing; a file that cannot be read changes nothing.',
  })
  importInitiatives(
    @Args('input') input: ImportInitiativesInput,
    @Context() context: RequestContext,
  ): Promise<Payload<InitiativeSheetReport>> {
    let owner: Owner;
    const run = (meta: CommandMeta, dryRun = input.dryRun) => {
      const mapping = sheetMapping(input.mapping);
      return this.importer.run({ csv: input.csv, mapping, dryRun, owner }, meta);
    };
    return this.mutations.perform(
      {
        ...{ context, operation: 'importInitiatives', input, projections: [initiativeProjection.name] },
        about: async () => {
          owner = await this.owners.find(input.organisation);
          return owner.about;
        },
        ...(!input.dryRun && {
          earlier: {
            types: ['InitiativeRegistered', 'InitiativeDescribed'],
            isLeft: async (meta: CommandMeta) => (await run(meta, true)).report.recorded > 0,
          },
        }),
      },
      async (meta) => {
        const { report, receipt } = await run(meta);
        return { receipt, entity: () => report, isReport: true };
      },
    );
  }
}
