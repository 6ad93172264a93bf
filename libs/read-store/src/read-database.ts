import type { Kysely } from 'kysely';
import { KeptReads, type TableState } from './kept-reads.js';
import type { RowOf, TableDefinition } from './table.js';

/** Tables by name for the query builder: `reads.tables<TablesOf<[typeof cycles, typeof items]>>()`. */
export type TablesOf<T extends readonly TableDefinition[]> = {
  [D in T[number] as D['name']]: RowOf<D>;
};

/** Any table with any column: for queries whose shape is not worth declaring. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- column names are the caller's, as in plain SQL
export type AnyTables = Record<string, Record<string, any>>;

/** Values that a plain SQL text takes. */
export type SqlValue = string | number | boolean | null;

/** Reading, either between commits of the projections (each select sees the newest) or on one snapshot. */
export interface ReadSession {
  /** The query builder over all read tables. Booleans and JSON come decoded, as the table definitions say. */
  readonly query: Kysely<AnyTables>;
  /** The query builder typed by table definitions. */
  tables<D>(): Kysely<D>;
  /** Rows of a SQL text; statements are kept by their text, so values belong into parameters (`?`). */
  rows<R = Record<string, unknown>>(sql: string, parameters?: readonly SqlValue[]): Promise<R[]>;
  /** Position up to which the tables of a projection speak; 0 when there are none yet. */
  checkpoint(projection: string): Promise<number>;
}

/** The read tables for those who answer from them. A class, so that it serves as a token of dependency injection. */
export abstract class ReadDatabase implements ReadSession {
  private keptReads = new KeptReads();

  /** From now on {@link kept} keeps answers, by what is said here of the state of tables. */
  keepBy(stateOf: TableState): void {
    this.keptReads = new KeptReads(stateOf);
  }

  /**
   * What `read` answers from the tables of one projection alone, kept under a key for as long as those tables do not change. For the few
   * look-ups that every request makes: who asks, about whom. Nobody may change what is answered.
   */
  kept<V>(projection: string, key: string, read: () => Promise<V>): Promise<V> {
    return this.keptReads.get(projection, key, read);
  }

  abstract readonly query: Kysely<AnyTables>;
  abstract tables<D>(): Kysely<D>;
  abstract rows<R = Record<string, unknown>>(sql: string, parameters?: readonly SqlValue[]): Promise<R[]>;
  abstract checkpoint(projection: string): Promise<number>;
  /** Id of the record that the tables are built from; undefined when that was never said. */
  abstract builtFrom(): Promise<string | undefined>;
  /** Several reads of one and the same state: rows and checkpoint agree. Keep it short; do nothing else in it. */
  abstract snapshot<T>(work: (session: ReadSession) => Promise<T>): Promise<T>;
  abstract close(): Promise<void>;
}
