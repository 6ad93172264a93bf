import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { formatError } from '../errors.js';
import type { Config } from '../config.js';
import type { Logger } from '../logging.js';
import type { Authenticator, ReadGate } from '../ports.js';
import type { EventPositions } from '../positions.js';
import { CompiledDriver, type CompiledDriverConfig } from './compiled.driver.js';
import { costPlugin, limitRules, limits } from './limits.js';
import { atLeastPlugin, requestLogPlugin, statusPlugin } from './plugins.js';
import { type IncomingRequest, RequestContext } from './request-context.js';

/** What the server needs of the application around it. */
export interface ServerParts {
  readonly authenticator: Authenticator;
  readonly events: EventPositions;
  readonly gate: ReadGate;
  readonly logger: Logger;
}

type Observers = Pick<CompiledDriverConfig, 'onExecutors' | 'wrapExecutor'>;

/** How Waymark serves GraphQL: one place for every switch and limit. Subscriptions and batches stay off. */
export function serverOptions(
  config: Pick<Config, 'production' | 'compiledGraphql' | 'explorer'>,
  { authenticator, events, gate, logger }: ServerParts,
  observers: Observers = {},
): CompiledDriverConfig {
  return {
    driver: CompiledDriver,
    ...observers,
    compiled: config.compiledGraphql,
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    graphiql: false,
    introspection: config.explorer,
    hideSchemaDetailsFromClientErrors: config.production,
    includeStacktraceInErrorResponses: false,
    nodeEnv: config.production ? 'production' : 'development',
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    cache: 'bounded',
    parseOptions: { maxTokens: limits.tokens },
    maxRecursiveSelections: limits.selections,
    validationRules: limitRules,
    preserveHttpStatusForExecutionErrors: false,
    autoTransformHttpErrors: false,
    stopOnTerminationSignals: false,
    formatError,
    logger: apolloLog(logger),
    context: (req: IncomingRequest) => new RequestContext(req, authenticator),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      costPlugin(),
      atLeastPlugin(events, gate),
      statusPlugin,
      requestLogPlugin(logger),
    ],
  };
}

/** Apollo's own messages may quote documents, so that they are kept for debugging alone. */
function apolloLog(logger: Logger) {
  const write = (message?: unknown) => logger.debug({ event: 'apollo', message: String(message) });
  return { debug: write, info: write, warn: write, error: write };
}
