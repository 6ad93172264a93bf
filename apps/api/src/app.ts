import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PersonKeys, tokenChecker } from '@waymark/identity';
import { type Config, createHttpApp, createLogger, NestKitModule, schemaOf, schemaSdl } from '@waymark/nest-kit';
import type { GraphQLSchema } from 'graphql';
import { ApiModule, sliceModules } from './api.module.js';
import type { GraphqlObservers } from './graphql-options.js';
import { projectFile } from './project-file.js';
import { openPlatform, type PlatformOptions } from './platform.js';

export { projectFile } from './project-file.js';

export interface CreateAppOptions extends PlatformOptions {
  readonly observers?: GraphqlObservers;
}

/**
 * The whole application, ready and not listening: `app.inject(…)` asks it in process, `app.listen(port, host)` opens it,
 * `app.close()` ends it and lets the data folder go. Throws what {@link openPlatform} throws.
 */
export async function createApp(config: Config, options: CreateAppOptions = {}): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(config.logLevel);
  const platform = await openPlatform(config, { ...options, logger });
  try {
    return await createHttpApp(ApiModule.register(config, platform, logger, options.observers), {
      logger,
      explorerFolder: config.explorer ? projectFile('apps/api/explorer') : undefined,
      strictTransport: config.production,
    });
  } catch (error) {
    await platform.close();
    throw error;
  }
}

/** The GraphQL schema, made without opening a store or a port. */
export function apiSchema(): Promise<GraphQLSchema> {
  const keys = PersonKeys.inMemory();
  const tokens = tokenChecker({
    oidcIssuer: 'https://issuer.invalid',
    oidcAudience: '',
    dataDir: '',
    host: '',
    production: true,
  });
  return schemaOf([NestKitModule, ...sliceModules({ keys, tokens })]);
}

/** The GraphQL schema as sorted SDL. */
export async function printSchema(): Promise<string> {
  return schemaSdl(await apiSchema());
}
