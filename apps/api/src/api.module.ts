import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CountyProgressModule } from '@waymark/county-progress';
import { ExplorationModule } from '@waymark/exploration';
import { IdentityModule } from '@waymark/identity';
import { InitiativesModule } from '@waymark/initiatives';
import type { Turn } from '@waymark/kernel';
import { type Config, type Logger, NestKitModule } from '@waymark/nest-kit';
import { OrganisationsModule } from '@waymark/organisations';
import { type GraphqlObservers, graphqlModule } from './graphql-options.js';
import { projectFile } from './project-file.js';
import type { Platform } from './platform.js';
import { PlatformModule } from './platform.module.js';
import { TablesResolver } from './tables.resolver.js';

/** The composition root: every slice, and the only place that knows which stores there are. */
@Module({})
export class ApiModule {
  static register(config: Config, platform: Platform, logger: Logger, observers?: GraphqlObservers): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        CqrsModule.forRoot(),
        graphqlModule(config, logger, observers),
        NestKitModule,
        PlatformModule.register(platform, logger),
        ...sliceModules({ ...platform, timeZone: config.timeZone, directoryTurn: platform.turns.directory }),
      ],
    };
  }
}

/** What operators of the installation see and do over GraphQL. */
@Module({ providers: [TablesResolver] })
class OperationsModule {}

/** The modules that add to the schema. */
export function sliceModules({
  keys,
  tokens,
  timeZone,
  directoryTurn: turn,
}: Pick<Platform, 'keys' | 'tokens'> & { timeZone?: string; directoryTurn?: Turn }) {
  return [
    IdentityModule.register({ keys, tokens }),
    OrganisationsModule.register({
      ...{ directories: projectFile('directories'), operatorTimeZone: timeZone },
      ...(turn !== undefined && { turn }),
    }),
    ExplorationModule,
    InitiativesModule,
    CountyProgressModule,
    OperationsModule,
  ];
}
