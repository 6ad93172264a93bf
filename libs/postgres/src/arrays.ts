/**
 * An array in PostgreSQL's own notation, to be sent as one parameter and cast to the type of its column. The driver's way of
 * writing arrays looks at each value several times.
 */
export function arrayText(values: readonly (string | number | null)[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (i > 0) text += ',';
    text += typeof value === 'string' ? `"${escaped(value)}"` : (value ?? 'NULL');
  }
  return `${text}}`;
}

function escaped(text: string): string {
  return /["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
}
