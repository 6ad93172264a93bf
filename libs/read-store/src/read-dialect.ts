import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import type { SqlValue } from './read-database.js';

type Select = (sql: string, values: readonly SqlValue[]) => Promise<unknown[]>;

const NOT_HERE = 'Read tables are written by projections alone; for several reads of one state use snapshot()';

/** The grammar of a database: what Kysely's own dialect for it makes. */
export type Grammar = Pick<Dialect, 'createAdapter' | 'createQueryCompiler' | 'createIntrospector'>;

/** Kysely (0.28.17) over a function that selects: the grammar of a database, no writing, no transactions. */
export class ReadDialect implements Dialect {
  constructor(
    private readonly grammar: Grammar,
    private readonly select: Select,
  ) {}

  createAdapter = () => this.grammar.createAdapter();
  createDriver = (): Driver => new ReadDriver(this.select);
  createQueryCompiler = () => this.grammar.createQueryCompiler();
  createIntrospector = (database: Kysely<unknown>) => this.grammar.createIntrospector(database);
}

class ReadDriver implements Driver {
  private readonly connection: DatabaseConnection;

  constructor(select: Select) {
    this.connection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        if (query.query.kind !== 'SelectQueryNode' && query.query.kind !== 'RawNode') throw new TypeError(NOT_HERE);
        return { rows: (await select(query.sql, query.parameters as SqlValue[])) as R[] };
      },
      // eslint-disable-next-line require-yield -- the interface wants a generator
      async *streamQuery() {
        throw new TypeError('Read tables are not streamed: select a page');
      },
    };
  }

  async init(): Promise<void> {}
  acquireConnection = async (): Promise<DatabaseConnection> => this.connection;
  beginTransaction = (): Promise<void> => Promise.reject(new TypeError(NOT_HERE));
  commitTransaction = (): Promise<void> => Promise.reject(new TypeError(NOT_HERE));
  rollbackTransaction = (): Promise<void> => Promise.reject(new TypeError(NOT_HERE));
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}
