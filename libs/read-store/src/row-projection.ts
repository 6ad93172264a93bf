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

/** Under which columns rows of a table are asked for. Columns that make the primary key stand in its order. */
interface Shape {
  readonly table: TableDefinition;
  readonly columns: readonly string[];
  readonly isKey: boolean;
}

/** Rows wanted, in a form in which they can be compared. */
interface NamedRows {
  readonly shape: Shape;
  /** What their columns hold, as {@link textOf} says it. */
  readonly text: string;
  readonly where: Row;
}

const shapes = new WeakMap<TableDefinition, Map<string, Shape>>();

function named({ table, where }: RowsWanted): NamedRows {
  const shape = shapeOfNames(table, where);
  return { shape, text: textOf(shape.columns, where), where };
}

function shapeOfNames(table: TableDefinition, where: object): Shape {
  let names = '';
  for (const name in where) names += `${name},`;
  let ofTable = shapes.get(table);
  if (ofTable === undefined) shapes.set(table, (ofTable = new Map()));
  let shape = ofTable.get(names);
  if (shape === undefined) {
    const columns = Object.keys(where).sort();
    const known = [...ofTable.values()].find((other) => other.columns.toSorted().join() === columns.join());
    const isKey = table.primaryKey.toSorted().join() === columns.join();
    shape = known ?? { table, columns: isKey ? table.primaryKey : columns, isKey };
    ofTable.set(names, shape);
  }
  return shape;
}

/** The values of columns as one text, which no other values of them give: keys hold no U+0000. */
function textOf(columns: readonly string[], row: Row): string {
  let text = '';
  for (const column of columns) {
    const value = row[column] ?? null;
    text += value === null ? '-\u0000' : `+${value}\u0000`;
  }
  return text;
}

const NOTHING: readonly NamedRows[] = [];

class BatchRows implements ProjectedRows {
  private readonly tables = new Map<TableDefinition, TableRows>();
  private allowed = NOTHING;

  constructor(tables: readonly TableDefinition[]) {
    for (const table of tables) this.tables.set(table, new TableRows(table));
  }

  async load(wanted: Iterable<NamedRows>, session: TableSession): Promise<void> {
    const lookups = new Map<Shape, Map<string, KeyTuple>>();
    for (const { shape, text, where } of wanted) {
      let tuples = lookups.get(shape);
      if (tuples === undefined) lookups.set(shape, (tuples = new Map()));
      if (!tuples.has(text)) tuples.set(text, tupleOf(shape.columns, where));
    }
    const loaded = [...lookups].map(async ([shape, tuples]) => {
      const rows = await session.load(shape.table, shape.columns, [...tuples.values()]);
      return { shape, tuples, rows };
    });
    for (const { shape, tuples, rows } of await Promise.all(loaded)) {
      this.of(shape.table).took(shape, tuples.keys(), rows);
    }
  }

  /** From now on these rows may be read, and no others. */
  allow(wanted: readonly NamedRows[]): void {
    this.allowed = wanted;
  }

  get<T extends TableDefinition>(table: T, key: Where<T>): RowOf<T> | undefined {
    const wanted = named({ table, where: key as RowsWanted['where'] });
    const rows = this.of(table);
    if (!this.isAllowed(wanted)) this.assertInSetAsked(table, key as Row);
    return (wanted.shape.isKey ? rows.at(wanted.text) : rows.get(key as Row)) as RowOf<T> | undefined;
  }

  require<T extends TableDefinition>(table: T, key: Where<T>): RowOf<T> {
    const row = this.get(table, key);
    if (row === undefined) throw new Error(`There is no row of ${table.name} with the key ${JSON.stringify(key)}`);
    return row;
  }

  all<T extends TableDefinition>(table: T, where: Where<T>): RowOf<T>[] {
    const wanted = named({ table, where: where as RowsWanted['where'] });
    if (!this.isAllowed(wanted)) throw notAsked(table, where);
    return this.of(table).all(wanted) as RowOf<T>[];
  }

  put<T extends TableDefinition>(table: T, row: RowOf<T>): void {
    this.of(table).set(row as Row, row as Row);
  }

  remove<T extends TableDefinition>(table: T, key: Where<T>): void {
    this.of(table).set(key as Row, ABSENT);
  }

