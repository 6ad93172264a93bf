/** Column types that SQLite and PostgreSQL share: text, 53-bit integer, double, boolean (0/1 on SQLite), JSON as text. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'json';

export interface Column {
  readonly type: ColumnType;
  readonly nullable?: true;
}

export type Columns = Readonly<Record<string, Column>>;

/** Plain data, as a `json` column holds it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/** One row by column name. `json` columns hold plain data here; its text form is the adapter's business. */
export type Row = Record<string, Json>;

/** The values of one row in the order of its table's columns. */
export type RowValues = readonly Json[];

/** A read table: portable, versioned with its projection, disposable. `name` is the view that readers select from. */
export interface TableDefinition<C extends Columns = Columns, N extends string = string> {
  /** snake_case, unique over all projections. */
  readonly name: N;
  readonly columns: C;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

interface ColumnValues {
  readonly text: string;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
  readonly json: Json;
}

/** The row type of a table: what its columns hold, null where a column says so. */
export type RowOf<T extends TableDefinition> = {
  -readonly [K in keyof T['columns']]:
    ColumnValues[T['columns'][K]['type']] | (T['columns'][K] extends { readonly nullable: true } ? null : never);
};

const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Declares a read table; the row type follows from the columns (`RowOf<typeof cycles>`).
 * Throws a TypeError for a name that is not snake_case, and for keys and indexes over columns that are not there.
 */
export function readTable<const C extends Columns, const N extends string>(
  definition: TableDefinition<C, N> & {
    readonly primaryKey: readonly (keyof C & string)[];
    readonly indexes?: readonly (readonly (keyof C & string)[])[];
  },
): TableDefinition<C, N> {
  const { name, columns, primaryKey, indexes = [] } = definition;
  for (const given of [name, ...Object.keys(columns)]) {
    if (!NAME.test(given)) throw new TypeError(`Not a name for a read table or column: ${JSON.stringify(given)}`);
  }
  if (/_v\d+$/.test(name)) throw new TypeError(`${name} looks like a generation of a table: choose another name`);
  if (primaryKey.length === 0) throw new TypeError(`The read table ${name} has no primary key`);
  for (const column of [...primaryKey, ...indexes.flat()]) {
    if (!Object.hasOwn(columns, column)) throw new TypeError(`The read table ${name} has no column ${column}`);
  }
  for (const column of primaryKey) {
    if (columns[column]!.nullable === true) throw new TypeError(`${name}.${column} is part of the key and nullable`);
  }
  return definition;
}
