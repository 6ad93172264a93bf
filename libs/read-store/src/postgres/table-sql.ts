import type { KeyTuple } from '../projection.js';
import { physicalName } from '../row-values.js';
import type { ColumnType, TableDefinition } from '../table.js';

/** Texts are ordered and compared by their bytes, as SQLite does it, whatever language the database speaks. */
const POSTGRES_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text COLLATE "C"',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  // Kept as it was written; jsonb would put members in an order of its own.
  json: 'json',
};

function arrayType(type: ColumnType): string {
  return `${POSTGRES_TYPES[type].split(' COLLATE')[0]}[]`;
}

function list(columns: readonly string[], of = ''): string {
  return columns.map((column) => `${of}"${column}"`).join(', ');
}

export function createTableSql(table: TableDefinition, generation: number): string {
  const columns = Object.entries(table.columns).map(
    ([column, { type, nullable }]) => `"${column}" ${POSTGRES_TYPES[type]}${nullable === true ? '' : ' NOT NULL'}`,
  );
  const name = physicalName(table.name, generation);
  return `CREATE TABLE "${name}" (${columns.join(', ')}, PRIMARY KEY (${list(table.primaryKey)}))`;
}

/** The indexes of one generation of a table beside its key, by name. Numbered, since names are cut off after 63 bytes. */
export function createIndexSql(table: TableDefinition, generation: number): ReadonlyMap<string, string> {
  const physical = physicalName(table.name, generation);
  return new Map(
    (table.indexes ?? []).map((columns, index) => {
      const name = `${physical}_${index + 1}`;
      return [name, `CREATE INDEX "${name}" ON "${physical}" (${list(columns)})`];
    }),
  );
}

/** Takes one array per column. No key may stand in it twice. */
export function upsertSql(table: TableDefinition, physical: string): string {
  const columns = Object.keys(table.columns);
  const arrays = columns.map((column, index) => `$${index + 1}::${arrayType(table.columns[column]!.type)}`);
  const rest = columns.filter((column) => !table.primaryKey.includes(column));
  const update = rest.map((column) => `"${column}" = excluded."${column}"`).join(', ');
  return `INSERT INTO "${physical}" (${list(columns)}) SELECT * FROM unnest(${arrays.join(', ')})
    ON CONFLICT (${list(table.primaryKey)}) ${rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${update}`}`;
}

/** Takes one array per column of the key. */
export function deleteSql(table: TableDefinition, physical: string): string {
  return `DELETE FROM "${physical}" t USING ${keys(table, table.primaryKey)} WHERE ${match(table.primaryKey)}`;
}

/** Takes one array per column. */
export function lookupSql(table: TableDefinition, physical: string, columns: readonly string[]): string {
  const all = list(Object.keys(table.columns), 't.');
  if (columns.length === 1) {
    return `SELECT ${all} FROM "${physical}" t WHERE t."${columns[0]}" = ANY($1::${arrayType(table.columns[columns[0]!]!.type)})`;
  }
  return `SELECT ${all} FROM (SELECT DISTINCT * FROM ${keys(table, columns)}) k JOIN "${physical}" t ON ${match(columns)}`;
}

export function lastSql(table: TableDefinition, physical: string): string {
  const falling = table.primaryKey.map((column) => `t."${column}" DESC`).join(', ');
  return `SELECT ${list(Object.keys(table.columns), 't.')} FROM "${physical}" t ORDER BY ${falling} LIMIT 1`;
}

/** The tuples as one list of values per place. */
export function columnsOf(tuples: readonly KeyTuple[], width: number): (string | number)[][] {
  return Array.from({ length: width }, (_, place) => tuples.map((tuple) => tuple[place]!));
}

function keys(table: TableDefinition, columns: readonly string[]): string {
  const arrays = columns.map((column, index) => `$${index + 1}::${arrayType(table.columns[column]!.type)}`);
  return `unnest(${arrays.join(', ')}) AS k(${columns.map((_, index) => `k${index}`).join(', ')})`;
}

function match(columns: readonly string[]): string {
  return columns.map((column, index) => `t."${column}" = k.k${index}`).join(' AND ');
}
