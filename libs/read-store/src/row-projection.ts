import type { DomainEvent, Recorded } from '@waymark/kernel';
import type { KeyTuple, Projection, TableSession } from './projection.js';
import type { Row, RowOf, TableDefinition } from './table.js';

/** Rows that an event touches: those of a table whose named columns hold these values (often the primary key). */
export interface RowsWanted {
  readonly table: TableDefinition;
  readonly where: Readonly<Record<string, string | number>>;
}

/** Column values that name rows of a table. */
export type Where<T extends TableDefinition> = {
  readonly [K in keyof T['columns']]?: Extract<RowOf<T>[K], string | number>;
};

/** Asks for the rows of a table whose columns hold these values: `rowsOf(items, { cycle })`. */
export function rowsOf<T extends TableDefinition>(table: T, where: Where<T>): RowsWanted {
  return { table, where: where as Readonly<Record<string, string | number>> };
}

/**
 * The rows that the events of a batch asked for, as they stand after the events before.
 * Reading what `keys` did not ask for is a TypeError: the answer would depend on how events fall into batches.
 */
export interface ProjectedRows {
  /** The row with this primary key, if there is one. */
  get<T extends TableDefinition>(table: T, key: Where<T>): Readonly<RowOf<T>> | undefined;
  /** The row with this primary key. Throws when there is none: the event refers to something that never happened. */
  require<T extends TableDefinition>(table: T, key: Where<T>): Readonly<RowOf<T>>;
  /** All rows whose columns hold these values, in the order of their keys; asked for with the same columns. */
  all<T extends TableDefinition>(table: T, where: Where<T>): Readonly<RowOf<T>>[];
  /** Inserts the row, or replaces the one with its key. */
  put<T extends TableDefinition>(table: T, row: RowOf<T>): void;
  /** Removes the row with this primary key, if there is one. */
  remove<T extends TableDefinition>(table: T, key: Where<T>): void;
}

export interface RowProjection<E extends DomainEvent> {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly TableDefinition[];
  readonly handles: readonly E['type'][];
  /** The rows that `apply` will read for this event. Rows that are only put or removed need not be named. */
  keys(event: Recorded<E>): readonly RowsWanted[];
  /** Folds one event over the rows: synchronous, without clock or randomness, nothing kept between two events. */
  apply(event: Recorded<E>, rows: ProjectedRows): void;
}

/**
 * A projection written as a fold over rows. Per batch it loads the rows that the events ask for (one select per table
 * and set of columns), folds the events in order, and writes the rows that changed.
 */
export function rowProjection<E extends DomainEvent>(definition: RowProjection<E>): Projection {
  const { name, version, tables, handles } = definition;
  return {
    name,
    version,
    tables,
    handles,
    async project(recorded, session) {
      const events = recorded as unknown as readonly Recorded<E>[];
      const wanted = events.map((event) => definition.keys(event).map(named));
      const rows = new BatchRows(tables);
      await rows.load(wanted.flat(), session);
      events.forEach((event, index) => {
        rows.allow(wanted[index]!);
        definition.apply(event, rows);
      });
      await rows.write(session);
    },
  };
}

const ABSENT = Symbol('absent');

/** Rows wanted, in a form in which they can be compared. */
interface NamedRows {
  readonly table: TableDefinition;
  readonly columns: readonly string[];
  readonly tuple: KeyTuple;
  readonly tupleText: string;
  readonly name: string;
}

function named({ table, where }: RowsWanted): NamedRows {
  const columns = Object.keys(where).sort();
  const tuple = columns.map((column) => where[column]!);
  const tupleText = JSON.stringify(tuple);
  return { table, columns, tuple, tupleText, name: nameOf(table, columns, tupleText) };
}

function nameOf(table: TableDefinition, columns: readonly string[], tupleText: string): string {
  return `${table.name}(${columns.join()})${tupleText}`;
}

const NOTHING: ReadonlySet<string> = new Set();

class BatchRows implements ProjectedRows {
  private readonly tables = new Map<TableDefinition, TableRows>();
  private allowed = NOTHING;

  constructor(tables: readonly TableDefinition[]) {
    for (const table of tables) this.tables.set(table, new TableRows(table));
  }

  async load(wanted: readonly NamedRows[], session: TableSession): Promise<void> {
    const lookups = new Map<
      string,
      { table: TableDefinition; columns: readonly string[]; tuples: Map<string, KeyTuple> }
    >();
    for (const { table, columns, tuple, tupleText } of wanted) {
      const id = nameOf(table, columns, '');
      let lookup = lookups.get(id);
      if (lookup === undefined) {
        lookup = { table, columns, tuples: new Map<string, KeyTuple>() };
        lookups.set(id, lookup);
      }
      lookup.tuples.set(tupleText, tuple);
    }
    for (const { table, columns, tuples } of lookups.values()) {
      const rows = await session.load(table, columns, [...tuples.values()]);
      this.of(table).took(columns, tuples.keys(), rows);
    }
  }

  /** From now on these rows may be read, and no others. */
  allow(wanted: readonly NamedRows[]): void {
    this.allowed = wanted.length === 0 ? NOTHING : new Set(wanted.map(({ name }) => name));
  }

  get<T extends TableDefinition>(table: T, key: Where<T>): RowOf<T> | undefined {
    this.assertAllowed(table, key as Row);
    return this.of(table).get(key as Row) as RowOf<T> | undefined;
  }

