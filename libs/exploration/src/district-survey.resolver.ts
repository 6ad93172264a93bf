import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CommandMeta } from '@waymark/kernel';
import { Mutations, type Payload, RequestContext } from '@waymark/nest-kit';
import { ImportDistrictSurveyInput } from './district-request.inputs.js';
import { districtRequestProjection } from './district-request.projection.js';
import { SurveyReport, SurveyReportPayload } from './district-request.views.js';
import { DistrictSurveyImporter } from './district-survey-importer.js';
import { surveyMapping } from './district-survey.js';
import { ExplorationSubjects, type Subject } from './exploration-subjects.js';

/** Surveys of districts, many at once. */
@Resolver()
export class DistrictSurveyResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly subjects: ExplorationSubjects,
    private readonly importer: DistrictSurveyImporter,
  ) {}

  @Mutation(() => SurveyReportPayload, {
    name: 'importDistrictSurvey',
    description:
      'Records what districts answered in a survey, from CSV. The same file again records nothing; a file that cannot be read changes nothing.',
  })
  importDistrictSurvey(
    @Args('input') input: ImportDistrictSurveyInput,
    @Context() context: RequestContext,
  ): Promise<Payload<SurveyReport>> {
    let agency: Subject;
    const run = (meta: CommandMeta, dryRun = input.dryRun) => {
      const { csv, schoolYear, agency: agencyCode } = input;
      const mapping = surveyMapping(input.mapping);
      return this.importer.run({ csv, mapping, schoolYear, dryRun, agencyCode, agency }, meta);
    };
    return this.mutations.perform(
      {
        ...{ context, operation: 'importDistrictSurvey', input, projections: [districtRequestProjection.name] },
        about: async () => {
          agency = await this.subjects.findAgency(input.agency);
          return agency.about;
        },
        ...(!input.dryRun && {
          earlier: {
            types: ['DistrictNeedStated', 'SupportRequested'],
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