  async write(session: TableSession): Promise<void> {
    await Promise.all(Array.from(this.tables.values(), (rows) => rows.write(session)));
  }

  private of(table: TableDefinition): TableRows {
    const rows = this.tables.get(table);
    if (rows === undefined) throw new TypeError(`The table ${table.name} does not belong to this projection`);
    return rows;
  }

  private isAllowed({ shape, text }: NamedRows): boolean {
    for (const one of this.allowed) if (one.shape === shape && one.text === text) return true;
    return false;
  }

  // A row is also known when the event asked for a set of rows that it belongs to.
  private assertInSetAsked(table: TableDefinition, key: Row): void {
    for (const { shape, text } of this.allowed) {
      if (shape.table !== table || !shape.columns.every((column) => key[column] !== undefined)) continue;
      if (textOf(shape.columns, key) === text) return;
    }
    throw notAsked(table, key);
  }
}

/** The rows of one table: by primary key, and by the sets of columns under which they were asked for. */
class TableRows {
  private readonly rows = new Map<string, Row | typeof ABSENT>();
  /** What was put or removed: rows, or the keys of those that are gone. */
  private readonly changed = new Map<string, Row>();
  private readonly sets = new Map<Shape, Map<string, Set<string>>>();

  constructor(private readonly table: TableDefinition) {}

  took(shape: Shape, asked: Iterable<string>, loaded: readonly Row[]): void {
    if (!shape.isKey) {
      const members = new Map<string, Set<string>>();
      for (const text of asked) members.set(text, new Set());
      this.sets.set(shape, members);
    }
    for (const row of loaded) this.rows.set(this.idOf(row), row);
    if (this.sets.size === 0) return;
    for (const [id, row] of this.rows) if (row !== ABSENT) this.enlist(id, row);
  }

  /** The row with this text of its primary key. */
  at(id: string): Row | undefined {
    const row = this.rows.get(id);
    return row === ABSENT ? undefined : row;
  }

  get(key: Row): Row | undefined {
    return this.at(this.idOf(key));
  }

  all({ shape, text, where }: NamedRows): Row[] {
    const ids = this.sets.get(shape)?.get(text);
    if (ids === undefined) {
      const row = this.get(where);
      return row === undefined ? [] : [row];
    }
    const found = [...ids].map((id) => this.at(id)).filter((row) => row !== undefined);
    return found.sort((a, b) => this.compare(a, b));
  }

  set(key: Row, row: Row | typeof ABSENT): void {
    const id = this.idOf(key);
    const before = this.at(id);
    if (before !== undefined) this.delist(id, before);
    this.rows.set(id, row);
    this.changed.set(id, key);
    if (row !== ABSENT) this.enlist(id, row);
  }

  async write(session: TableSession): Promise<void> {
    const written: Row[] = [];
    const removed: KeyTuple[] = [];
    for (const [id, row] of this.changed) {
      if (this.rows.get(id) === ABSENT) removed.push(tupleOf(this.table.primaryKey, row));
      else written.push(row);
    }
    if (removed.length > 0) await session.remove(this.table, removed);
    if (written.length > 0) await session.write(this.table, written);
  }

  private enlist(id: string, row: Row): void {
    for (const [{ columns }, members] of this.sets) members.get(textOf(columns, row))?.add(id);
  }

  private delist(id: string, row: Row): void {
    for (const [{ columns }, members] of this.sets) members.get(textOf(columns, row))?.delete(id);
  }

  private idOf(key: Row): string {
    for (const column of this.table.primaryKey) {
      if (key[column] === undefined) throw new TypeError(`A key of ${this.table.name} needs ${column}`);
    }
    return textOf(this.table.primaryKey, key);
  }

  private compare(a: Row, b: Row): number {
    for (const column of this.table.primaryKey) {
      if (a[column]! < b[column]!) return -1;
      if (a[column]! > b[column]!) return 1;
    }
    return 0;
  }
}

function tupleOf(columns: readonly string[], row: Row): KeyTuple {
  return columns.map((column) => row[column] as string | number);
}

function notAsked(table: TableDefinition, where: object): TypeError {
  return new TypeError(
    `Rows of ${table.name} with ${JSON.stringify(where)} are read, but keys() did not ask for them. Name them there.`,
  );
}
