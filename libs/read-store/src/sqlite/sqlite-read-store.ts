import { Turns } from '@waymark/kernel';
import type { Projection, TableSession } from '../projection.js';
import { type ProjectionRow, recordOfRow } from '../projection-row.js';
import type { ProjectionRecord, ReadStore, ReadStoreTransaction } from '../read-store.js';
import { physicalName } from '../row-values.js';
import type { TableDefinition } from '../table.js';
import { asReadStoreError, bundledDriver, type SqliteDatabase, type SqliteDriver, StatementCache } from './driver.js';
import { closeReadFile, openReadFile, recordBuiltFrom } from './read-file.js';
import { openSharedReadDatabase, type SqliteReadDatabase } from './sqlite-read-database.js';
import { SqliteTableSession } from './sqlite-table-session.js';
import { createIndexSql, createTableSql } from './table-sql.js';

export interface SqliteReadStoreOptions {
  /** Path of the file, or `:memory:`. Its folder must exist. */
  readonly file: string;
  /** Opens an existing file for reading alone, beside the process that writes to it. */
  readonly readOnly?: boolean;
  readonly driver?: SqliteDriver;
}

const MOVE =
  'UPDATE projection_state SET checkpoint = ?, checkpoint_event = ? WHERE name IN (SELECT value FROM json_each(?))';

/** Opens the read tables of a SQLite file for writing, creating the file when it is not there. Throws StoreUnavailableError. */
export function openSqliteReadStore(options: SqliteReadStoreOptions): SqliteReadStore {
  return new SqliteReadStore(options);
}

/** The read tables in a SQLite file: one writing connection, one transaction at a time. */
export class SqliteReadStore implements ReadStore {
  private readonly database: SqliteDatabase;
  private readonly statements: StatementCache;
  private readonly sessions = new Map<Projection, Map<number, TableSession>>();
  private readonly turns = new Turns();
  private readonly transactionInHand: ReadStoreTransaction;
  private isClosed = false;

  constructor(private readonly options: SqliteReadStoreOptions) {
    this.database = openReadFile(options.driver ?? bundledDriver, options.file, options.readOnly ?? false);
    this.statements = new StatementCache(this.database);
    this.transactionInHand = this.operations();
  }

  async records(): Promise<ProjectionRecord[]> {
    return this.statements
      .prepare('SELECT * FROM projection_state ORDER BY name')
      .all()
      .map((row) => recordOfRow(row as ProjectionRow));
  }

  async builtFrom(): Promise<string | undefined> {
    return recordBuiltFrom(this.database);
  }

