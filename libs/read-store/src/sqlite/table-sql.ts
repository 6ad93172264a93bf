import { physicalName } from '../row-values.js';
import type { ColumnType, Json, RowValues, TableDefinition } from '../table.js';

const SQLITE_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  boolean: 'INTEGER',
  json: 'TEXT',
};

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
export function lookupSql(table: TableDefinition, physical: string, columns: readonly string[]): string {
  const all = listed(table);
  if (columns.length === 1) {
    return `SELECT ${all} FROM "${physical}" t WHERE t."${columns[0]}" IN (SELECT value FROM json_each(?))`;
  }
  const parts = columns.map((_, index) => `value ->> ${index} AS k${index}`).join(', ');
  const match = columns.map((column, index) => `t."${column}" = k.k${index}`).join(' AND ');
  return `SELECT ${all} FROM (SELECT DISTINCT ${parts} FROM json_each(?)) k CROSS JOIN "${physical}" t ON ${match}`;
}

/** Takes the values of one key. */
export function lookupOneSql(table: TableDefinition, physical: string, columns: readonly string[]): string {
  const match = columns.map((column) => `t."${column}" = ?`).join(' AND ');
  return `SELECT ${listed(table)} FROM "${physical}" t WHERE ${match}`;
}

export function lastSql(table: TableDefinition, physical: string): string {
  const falling = table.primaryKey.map((column) => `t."${column}" DESC`).join(', ');
  return `SELECT ${listed(table)} FROM "${physical}" t ORDER BY ${falling} LIMIT 1`;
}

function listed(table: TableDefinition): string {
  return Object.keys(table.columns)
    .map((column) => `t."${column}"`)
    .join(', ');
}

export type Decoder = (value: unknown) => Json;

/** How a stored value of this type is read; undefined when it comes as it is. */
export function decoderOf(type: ColumnType): Decoder | undefined {
  if (type === 'boolean') return (value) => (value === null ? null : value === 1);
  if (type === 'json') return (value) => (value === null ? null : (JSON.parse(value as string) as Json));
  return undefined;
}

/** Turns stored values of a table, in the order of its columns, into those of its definition, in place. */
export function valuesDecoder(table: TableDefinition): (values: unknown[]) => RowValues {
  const decoders = Object.values(table.columns).flatMap(({ type }, place) => {
    const decode = decoderOf(type);
    return decode === undefined ? [] : [{ place, decode }];
  });
  return (values) => {
    for (const { place, decode } of decoders) values[place] = decode(values[place]);
    return values as unknown as RowValues;
  };
}
