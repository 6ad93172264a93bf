import { type DocumentNode, execute, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** One validated operation with what it runs on. `key` is the same for the same document text. */
export interface Operation {
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: unknown;
}

export type Executor = (operation: Operation) => Promise<ExecutionResult>;
type Compiled = (root: unknown, context: unknown, variables: object) => Promise<ExecutionResult> | ExecutionResult;

/** Keeps the entries used last; forgets the one unused for longest when full. */
export class RecentlyUsed<V> {
  private readonly entries = new Map<string, V>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value!);
  }
}

/** Runs operations by graphql-js: the meaning that every other executor has to match. */
export function plainExecutor(schema: GraphQLSchema): Executor {
  return async ({ document, operationName, variables, context }) =>
    execute({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: context,
    });
}

/**
 * Runs operations compiled by graphql-jit, from their second use on: compiling is dear, and a stranger must not be able to
 * force it with every request. What does not compile, and what has wrong variables, goes to `fallback`, which then words the errors.
 */
export function compiledExecutor(schema: GraphQLSchema, fallback: Executor, capacity = 500): Executor {
  const seen = new RecentlyUsed<true>(capacity * 4);
  const compiled = new RecentlyUsed<Compiled | 'NOT_COMPILABLE'>(capacity);

  function compile(operation: Operation): Compiled | 'NOT_COMPILABLE' {
    const result = compileQuery(schema, operation.document, operation.operationName, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(result) ? (result.query as Compiled) : 'NOT_COMPILABLE';
  }

  function ready(operation: Operation): Compiled | 'NOT_COMPILABLE' {
    const key = `${operation.key} ${operation.operationName ?? ''}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    if (seen.get(key) === undefined) {
      seen.set(key, true);
      return 'NOT_COMPILABLE';
    }
    const made = compile(operation);
    compiled.set(key, made);
    return made;
  }

  return async (operation) => {
    const query = ready(operation);
    if (query === 'NOT_COMPILABLE') return fallback(operation);
    const result = await query(undefined, operation.context, operation.variables ?? {});
    // Without data nothing was executed: the variables did not fit. graphql-js says it in the words clients know.
    if (!('data' in result)) return fallback(operation);
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map(asGraphqlError) };
  };
}

/** graphql-jit reports errors as look-alikes that lack what the server reads, such as extensions. */
function asGraphqlError(error: GraphQLError): GraphQLError {
  if (Object.getPrototypeOf(error) === GraphQLError.prototype) return error;
  const { message, path, originalError, extensions, locations } = error;
  const rebuilt = new GraphQLError(message, {
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: extensions ?? null,
  });
  if (locations !== undefined) Object.defineProperty(rebuilt, 'locations', { value: locations, enumerable: true });
  return rebuilt;
}