  transaction<T>(work: (transaction: ReadStoreTransaction) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      this.run('BEGIN IMMEDIATE');
      try {
        const result = await work(this.transactionInHand);
        this.run('COMMIT');
        return result;
      } catch (error) {
        this.rollback();
        throw asReadStoreError(error, this.options.file);
      }
    });
  }

  createIndex(projection: Projection, generation: number): Promise<boolean> {
    return this.turns.take(async () => {
      const missing = this.missingIndex(projection, generation);
      if (missing === undefined) return false;
      // What does not fit the memory of the cache is sorted in files.
      this.database.exec('PRAGMA temp_store = FILE');
      try {
        this.run(missing);
      } finally {
        this.database.exec('PRAGMA temp_store = MEMORY');
      }
      return true;
    });
  }

  /** Reads over this very connection, between transactions: for `:memory:`, which no other connection sees. */
  reads(tables: readonly TableDefinition[]): SqliteReadDatabase {
    return openSharedReadDatabase(this.database, this.turns, tables, this.options.file);
  }

  async close(): Promise<void> {
    await this.turns.take(async () => {
      if (this.isClosed) return;
      this.isClosed = true;
      this.statements.clear();
      closeReadFile(this.database, this.options.readOnly ?? false);
    });
  }

  private operations(): ReadStoreTransaction {
    return {
      tables: (projection, generation) => this.session(projection, generation),
      attempt: async (work) => this.attempt(work),
      createTables: async (projection, as) => this.createTables(projection, as),
      publish: async (projection, generation) => this.publish(projection, generation),
      dropTables: async (projection, keep) => this.dropTables(projection, keep),
      save: async (record) => this.save(record),
      moveTo: async ({ checkpoint, checkpointEvent }, projections) =>
        this.run(MOVE, checkpoint, checkpointEvent, JSON.stringify(projections)),
      forget: async (name) => this.run('DELETE FROM projection_state WHERE name = ?', name),
      buildFrom: async (record) => this.buildFrom(record),
    };
  }

  private session(projection: Projection, generation: number): TableSession {
    const generations = this.sessions.get(projection) ?? new Map<number, TableSession>();
    this.sessions.set(projection, generations);
    let session = generations.get(generation);
    if (session === undefined) {
      session = new SqliteTableSession(projection.tables, generation, this.statements, this.options.file);
      generations.set(generation, session);
    }
    return session;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.run('SAVEPOINT attempt');
    try {
      await work();
    } catch (error) {
      // Some failures (a full disk) have ended the whole transaction already; they go on as they are.
      this.tryToRun('ROLLBACK TO attempt');
      this.tryToRun('RELEASE attempt');
      throw error;
    }
    this.run('RELEASE attempt');
  }

  private createTables(projection: Projection, as: 'INDEXED' | 'BARE'): number {
    const names = JSON.stringify(projection.tables.map(({ name }) => name));
    const { newest } = this.statements
      .prepare(
        `SELECT max(coalesce((SELECT max(generation) FROM projection_table WHERE name IN (SELECT value FROM json_each(?))), 0),
                    coalesce((SELECT generation FROM projection_state WHERE name = ?), 0)) AS newest`,
      )
      .get(names, projection.name) as { newest: number };
    const generation = newest + 1;
    for (const table of projection.tables) {
      this.database.exec(createTableSql(table, generation));
      if (as === 'INDEXED') for (const sql of createIndexSql(table, generation).values()) this.database.exec(sql);
      this.run('INSERT INTO projection_table VALUES (?, ?, ?)', table.name, generation, projection.name);
    }
    return generation;
  }

  private missingIndex(projection: Projection, generation: number): string | undefined {
    const known = this.statements.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?");
    for (const table of projection.tables) {
      for (const [name, sql] of createIndexSql(table, generation)) if (known.get(name) === undefined) return sql;
    }
    return undefined;
  }

  private publish(projection: Projection, generation: number): void {
    this.dropViews(projection.name);
    for (const { name } of projection.tables) {
      this.database.exec(`DROP VIEW IF EXISTS "${name}"`);
      this.database.exec(`CREATE VIEW "${name}" AS SELECT * FROM "${physicalName(name, generation)}"`);
    }
  }

  private dropTables(projection: string, keep: number | undefined): void {
    if (keep === undefined) this.dropViews(projection);
    const gone = this.statements
      .prepare('SELECT name, generation FROM projection_table WHERE projection = ? AND generation IS NOT ?')
      .all(projection, keep ?? null) as { name: string; generation: number }[];
    for (const { name, generation } of gone) {
      this.database.exec(`DROP TABLE "${physicalName(name, generation)}"`);
      this.run('DELETE FROM projection_table WHERE name = ? AND generation = ?', name, generation);
    }
  }

  // A table that has moved to another projection keeps the view which that one has made.
  private dropViews(projection: string): void {
    const names = this.statements
      .prepare(
        `SELECT DISTINCT name FROM projection_table AS own WHERE projection = ?
           AND NOT EXISTS (SELECT 1 FROM projection_table WHERE name = own.name AND projection <> own.projection)`,
      )
      .all(projection) as { name: string }[];
    for (const { name } of names) this.database.exec(`DROP VIEW IF EXISTS "${name}"`);
  }

  private save(record: ProjectionRecord): void {
    const { name, version, shape, generation, checkpoint, checkpointEvent, state, poison } = record;
    this.statements
      .prepare('INSERT OR REPLACE INTO projection_state VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(name, version, shape, generation, checkpoint, checkpointEvent, state, poison && JSON.stringify(poison));
  }

  private buildFrom(record: string | undefined): void {
    if (record === undefined) this.run('DELETE FROM built_from');
    else this.run('INSERT OR REPLACE INTO built_from VALUES (1, ?)', record);
  }

  private rollback(): void {
    this.tryToRun('ROLLBACK');
  }

  private run(sql: string, ...values: (string | number | null)[]): void {
    try {
      this.statements.prepare(sql).run(...values);
    } catch (error) {
      throw asReadStoreError(error, this.options.file);
    }
  }

  private tryToRun(sql: string): void {
    try {
      this.statements.prepare(sql).run();
    } catch {
      // SQLite has ended the transaction by itself: nothing is left to undo.
    }
  }
}
