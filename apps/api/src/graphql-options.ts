import { GraphQLModule } from '@nestjs/graphql';
import {
  Authenticator,
  CompiledDriver,
  type CompiledDriverConfig,
  type Config,
  EventPositions,
  type Logger,
  ReadGate,
  serverOptions,
} from '@waymark/nest-kit';

/** Test hooks of the server: see {@link CompiledDriverConfig}. */
export type GraphqlObservers = Pick<CompiledDriverConfig, 'onExecutors' | 'wrapExecutor'>;

/** GraphQL at `/graphql`, with limits and switches as libs/nest-kit/src/graphql/server-options.ts sets them. */
export function graphqlModule(config: Config, logger: Logger, observers: GraphqlObservers = {}) {
  return GraphQLModule.forRootAsync<CompiledDriverConfig>({
    driver: CompiledDriver,
    inject: [Authenticator, EventPositions, ReadGate],
    useFactory: (authenticator: Authenticator, events: EventPositions, gate: ReadGate) =>
      serverOptions(config, { authenticator, events, gate, logger }, observers),
  });
}
