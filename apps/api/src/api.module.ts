import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { IdentityModule } from '@waymark/identity';
import { type Config, type Logger, NestKitModule, OrganisationDirectory } from '@waymark/nest-kit';
import { type GraphqlObservers, graphqlModule } from './graphql-options.js';
import type { Platform } from './platform.js';
import { PlatformModule } from './platform.module.js';

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
        PlatformModule.register(platform),
        ...sliceModules(platform),
      ],
    };
  }
}

/** Stands in until the organisations module answers: knows of none. */
const nobody: OrganisationDirectory = {
  timeZoneOf: () => Promise.resolve('America/Detroit'),
  agencyOf: () => Promise.resolve(undefined),
  stateOf: () => Promise.resolve(undefined),
  find: () => Promise.resolve(undefined),
};

@Global()
@Module({
  providers: [{ provide: OrganisationDirectory, useValue: nobody }],
  exports: [OrganisationDirectory],
})
class UnknownOrganisations {}

/** The modules that add to the schema. */
export function sliceModules({ keys, tokens }: Pick<Platform, 'keys' | 'tokens'>) {
  return [UnknownOrganisations, IdentityModule.register({ keys, tokens })];
}
