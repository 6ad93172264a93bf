import { Module } from '@nestjs/common';
import { commandHandlers } from '@waymark/nest-kit';
import { CycleMutations } from './cycle-mutations.js';
import { districtRequestCommands } from './district-request-commands.js';
import { districtRequestDecider } from './district-request.decider.js';
import { DistrictRequestResolver } from './district-request.resolver.js';
import { DistrictSurveyImporter } from './district-survey-importer.js';
import { DistrictSurveyResolver } from './district-survey.resolver.js';
import { explorationCycleCommands } from './exploration-cycle-commands.js';
import { explorationCycleDecider } from './exploration-cycle.decider.js';
import { ExplorationCycleResolver } from './exploration-cycle.resolver.js';
import { ExplorationStatementResolver } from './exploration-statement.resolver.js';
import { ExplorationSubjects } from './exploration-subjects.js';
import { ExplorationOwners } from './exploration-owners.js';
import { ExplorationReads } from './exploration.reads.js';

/** Exploration: cycles of needs, fit and capacity, and what districts say. Needs the kit, ReadDatabase and the ports. */
@Module({
  providers: [
    ExplorationReads,
    ExplorationSubjects,
    ExplorationOwners,
    CycleMutations,
    ExplorationCycleResolver,
    ExplorationStatementResolver,
    DistrictRequestResolver,
    DistrictSurveyImporter,
    DistrictSurveyResolver,
    ...commandHandlers(explorationCycleDecider, explorationCycleCommands),
    ...commandHandlers(districtRequestDecider, districtRequestCommands),
  ],
  exports: [ExplorationReads, ExplorationSubjects],
})
export class ExplorationModule {}