  require<T extends TableDefinition>(table: T, key: Where<T>): RowOf<T> {
    const row = this.get(table, key);
    if (row === undefined) throw new Error(`There is no row of ${table.name} with the key ${JSON.stringify(key)}`);
    return row;
  }

  all<T extends TableDefinition>(table: T, where: Where<T>): RowOf<T>[] {
    if (!this.allowed.has(named({ table, where: where as RowsWanted['where'] }).name)) throw notAsked(table, where);
    return this.of(table).all(where as Row) as RowOf<T>[];
  }

  put<T extends TableDefinition>(table: T, row: RowOf<T>): void {
    this.of(table).set(row as Row, row as Row);
  }

  remove<T extends TableDefinition>(table: T, key: Where<T>): void {
    this.of(table).set(key as Row, ABSENT);
  }

  async write(session: TableSession): Promise<void> {
    for (const rows of this.tables.values()) await rows.write(session);
  }

  private of(table: TableDefinition): TableRows {
    const rows = this.tables.get(table);
    if (rows === undefined) throw new TypeError(`The table ${table.name} does not belong to this projection`);
    return rows;
  }

  // A row is also known when the event asked for a set of rows that it belongs to.
  private assertAllowed(table: TableDefinition, key: Row): void {
    if (this.allowed.has(named({ table, where: key as RowsWanted['where'] }).name)) return;
    if (!this.of(table).isInSetAsked(key, this.allowed)) throw notAsked(table, key);
  }
}

/** The rows of one table: by primary key, and by the sets of columns under which they were asked for. */
class TableRows {
  private readonly rows = new Map<string, Row | typeof ABSENT>();
  private readonly changed = new Set<string>();
  private readonly sets = new Map<string, { columns: readonly string[]; members: Map<string, Set<string>> }>();

  constructor(private readonly table: TableDefinition) {}

  took(columns: readonly string[], tuples: Iterable<string>, loaded: readonly Row[]): void {
    const isKey =
      columns.length === this.table.primaryKey.length && this.table.primaryKey.every((c) => columns.includes(c));
    if (!isKey) {
      const members = new Map<string, Set<string>>();
      for (const tuple of tuples) members.set(tuple, new Set());
      this.sets.set(columns.join(), { columns, members });
    }
    for (const row of loaded) {
      const id = this.idOf(row);
      this.rows.set(id, row);
    }
    for (const [id, row] of this.rows) if (row !== ABSENT) this.enlist(id, row);
  }

  get(key: Row): Row | undefined {
    const row = this.rows.get(this.idOf(key));
    return row === ABSENT ? undefined : row;
  }

  all(where: Row): Row[] {
    const columns = Object.keys(where).sort();
    const set = this.sets.get(columns.join());
    const ids = set?.members.get(tupleOf(columns, where));
    if (ids === undefined) {
      const row = this.get(where);
      return row === undefined ? [] : [row];
    }
    const found = [...ids]
      .map((id) => this.rows.get(id))
      .filter((row): row is Row => row !== undefined && row !== ABSENT);
    return found.sort((a, b) => this.compare(a, b));
  }

  set(key: Row, row: Row | typeof ABSENT): void {
    const id = this.idOf(key);
    const before = this.rows.get(id);
    if (before !== undefined && before !== ABSENT) this.delist(id, before);
    this.rows.set(id, row);
    this.changed.add(id);
    if (row !== ABSENT) this.enlist(id, row);
  }

  isInSetAsked(key: Row, allowed: ReadonlySet<string>): boolean {
    for (const { columns } of this.sets.values()) {
      if (!columns.every((column) => key[column] !== undefined)) continue;
      if (allowed.has(nameOf(this.table, columns, tupleOf(columns, key)))) return true;
    }
    return false;
  }

  async write(session: TableSession): Promise<void> {
    const written: Row[] = [];
    const removed: KeyTuple[] = [];
    for (const id of this.changed) {
      const row = this.rows.get(id)!;
      if (row === ABSENT) removed.push(JSON.parse(id) as KeyTuple);
      else written.push(row);
    }
    if (removed.length > 0) await session.remove(this.table, removed);
    if (written.length > 0) await session.write(this.table, written);
  }

  private enlist(id: string, row: Row): void {
    for (const { columns, members } of this.sets.values()) members.get(tupleOf(columns, row))?.add(id);
  }

  private delist(id: string, row: Row): void {
    for (const { columns, members } of this.sets.values()) members.get(tupleOf(columns, row))?.delete(id);
  }

  private idOf(key: Row): string {
    for (const column of this.table.primaryKey) {
      if (key[column] === undefined) throw new TypeError(`A key of ${this.table.name} needs ${column}`);
    }
    return tupleOf(this.table.primaryKey, key);
  }

  private compare(a: Row, b: Row): number {
    for (const column of this.table.primaryKey) {
      if (a[column]! < b[column]!) return -1;
      if (a[column]! > b[column]!) return 1;
    }
    return 0;
  }
}

function tupleOf(columns: readonly string[], row: Row): string {
  return JSON.stringify(columns.map((column) => row[column] ?? null));
}

function notAsked(table: TableDefinition, where: object): TypeError {
  return new TypeError(
    `Rows of ${table.name} with ${JSON.stringify(where)} are read, but keys() did not ask for them. Name them there.`,
  );
}
