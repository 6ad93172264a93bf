/** Column types that SQLite and PostgreSQL share: text, 53-bit integer, double, boolean (0/1 on SQLite), JSON as text. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'json';

export interface Column {
  readonly type: ColumnType;
  readonly nullable?: true;
}

/** A read table: portable, versioned with its projection, disposable. `name` is the view that readers select from. */
export interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}
