import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { StoreUnavailableError } from '@waymark/kernel';
import { GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import { thrownError, toldOf } from '../errors.js';
import type { Logger } from '../logging.js';
import { type EventPositions, resolvePosition } from '../positions.js';
import type { ReadGate } from '../ports.js';
import { AT_LEAST_HEADER, type RequestContext } from './request-context.js';

const REQUEST_ERRORS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** GraphQL over HTTP: a well-formed request answered as `application/json` has status 200, whatever is wrong with its document. */
export const statusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response, errors }) {
        const accepts = request.http?.headers.get('accept') ?? '';
        if (accepts.includes('application/graphql-response+json') || response.http.status !== 400) return;
        const codes = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        const own = (codes ?? errors ?? []).every((error) => REQUEST_ERRORS.has(String(error.extensions?.['code'])));
        if (own) response.http.status = 200;
      },
    };
  },
};

/** Waits, before anything is read, until the tables show the position or event that the caller names. */
export function atLeastPlugin(events: EventPositions, gate: ReadGate): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue }) {
          if (contextValue.atLeast === undefined) return;
          await waitForAtLeast(contextValue.atLeast, events, gate).catch((error: unknown) => {
            const told = toldOf(error);
            if (told === undefined) throw error;
            // The error itself goes along for the log, which tells more than clients may know.
            throw new GraphQLError(told.message, {
              ...(error instanceof Error && { originalError: error }),
              extensions: { ...told.extensions, http: { status: 503 } },
            });
          });
        },
      };
    },
  };
}

async function waitForAtLeast(atLeast: string, events: EventPositions, gate: ReadGate): Promise<void> {
  const position = await resolvePosition(atLeast, events);
  if (position !== undefined) return gate.waitFor(position);
  throw new GraphQLError(
    `${AT_LEAST_HEADER} names no event of this record: send a receipt's position or an event id.`,
    { extensions: { code: 'AT_LEAST_UNKNOWN', http: { status: 400 } } },
  );
}

/** One log line per request, without a word the caller wrote: root fields by the schema, codes, time, request id. */
export function requestLogPlugin(logger: Logger): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ contextValue }) {
      const started = performance.now();
      return {
        async didEncounterErrors({ errors }) {
          for (const error of errors) logUnexpected(logger, contextValue.correlationId, error);
        },
        async willSendResponse(context) {
          context.response.http.headers.set('x-request-id', contextValue.correlationId);
          logger.info({
            event: 'request',
            requestId: contextValue.correlationId,
            operation: context.operation?.operation,
            fields: rootFields(context.operation, context.schema.getQueryType()?.getFields() ?? {}, context),
            codes: codesOf(context),
            ms: Math.round(performance.now() - started),
          });
        },
      };
    },
  };
}

function logUnexpected(logger: Logger, requestId: string, error: GraphQLError): void {
  const cause = thrownError(error);
  if (cause instanceof StoreUnavailableError) {
    logger.error({ event: 'store unavailable', requestId, reason: cause.reason, message: cause.message });
    return;
  }
  if (!(cause instanceof Error) || cause instanceof GraphQLError || toldOf(cause) !== undefined) return;
  // Frames without the message: a message may quote what the caller entered.
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  logger.error({ event: 'unexpected error', requestId, name: cause.name, frames: frames.slice(0, 12) });
  logger.debug({ event: 'unexpected error', requestId, message: cause.message });
}

function codesOf(context: GraphQLRequestContext<RequestContext>): string[] | undefined {
  const body = context.response.body;
  const errors = body?.kind === 'single' ? body.singleResult.errors : undefined;
  return errors?.map((error) => String(error.extensions?.['code']));
}

function rootFields(
  operation: OperationDefinitionNode | undefined,
  queries: Record<string, unknown>,
  { schema }: GraphQLRequestContext<RequestContext>,
): string[] {
  const known = operation?.operation === 'mutation' ? (schema.getMutationType()?.getFields() ?? {}) : queries;
  const names = (operation?.selectionSet.selections ?? []).map((selection) =>
    selection.kind === Kind.FIELD ? selection.name.value : '',
  );
  return [...new Set(names.filter((name) => Object.hasOwn(known, name)))];
}
