import {
  GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/**
 * Makes the schema ready to be executed. Resolvers that Nest puts on every field and that only read the member of the same
 * name are taken away (executors do that faster themselves); all others get their errors told apart from located ones.
 * Answers with how many were taken away.
 */
export function prepareResolvers(schema: GraphQLSchema): number {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  let stripped = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const isRoot = roots.some((root) => root === type);
    for (const field of Object.values(type.getFields())) {
      if (!isRoot && isTrivial(field)) {
        delete field.resolve;
        stripped += 1;
      } else if (field.resolve !== undefined) {
        field.resolve = withCause(field.resolve);
      }
    }
  }
  return stripped;
}

/** Nest's own resolver, seen to read its one member and to put no default value in its place. */
function isTrivial(field: Field): boolean {
  const resolve = field.resolve as ((root: unknown) => unknown) | undefined;
  if (resolve === undefined || resolve.name !== 'rootFieldResolver' || resolve.length !== 1) return false;
  const found = Symbol('found');
  const read: PropertyKey[] = [];
  const get = (_: object, member: PropertyKey) => {
    read.push(member);
    return found;
  };
  return (
    resolve(new Proxy({}, { get })) === found &&
    read.length === 1 &&
    read[0] === field.name &&
    resolve({}) === undefined
  );
}

/** An error of ours on its way through an executor. */
export class ThrownByResolver extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
    this.name = cause.name;
    if (cause.stack !== undefined) this.stack = cause.stack;
  }
}

/** graphql-js takes an error with a list called `path` for one that is located already, and DomainError has one. */
function withCause(resolve: GraphQLFieldResolver<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    try {
      const result: unknown = resolve(source, args, context, info);
      return result instanceof Promise ? result.catch(rethrow) : result;
    } catch (error) {
      return rethrow(error);
    }
  };
}

function rethrow(error: unknown): never {
  if (error instanceof Error && !(error instanceof GraphQLError) && 'path' in error) throw new ThrownByResolver(error);
  throw error;
}
