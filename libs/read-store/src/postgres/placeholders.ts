const PIECES = /'(?:[^']|'')*'|"[^"]*"|\?/g;
const MOST_TEXTS = 1_000;

/** SQL texts with `?` for values, as this database wants them: `$1`, `$2`. Texts come again and again, so they are kept. */
export class Placeholders {
  private known = new Map<string, string>();

  numbered(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    let count = 0;
    const numbered = text.replace(PIECES, (piece) => (piece === '?' ? `$${(count += 1)}` : piece));
    if (this.known.size >= MOST_TEXTS) this.known = new Map();
    this.known.set(text, numbered);
    return numbered;
  }
}
