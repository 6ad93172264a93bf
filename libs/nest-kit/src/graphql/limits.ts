import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { Extensions } from '@nestjs/graphql';
import {
  type DocumentNode,
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity';

/** What one operation may ask for. */
export const limits = {
  /** Nested levels of selection. */
  depth: 14,
  aliases: 30,
  directives: 30,
  /** Lexical tokens of the document. */
  tokens: 2_000,
  /** Selections after all fragments are spread out. */
  selections: 4_000,
  /** Fields that the answer may hold, lists counted with their page size. */
  cost: 20_000,
  /** Entries expected in a list that has no pages, unless its field states another length. */
  listLength: 10,
  /** Body of one request, in bytes: room for an import of 5 million characters. */
  bodyBytes: 12 * 1024 * 1024,
  /** Objects and lists within each other in the body of one request. */
  bodyDepth: 32,
} as const;

/** The armor rules throw out of validation unless they are told to report, and a throw there is a 500. */
const reporting = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, ''))),
  ],
};

/** The schema has no subscriptions; graphql-js would notice at execution only, as a fault of ours. */
const noSubscription: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (node.operation !== 'subscription' || context.getSchema().getSubscriptionType() != null) return;
    const message = 'There are no subscriptions. Ask again with the header x-waymark-at-least to wait for an entry.';
    context.reportError(new GraphQLError(message, { nodes: node }));
  },
});

/** Limits that the shape of the document alone decides. */
export const limitRules: ValidationRule[] = [
  noSubscription,
  maxDepthRule({ n: limits.depth, ...reporting }) as unknown as ValidationRule,
  maxAliasesRule({ n: limits.aliases, ...reporting }) as unknown as ValidationRule,
  maxDirectivesRule({ n: limits.directives, ...reporting }) as unknown as ValidationRule,
];

/** A field costs one, and what it selects as many times as its list is long. */
const listAware: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const length = askedLength(args);
  if (length !== undefined) return 1 + Math.max(length, 1) * childComplexity;
  const list = isListType(getNullableType(field.type));
  // The page size was counted at the field that answers with the connection.
  if (!list || type.name.endsWith('Connection')) return 1 + childComplexity;
  const introspection = getNamedType(field.type).name.startsWith('__');
  return 1 + (introspection ? 1 : statedLength(field)) * childComplexity;
};

/** The length that the caller asks for: a page size, or as many as ids are given. */
function askedLength({ first, ids }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof first === 'number') return first;
  return Array.isArray(ids) ? ids.length : undefined;
}

const LIST_LENGTH = 'listLength';

/** States how long the list of a field usually is, where that is not {@link limits}.listLength. */
export function ListLength(length: number): MethodDecorator & PropertyDecorator {
  return Extensions({ [LIST_LENGTH]: length });
}

function statedLength({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): number {
  const stated = extensions[LIST_LENGTH];
  return typeof stated === 'number' ? stated : limits.listLength;
}

/** Refuses what costs more than the limit, variables counted in: hence for each request, not at validation. */
export function costPlugin(): ApolloServerPlugin {
  const known = new WeakMap<DocumentNode, number | 'DEPENDS'>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, request, operation }) {
          let cost: number | 'DEPENDS' | undefined = known.get(document);
          if (cost === undefined || cost === 'DEPENDS') {
            const depends = cost === 'DEPENDS' || dependsOnRequest(document);
            cost = costOf({ schema, document, request, operation });
            if (cost === undefined) return;
            known.set(document, depends ? 'DEPENDS' : cost);
          }
          if (cost <= limits.cost) return;
          throw new GraphQLError(
            `This query may answer with ${cost} fields; the limit is ${limits.cost}. Ask for smaller pages (first) or fewer fields.`,
            { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } },
          );
        },
      };
    },
  };
}

const COUNTED: readonly string[] = ['first', 'ids'];

/** Whether the cost may differ from request to request: by page size or ids, by @include and @skip, by the operation that is named. */
function dependsOnRequest(document: DocumentNode): boolean {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  let depends = operations.length > 1;
  visit(document, {
    Directive: () => void (depends = true),
    Argument: ({ name, value }) => void (depends ||= COUNTED.includes(name.value) && value.kind === Kind.VARIABLE),
  });
  return depends;
}

interface Costed {
  readonly schema: Parameters<typeof getComplexity>[0]['schema'];
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode | undefined;
  readonly request: { readonly variables?: Record<string, unknown>; readonly operationName?: string };
}

/** Fields that the answer to a document may hold, as {@link costPlugin} counts them. */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variables, operationName }: Costed['request'] = {},
): number {
  return getComplexity({
    schema,
    query: document,
    ...(variables !== undefined && { variables }),
    ...(operationName !== undefined && { operationName }),
    estimators: [listAware],
  });
}

/**
 * The cost of the operation with these variables; undefined when they do not have the types it declares: then execution refuses
 * them in a moment, with a better message. Throws what is wrong with a single argument: the rest would be executed unpriced.
 */
function costOf({ schema, document, request, operation }: Costed): number | undefined {
  try {
    return operationCost(schema, document, request);
  } catch (fault) {
    const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], request.variables ?? {});
    if (errors !== undefined) return undefined;
    throw new GraphQLError((fault as Error).message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
  }
}
