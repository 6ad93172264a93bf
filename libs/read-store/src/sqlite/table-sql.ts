import { physicalName } from '../row-values.js';
import type { ColumnType, Json, Row, TableDefinition } from '../table.js';

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
export function lookupSql(physical: string, columns: readonly string[]): string {
  if (columns.length === 1) {
    return `SELECT * FROM "${physical}" WHERE "${columns[0]}" IN (SELECT value FROM json_each(?))`;
  }
  const parts = columns.map((_, index) => `value ->> ${index} AS k${index}`).join(', ');
  const match = columns.map((column, index) => `t."${column}" = k.k${index}`).join(' AND ');
  return `SELECT t.* FROM (SELECT DISTINCT ${parts} FROM json_each(?)) k CROSS JOIN "${physical}" t ON ${match}`;
}

export type Decoder = (value: unknown) => Json;

/** How a stored value of this type is read; undefined when it comes as it is. */
export function decoderOf(type: ColumnType): Decoder | undefined {
  if (type === 'boolean') return (value) => (value === null ? null : value === 1);
  if (type === 'json') return (value) => (value === null ? null : (JSON.parse(value as string) as Json));
  return undefined;
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
