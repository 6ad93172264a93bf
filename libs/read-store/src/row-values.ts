import type { ColumnType, Json, Row, RowValues, TableDefinition } from './table.js';

/** The name of one generation of a table; readers know the view without the ending. */
export function physicalName(table: string, generation: number): string {
  return `${table}_v${generation}`;
}

/** The name of the view over a generation of a table. */
export function logicalName(physical: string): string {
  return physical.replace(/_v\d+$/, '');
}

/** What a statement takes for a column on any database: booleans as 0 and 1, JSON as text. */
export type StoredValue = null | number | string;

/** Keys are taken as they are, or not at all. Throws a TypeError for a text with U+0000, which tables cannot hold. */
export function assertKey(table: TableDefinition, key: Iterable<unknown>): void {
  for (const part of key) assertKeyPart(table, part);
}

function assertKeyPart(table: TableDefinition, part: unknown): void {
  if (typeof part === 'string' && part.includes('\0')) throw new TypeError(`A key of ${table.name} holds U+0000`);
}

/** Throws a TypeError for a column that the table does not have. */
export function assertColumns(table: TableDefinition, columns: readonly string[]): void {
  for (const column of columns) {
    if (!Object.hasOwn(table.columns, column)) throw new TypeError(`${table.name} has no column ${column}`);
  }
}

interface StoredColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
  readonly isKey: boolean;
  readonly table: TableDefinition;
}

// What a statement takes for one column; U+0000 in a text that is no key becomes U+FFFD.
function stored(column: StoredColumn, value: Json | undefined): StoredValue {
  if (value === null || value === undefined) {
    if (column.isNullable) return null;
    throw new TypeError(`${column.table.name}.${column.name} is missing`);
  }
  if (typeof value === 'string' && column.type === 'text') {
    return value.includes('\0') ? withoutNul(column, value) : value;
  }
  const fitting = fitted(column.type, value);
  if (fitting !== undefined) return fitting;
  throw new TypeError(`${column.table.name}.${column.name} does not hold ${column.type}: ${JSON.stringify(value)}`);
}

function fitted(type: ColumnType, value: Json): StoredValue | undefined {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case 'number':
      return Number.isFinite(value) ? (value as number) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined;
    case 'json':
      return JSON.stringify(value);
    case 'text':
      return undefined;
  }
}

// Neither SQLite's drivers nor PostgreSQL keep a text whole that holds U+0000.
function withoutNul(column: StoredColumn, text: string): string {
  if (column.isKey) assertKeyPart(column.table, text);
  return text.replaceAll('\0', '\uFFFD');
}

/** Turns rows of one table into what a statement takes, in the order of its columns. Each throws a TypeError for what does not fit. */
export interface RowEncoder {
  readonly ofRow: (row: Row) => readonly StoredValue[];
  readonly ofValues: (values: RowValues) => readonly StoredValue[];
}

export function rowEncoder(table: TableDefinition): RowEncoder {
  const columns = Object.entries(table.columns).map(([name, { type, nullable }]): StoredColumn => ({
    ...{ name, type, table, isNullable: nullable === true, isKey: table.primaryKey.includes(name) },
  }));
  return { ofRow: (row) => storedRow(columns, row), ofValues: (values) => storedValues(columns, values) };
}

function storedRow(columns: readonly StoredColumn[], row: Row): StoredValue[] {
  const values = new Array<StoredValue>(columns.length);
  let known = 0;
  for (let i = 0; i < columns.length; i += 1) {
    const value = row[columns[i]!.name];
    if (value !== undefined) known += 1;
    values[i] = stored(columns[i]!, value);
  }
  for (const _ in row) known -= 1;
  if (known < 0) assertColumns(columns[0]!.table, Object.keys(row));
  return values;
}

// Most rows are stored as they are; only one that is not is copied.
function storedValues(columns: readonly StoredColumn[], values: RowValues): readonly StoredValue[] {
  if (values.length !== columns.length) {
    throw new TypeError(`${columns[0]!.table.name} has ${columns.length} columns, and not ${values.length}`);
  }
  let changed: StoredValue[] | undefined;
  for (let i = 0; i < columns.length; i += 1) {
    const value = stored(columns[i]!, values[i]);
    if (value !== values[i]) (changed ??= [...(values as readonly StoredValue[])])[i] = value;
  }
  return changed ?? (values as readonly StoredValue[]);
}

/** The row by column name. */
export function rowOf(columns: readonly string[], values: RowValues): Row {
  const row: Row = {};
  for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = values[i]!;
  return row;
}
