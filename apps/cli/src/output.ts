import { SingleBar } from 'cli-progress';

/** What a verb prints: on stdout the answer alone, for people as a table, with `--json` as one document or JSON lines. */
export class Output {
  constructor(readonly json: boolean) {
    process.stdout.once('error', endWithReader);
  }

  /** One document: as it is with `--json`, else by the given rendering. */
  document(value: unknown, render: () => string): void {
    write(this.json ? `${JSON.stringify(value, null, 2)}\n` : `${render()}\n`);
  }

  /** One line of a listing: a JSON line with `--json`, else the given text. */
  line(value: unknown, render: () => string): void {
    write(this.json ? `${JSON.stringify(value)}\n` : `${render()}\n`);
  }
}

/** Says something to the person at the terminal, on stderr, never on stdout. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows under headings, columns as wide as their widest cell; the last column is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => (row[i] ?? '').length)));
  const last = headings.length - 1;
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === last ? cell : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Progress with an estimate of the time left, on stderr; silent when stderr is no terminal. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private total = -1;

  constructor(private readonly label: string) {
    if (process.stderr.isTTY) {
      const format = `${label} {bar} {percentage}% · {value}/{total} · {eta_formatted} left`;
      this.bar = new SingleBar({
        format,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: false,
        etaBuffer: 50,
      });
    }
  }

  update(done: number, total: number): void {
    if (this.total !== total) {
      this.total = total;
      this.bar?.start(total, done);
    }
    this.bar?.update(done);
  }

  end(): void {
    this.bar?.stop();
  }
}

/** Whoever reads may have seen enough (`| head`): that is no fault, and nothing is left to do. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function write(text: string): void {
  process.stdout.write(text);
}
