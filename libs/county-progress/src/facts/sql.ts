import type { Row } from '@waymark/read-store';

/** A piece of SQL with its parameters, to be put into other pieces. Values become parameters; only {@link raw} text does not. */
export class Sql {
  constructor(
    readonly text: string,
    readonly params: readonly (string | number)[],
  ) {}
}

/** Runs a select. Statements are cached by their text, so that constant text is prepared once. */
export interface FactsReader {
  rows(text: string, params: readonly (string | number)[]): Promise<readonly Row[]>;
}

/** SQL with values as parameters and other pieces put in: sql`a = ${value} and ${condition}`. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | string | number)[]): Sql {
  let text = strings[0]!;
  const params: (string | number)[] = [];
  values.forEach((value, index) => {
    if (value instanceof Sql) {
      text += value.text;
      params.push(...value.params);
    } else {
      text += '?';
      params.push(value);
    }
    text += strings[index + 1]!;
  });
  return new Sql(text, params);
}

/** Text that goes into SQL as it stands: names and literals of our own, never anything that came in. */
export function raw(text: string): Sql {
  return new Sql(text, []);
}

/** Pieces one after another. */
export function joined(pieces: readonly Sql[], separator: string): Sql {
  return new Sql(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.params),
  );
}

/** A list in parentheses, for `in` alone; for no values one that nothing is known to be in, of whatever type. */
export function oneOf(values: readonly (string | number)[]): Sql {
  if (values.length === 0) return raw('(null)');
  return new Sql(`(${values.map(() => '?').join(', ')})`, values);
}
