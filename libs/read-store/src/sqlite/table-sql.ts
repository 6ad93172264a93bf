import type { Column, ColumnType, Json, Row, TableDefinition } from '../table.js';
import type { SqliteValue } from './driver.js';

const SQLITE_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  boolean: 'INTEGER',
  json: 'TEXT',
};

/** The name of one generation of a table; readers know the view without the ending. */
export function physicalName(table: string, generation: number): string {
  return `${table}_v${generation}`;
}

/** The name of the view over a generation of a table. */
export function logicalName(physical: string): string {
  return physical.replace(/_v\d+$/, '');
}

export function createTableSql(table: TableDefinition, generation: number): string {
  const name = physicalName(table.name, generation);
  const columns = Object.entries(table.columns).map(
    ([column, { type, nullable }]) => `"${column}" ${SQLITE_TYPES[type]}${nullable === true ? '' : ' NOT NULL'}`,
  );
  const key = table.primaryKey.map((column) => `"${column}"`).join(', ');
  const isRowId = table.primaryKey.length === 1 && table.columns[table.primaryKey[0]!]!.type === 'integer';
  // Long rows inside the tree of the key make it deep, and each look-up walks past them.
  const isLong = Object.values(table.columns).some(({ type }) => type === 'json');
  return `CREATE TABLE "${name}" (${columns.join(', ')}, PRIMARY KEY (${key})) STRICT${isRowId || isLong ? '' : ', WITHOUT ROWID'}`;
}

/** The indexes of one generation of a table beside its key, by name. */
export function createIndexSql(table: TableDefinition, generation: number): ReadonlyMap<string, string> {
  const physical = physicalName(table.name, generation);
  return new Map(
    (table.indexes ?? []).map((columns) => {
      const name = `${physical}_${columns.join('_')}`;
      return [name, `CREATE INDEX "${name}" ON "${physical}" (${columns.map((c) => `"${c}"`).join(', ')})`];
    }),
  );
}

export function upsertSql(table: TableDefinition, physical: string): string {
  const columns = Object.keys(table.columns);
  const quoted = columns.map((column) => `"${column}"`).join(', ');
  const key = table.primaryKey.map((column) => `"${column}"`).join(', ');
  const rest = columns.filter((column) => !table.primaryKey.includes(column));
  const update = rest.map((column) => `"${column}" = excluded."${column}"`).join(', ');
  const conflict = rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${update}`;
  const marks = columns.map(() => '?').join(', ');
  return `INSERT INTO "${physical}" (${quoted}) VALUES (${marks}) ON CONFLICT (${key}) ${conflict}`;
}

export function deleteSql(table: TableDefinition, physical: string): string {
  return `DELETE FROM "${physical}" WHERE ${table.primaryKey.map((column) => `"${column}" = ?`).join(' AND ')}`;
}

/** One JSON array of keys as the only parameter, so that the text is the same for any number of keys. */
export function lookupSql(physical: string, columns: readonly string[]): string {
  if (columns.length === 1) {
    return `SELECT * FROM "${physical}" WHERE "${columns[0]}" IN (SELECT value FROM json_each(?))`;
  }
  const parts = columns.map((_, index) => `value ->> ${index} AS k${index}`).join(', ');
  const match = columns.map((column, index) => `t."${column}" = k.k${index}`).join(' AND ');
  return `SELECT t.* FROM (SELECT DISTINCT ${parts} FROM json_each(?)) k CROSS JOIN "${physical}" t ON ${match}`;
}

/** Keys are taken as they are, or not at all. Throws a TypeError for a text with U+0000, which tables cannot hold. */
export function assertKey(table: TableDefinition, key: Iterable<unknown>): void {
  for (const part of key) assertKeyPart(table, part);
}

function assertKeyPart(table: TableDefinition, part: unknown): void {
  if (typeof part === 'string' && part.includes('\0')) throw new TypeError(`A key of ${table.name} holds U+0000`);
}

/** What a statement takes for one column; U+0000 in a text becomes U+FFFD. Throws a TypeError for a value that does not fit. */
export function encodeValue(where: string, column: Column, value: Json | undefined): SqliteValue {
  if (value === null || value === undefined) {
    if (column.nullable === true) return null;
    throw new TypeError(`${where} is missing`);
  }
  const encoded = ENCODERS[column.type](value);
  if (encoded === undefined) throw new TypeError(`${where} does not hold ${column.type}: ${JSON.stringify(value)}`);
  return encoded;
}

const ENCODERS: Readonly<Record<ColumnType, (value: Json) => SqliteValue | undefined>> = {
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

export type Decoder = (value: unknown) => Json;

/** How a stored value of this type is read; undefined when it comes as it is. */
export function decoderOf(type: ColumnType): Decoder | undefined {
  if (type === 'boolean') return (value) => (value === null ? null : value === 1);
  if (type === 'json') return (value) => (value === null ? null : (JSON.parse(value as string) as Json));
  return undefined;
}

/** Encodes whole rows of one table, in the order of its columns. */
export function rowEncoder(table: TableDefinition): (row: Row) => SqliteValue[] {
  const columns = Object.entries(table.columns).map(([name, column]) => {
    return { name, column, where: `${table.name}.${name}` };
  });
  const known = new Set(Object.keys(table.columns));
  const textKey = table.primaryKey.filter((column) => table.columns[column]!.type !== 'integer');
  return (row) => {
    const values = new Array<SqliteValue>(columns.length);
    for (let i = 0; i < columns.length; i += 1) {
      const { name, column, where } = columns[i]!;
      values[i] = encodeValue(where, column, row[name]);
    }
    for (const name in row) if (!known.has(name)) throw new TypeError(`${table.name} has no column ${name}`);
    for (const column of textKey) assertKeyPart(table, row[column]);
    return values;
  };
}

/** Turns the rows of a select over one table into rows of its definition, in place. */
export function rowDecoder(table: TableDefinition): (rows: unknown[]) => Row[] {
  const decoders = Object.entries(table.columns).flatMap(([name, { type }]) => {
    const decode = decoderOf(type);
    return decode === undefined ? [] : [{ name, decode }];
  });
  return (rows) => {
    for (const row of rows as Record<string, Json>[]) {
      for (const { name, decode } of decoders) row[name] = decode(row[name]);
    }
    return rows as Row[];
  };
}
