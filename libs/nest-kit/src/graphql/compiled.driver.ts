import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { compiledExecutor, type Executor, plainExecutor } from './executors.js';
import { QueryTurns } from './query-turns.js';
import { prepareResolvers } from './resolvers.js';

/** Options of {@link CompiledDriver}. */
export interface CompiledDriverConfig extends ApolloDriverConfig {
  /** Run operations compiled (graphql-jit); by graphql-js when false. */
  readonly compiled: boolean;
  /** Sees every operation that is executed, with both executors at hand: for the test that they answer alike. */
  readonly onExecutors?:
    ((executors: { schema: GraphQLSchema; plain: Executor; compiled: Executor }) => void) | undefined;
  /** Wraps the executor in use; for tests and measurements. */
  readonly wrapExecutor?: ((executor: Executor) => Executor) | undefined;
}

/**
 * Apollo with its own parsing, validation, cache and error handling, and our execution. Apollo has no option for an
 * executor; what it offers is the gateway interface, and a gateway of one local schema is all this is.
 */
@Injectable()
export class CompiledDriver extends ApolloDriver {
  constructor(modules: ModulesContainer) {
    super(modules);
  }

  override async start(options: CompiledDriverConfig): Promise<void> {
    const schema = options.schema!;
    prepareResolvers(schema);
    const plain = plainExecutor(schema);
    const compiled = compiledExecutor(schema, plain);
    options.onExecutors?.({ schema, plain, compiled });
    const chosen = options.compiled ? compiled : plain;
    const execute = options.wrapExecutor?.(chosen) ?? chosen;
    await super.start({ ...options, gateway: localGateway(schema, execute) } as unknown as ApolloDriverConfig);
  }
}

interface GatewayRequest {
  readonly queryHash: string;
  readonly document: Parameters<Executor>[0]['document'];
  /** Absent when the document holds several operations, and none or no known one was named; executing it says so. */
  readonly operation?: OperationDefinitionNode;
  readonly request: { readonly operationName?: string; readonly variables?: Record<string, unknown> };
  readonly context: unknown;
}

function localGateway(schema: GraphQLSchema, execute: Executor) {
  const turns = new QueryTurns();
  return {
    onSchemaLoadOrUpdate(loaded: (schema: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) {
      loaded({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: ({ queryHash, document, operation, request, context }: GatewayRequest) => {
          const { operationName, variables } = request;
          const run = () => execute({ key: queryHash, document, operationName, variables, context });
          // Mutations begin at once: those of one turn share a commit.
          return operation?.operation === OperationTypeNode.QUERY ? turns.take(run) : run();
        },
      }),
    stop: () => Promise.resolve(),
  };
}
