import type { Recorded } from '@waymark/kernel';
import type { Row, RowValues, TableDefinition } from './table.js';

/** A primary key, or the values of the columns of a look-up, in the order in which those are named. */
export type KeyTuple = readonly (string | number)[];

/**
 * The tables of one projection inside the transaction of one batch. Tables are named by their definitions;
 * which physical generation that means (live or being rebuilt) is the engine's business.
 */
export interface TableSession {
  /** Rows whose named columns hold one of the given tuples, read in one select. */
  load(table: TableDefinition, columns: readonly string[], tuples: readonly KeyTuple[]): Promise<Row[]>;
  /** As `load`, with each row as a list. */
  loadValues(table: TableDefinition, columns: readonly string[], tuples: readonly KeyTuple[]): Promise<RowValues[]>;
  /** The row with the highest primary key. */
  last(table: TableDefinition): Promise<Row | undefined>;
  /**
   * Inserts or replaces whole rows by primary key. A nullable column that is left out is null.
   * Throws a TypeError for a value that does not fit its column, and for a column that the table does not have.
   */
  write(table: TableDefinition, rows: readonly Row[]): Promise<void>;
  /** As `write`, with each row as a list; where there are many rows, it costs half as much. */
  writeValues(table: TableDefinition, rows: readonly RowValues[]): Promise<void>;
  /** Removes rows by primary key; keys without a row are passed over. */
  remove(table: TableDefinition, keys: readonly KeyTuple[]): Promise<void>;
}

/**
 * Events turned into tables. The engine calls `project` with events in store order, in batches of up to 1,000, and commits
 * the rows together with the checkpoint. Laws every projection keeps: twice = once, split anywhere = whole, rebuild = live.
 * `project` keeps nothing between two calls: a batch may be rolled back and given again, split in another way.
 * A throw is a poison event: the batch is rolled back and taken again one by one, up to the event that throws;
 * there this projection stops and others go on; nothing is skipped.
 */
export interface Projection {
  readonly name: string;
  /** Raised when tables or their meaning change: the next start rebuilds beside the live tables and swaps. */
  readonly version: number;
  readonly handles: readonly string[];
  readonly tables: readonly TableDefinition[];
  project(events: readonly Recorded[], tables: TableSession): Promise<void>;
}
