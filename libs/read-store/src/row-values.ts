import type { Column, ColumnType, Json, Row, TableDefinition } from './table.js';

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

/** What a statement takes for one column; U+0000 in a text becomes U+FFFD. Throws a TypeError for a value that does not fit. */
export function encodeValue(where: string, column: Column, value: Json | undefined): StoredValue {
  if (value === null || value === undefined) {
    if (column.nullable === true) return null;
    throw new TypeError(`${where} is missing`);
  }
  const encoded = ENCODERS[column.type](value);
  if (encoded === undefined) throw new TypeError(`${where} does not hold ${column.type}: ${JSON.stringify(value)}`);
  return encoded;
}

const ENCODERS: Readonly<Record<ColumnType, (value: Json) => StoredValue | undefined>> = {
  text: (value) => (typeof value === 'string' ? storableText(value) : undefined),
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  number: (value) => (Number.isFinite(value) ? (value as number) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  json: (value) => JSON.stringify(value),
};

// Neither SQLite's drivers nor PostgreSQL keep a text whole that holds U+0000.
function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

/** Encodes whole rows of one table, in the order of its columns. */
export function rowEncoder(table: TableDefinition): (row: Row) => StoredValue[] {
  const columns = Object.entries(table.columns).map(([name, column]) => {
    return { name, column, where: `${table.name}.${name}` };
  });
  const known = new Set(Object.keys(table.columns));
  const textKey = table.primaryKey.filter((column) => table.columns[column]!.type !== 'integer');
  return (row) => {
    const values = new Array<StoredValue>(columns.length);
    for (let i = 0; i < columns.length; i += 1) {
      const { name, column, where } = columns[i]!;
      values[i] = encodeValue(where, column, row[name]);
    }
    for (const name in row) if (!known.has(name)) throw new TypeError(`${table.name} has no column ${name}`);
    for (const column of textKey) assertKeyPart(table, row[column]);
    return values;
  };
}
