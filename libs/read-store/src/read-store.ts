import { createHash } from 'node:crypto';
import type { EventId } from '@waymark/kernel';
import type { Projection, TableSession } from './projection.js';

/**
 * RUNNING follows the record. REBUILDING: tables of an earlier version (or the last ones, when a rebuild was asked for) stay
 * readable until the new ones take their place. STOPPED: at an event that cannot be projected.
 */
export type ProjectionState = 'RUNNING' | 'REBUILDING' | 'STOPPED';

/** The event at which a projection stopped. Its message names no personal data: events hold it sealed. */
export interface PoisonEvent {
  readonly eventId: EventId;
  readonly position: number;
  readonly type: string;
  readonly message: string;
}

/** What the read store keeps about a projection: one row, written in the transaction of its tables. */
export interface ProjectionRecord {
  readonly name: string;
  /** Version and shape of the tables that readers see. */
  readonly version: number;
  readonly shape: string;
  /** The generation of tables that readers see. */
  readonly generation: number;
  /** Position of the last event that these tables show, 0 before the first. */
  readonly checkpoint: number;
  /** Id of that event: a restored or exchanged record is noticed by it. */
  readonly checkpointEvent: EventId | null;
  readonly state: ProjectionState;
  readonly poison: PoisonEvent | null;
}

/** Everything that happens to the read tables in one transaction. */
export interface ReadStoreTransaction {
  /** The tables of a projection in one generation. */
  tables(projection: Projection, generation: number): TableSession;
  /** Runs the work in a savepoint: when it throws, what it wrote is undone and the error goes on. */
  attempt(work: () => Promise<void>): Promise<void>;
  /**
   * Creates empty tables beside those that are there, in a generation of their own; answers its number.
   * BARE: without their indexes, for `createIndex` to make them when the tables are full.
   */
  createTables(projection: Projection, as: 'INDEXED' | 'BARE'): Promise<number>;
  /** Lets readers see this generation from the commit on. */
  publish(projection: Projection, generation: number): Promise<void>;
  /** Drops all generations of a projection's tables but the one to keep. Without one, its views go as well. */
  dropTables(projection: string, keep?: number): Promise<void>;
  save(record: ProjectionRecord): Promise<void>;
  /** Moves the checkpoint of projections that are there, and leaves everything else of them as it is. */
  moveTo(at: Pick<ProjectionRecord, 'checkpoint' | 'checkpointEvent'>, projections: readonly string[]): Promise<void>;
  forget(projection: string): Promise<void>;
  /** Says from which record all tables are built, by its id; undefined: from none. */
  buildFrom(record: string | undefined): Promise<void>;
}

/**
 * A database of read tables, written by one process (embedded: one thread) at a time. Each kind of database offers:
 * - generations of a table under names of their own, and views that change over in one transaction;
 * - savepoints inside a transaction, after whose rollback the transaction goes on;
 * - look-ups of many tuples in one select, by the primary key even while the generation has no other index (BARE);
 * - rows inserted or replaced by primary key in any order: what was rolled back is written again;
 * - indexes made one at a time and known by name, so that those still missing can be told.
 * Failures of the database itself are StoreUnavailableError; they are no reason to stop a projection.
 */
export interface ReadStore {
  records(): Promise<readonly ProjectionRecord[]>;
  /** Id of the record that the tables are built from; undefined when that was never said. */
  builtFrom(): Promise<string | undefined>;
  /** Commits what the work did, or nothing when it throws. */
  transaction<T>(work: (transaction: ReadStoreTransaction) => Promise<T>): Promise<T>;
  /** Creates one index that a generation of tables lacks, in a transaction of its own; false when it lacks none. */
  createIndex(projection: Projection, generation: number): Promise<boolean>;
  close(): Promise<void>;
}

/** A short text that changes when the tables of a projection change their shape: it is written anew whenever a checkpoint moves. */
export function shapeOf(projection: Projection): string {
  const shape = projection.tables.map(({ name, columns, primaryKey, indexes = [] }) => [
    name,
    Object.entries(columns).map(([column, { type, nullable }]) => [column, type, nullable === true]),
    primaryKey,
    indexes,
  ]);
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
}
