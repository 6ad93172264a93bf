import type { Recorded } from '@waymark/kernel';
import type { TableDefinition } from './table.js';

export type Row = Record<string, string | number | boolean | null>;

/**
 * The tables of one projection inside the transaction of one batch. Tables are named by their definitions;
 * which physical generation that means (live or being rebuilt) is the engine's business.
 */
export interface TableSession {
  /** Rows whose named columns hold one of the given tuples, read in one select. */
  load(
    table: TableDefinition,
    columns: readonly string[],
    tuples: readonly (readonly (string | number)[])[],
  ): Promise<Row[]>;
  /** Inserts or replaces whole rows by primary key. */
  write(table: TableDefinition, rows: readonly Row[]): Promise<void>;
  /** Removes rows by primary key. */
  remove(table: TableDefinition, keys: readonly (readonly (string | number)[])[]): Promise<void>;
}

/**
 * Events turned into tables. The engine calls `project` with events in store order, in batches of up to 1,000, and commits
 * the rows together with the checkpoint. Laws every projection keeps: twice = once, split anywhere = whole, rebuild = live.
 * A throw is a poison event: the batch is rolled back, this projection stops, others go on; nothing is skipped.
 */
export interface Projection {
  readonly name: string;
  /** Raised when tables or their meaning change: the next start rebuilds beside the live tables and swaps. */
  readonly version: number;
  readonly handles: readonly string[];
  readonly tables: readonly TableDefinition[];
  project(events: readonly Recorded[], tables: TableSession): Promise<void>;
}
