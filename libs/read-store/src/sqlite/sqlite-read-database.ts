import { StoreUnavailableError, type Turns } from '@waymark/kernel';
import type { Kysely } from 'kysely';
import { type AnyTables, ReadDatabase, type ReadSession, type SqlValue } from '../read-database.js';
import type { TableDefinition } from '../table.js';
import { bundledDriver, type SqliteDatabase, type SqliteDriver } from './driver.js';
import { decodedColumns, ReadConnection } from './read-connection.js';
import { openReadFile, recordBuiltFrom } from './read-file.js';

export interface SqliteReadDatabaseOptions {
  readonly file: string;
  /** The tables of all projections: by them booleans and JSON are decoded. */
  readonly tables: readonly TableDefinition[];
  readonly driver?: SqliteDriver;
  /**
   * Reads that follow each other without waiting for anything outside (a message, a timer, the network) see one state of the tables,
   * which costs a third of what reads by themselves do. Only where another thread or process writes: what this thread writes
   * between two such reads, the second does not show.
   */
  readonly isSteady?: boolean;
}

/** Most snapshots held at the same time; further ones wait. */
const MOST_SNAPSHOTS = 4;

/**
 * Opens the read tables of a SQLite file for reading, beside the one thread that writes to it.
 * The file must be there: start the projections first. Throws StoreUnavailableError.
 */
export function openSqliteReadDatabase(options: SqliteReadDatabaseOptions): SqliteReadDatabase {
  const { file, tables, driver, isSteady = false } = options;
  const columns = decodedColumns(tables);
  const open = (steady: boolean) =>
    new ReadConnection(openReadFile(driver ?? bundledDriver, file, true), columns, file, { isSteady: steady });
  return new SqliteReadDatabase(open(isSteady), new SnapshotPool(() => open(false)));
}

/** Reads over the connection that writes, in turn with it: `:memory:` is seen by no other connection. */
export function openSharedReadDatabase(
  database: SqliteDatabase,
  turns: Turns,
  tables: readonly TableDefinition[],
  file: string,
): SqliteReadDatabase {
  const columns = decodedColumns(tables);
  const inTurn = new ReadConnection(database, columns, file, { turn: (work) => turns.take(work) });
  const inSnapshot = new ReadConnection(database, columns, file);
  return new SqliteReadDatabase(inTurn, {
    use: (work) => turns.take(() => work(inSnapshot)),
    close: () => undefined,
  });
}

interface Snapshots {
  use<T>(work: (connection: ReadConnection) => Promise<T>): Promise<T>;
  close(): void;
}

export class SqliteReadDatabase extends ReadDatabase {
  readonly query: Kysely<AnyTables>;

  constructor(
    private readonly connection: ReadConnection,
    private readonly snapshots: Snapshots,
  ) {
    super();
    this.query = connection.query;
  }

  tables<D>(): Kysely<D> {
    return this.connection.tables<D>();
  }

  rows<R = Record<string, unknown>>(sql: string, parameters: readonly SqlValue[] = []): Promise<R[]> {
    return this.connection.rows<R>(sql, parameters);
  }

  checkpoint(projection: string): Promise<number> {
    return this.connection.checkpoint(projection);
  }

  async builtFrom(): Promise<string | undefined> {
    return recordBuiltFrom(this.connection.database);
  }

  snapshot<T>(work: (session: ReadSession) => Promise<T>): Promise<T> {
    return this.snapshots.use(async (connection) => {
      connection.database.exec('BEGIN');
      try {
        return await work(connection);
      } finally {
        connection.database.exec('ROLLBACK');
      }
    });
  }

  async close(): Promise<void> {
    this.snapshots.close();
    if (!(this.snapshots instanceof SnapshotPool)) return;
    this.connection.letGo();
    this.connection.database.close();
  }
}

/** Connections lent to one snapshot each; opened when first needed, handed over in the order of asking. */
class SnapshotPool implements Snapshots {
  private readonly idle: ReadConnection[] = [];
  private readonly waiting: ((connection: ReadConnection) => void)[] = [];
  private opened = 0;
  private isClosed = false;

  constructor(private readonly open: () => ReadConnection) {}

  async use<T>(work: (connection: ReadConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      return await work(connection);
    } finally {
      this.giveBack(connection);
    }
  }

  close(): void {
    this.isClosed = true;
    for (const connection of this.idle.splice(0)) connection.database.close();
  }

  private async take(): Promise<ReadConnection> {
    if (this.isClosed) throw new StoreUnavailableError('The read tables are closed: Waymark is shutting down.');
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    if (this.opened < MOST_SNAPSHOTS) {
      this.opened += 1;
      try {
        return this.open();
      } catch (error) {
        this.opened -= 1;
        throw error;
      }
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(connection: ReadConnection): void {
    const next = this.waiting.shift();
    if (next !== undefined) next(connection);
    else if (this.isClosed) connection.database.close();
    else this.idle.push(connection);
  }
}
