import { createHash } from 'node:crypto';
import { DomainError } from '@waymark/kernel';
import { CsvError, parse } from 'csv-parse/sync';

/** Largest file that is read, in bytes. */
const LARGEST_FILE = 50 * 1024 * 1024;

/** One row: its line in the file (the header is line 1) and its cells by column name, without blanks around them. */
export interface CsvRow {
  readonly row: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvFile {
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** columns that look as if rows were about pupils. Codes, names and enrolment counts of schools do not match. */
const studentColumns =
  /\b(student|pupil|learner|child)[\s_-]*(id|ids|identifier|number|no|nr|code|name|uic)\b|^(uic|sasid|ssid|ssn|suid|state\s?student.*)$|\bsocial\s?security\b|\b(date\s?of\s?birth|birth\s?date|dob)\b|^(student|pupil|first\s?name|last\s?name|surname)$/;

function spaced(column: string): string {
  return column
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[\s_.-]+/g, ' ')
    .trim()
    .toLowerCase();
}

/**
 * Reads a CSV file with a header, strictly: what cannot be read whole is refused whole.
 * Throws FILE_TOO_LARGE, FILE_NOT_UTF8, FILE_MALFORMED, FILE_EMPTY, COLUMN_MISSING, COLUMN_REPEATED, STUDENT_DATA.
 */
export function readCsvFile(file: Uint8Array | string, columnsNeeded: readonly string[]): CsvFile {
  const path = ['csv'];
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  if (bytes.byteLength > LARGEST_FILE) {
    const size = (bytes.byteLength / 1024 / 1024).toFixed(0);
    throw new DomainError('FILE_TOO_LARGE', `The file has ${size} MB; 50 MB is the limit. Split it.`, {
      path,
    });
  }
  const records = parsed(textOf(bytes));
  const header = records[0]?.record.map((column) => column.trim()) ?? [];
  requireColumns(header, columnsNeeded);
  if (records.length < 2) {
    throw new DomainError('FILE_EMPTY', 'The file has a header and no row below it. Nothing was changed.', { path });
  }
  const rows = records.slice(1).map(({ record, line }) => ({
    row: line,
    cells: Object.fromEntries(header.map((column, index) => [column, record[index]!.trim()])),
  }));
  return { sha256: createHash('sha256').update(bytes).digest('hex'), columns: header, rows };
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    // eslint-disable-next-line no-control-regex -- finding it is the purpose
    if (!/[\u0000\uFFFD]/.test(text)) return text;
  } catch {
    // Falls through: it was written in another encoding, went through one on its way (U+FFFD), or is no text at all.
  }
  throw new DomainError(
    'FILE_NOT_UTF8',
    'The file is not UTF-8 text. Save it as "CSV UTF-8" and import it again. Nothing was changed.',
    { path: ['csv'] },
  );
}

function parsed(text: string): { record: string[]; line: number }[] {
  try {
    const records = parse(text, { bom: true, skip_empty_lines: true, info: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` at line ${error['lines']}` : '';
    throw new DomainError(
      'FILE_MALFORMED',
      `The file cannot be read as CSV${line}: each row needs as many cells as the header, quotes must be closed. Nothing was changed.`,
      { path: ['csv'] },
    );
  }
}

function requireColumns(header: readonly string[], needed: readonly string[]): void {
  const path = ['csv'];
  if (header.length === 0) throw new DomainError('FILE_EMPTY', 'The file is empty. Nothing was changed.', { path });
  const pupils = header.find((column) => studentColumns.test(spaced(column)));
  if (pupils !== undefined) {
    throw new DomainError(
      'STUDENT_DATA',
      `The column "${pupils.slice(0, 60)}" looks like data about single students, which this system never takes. Remove it and import again.`,
      { rule: 'R-82', path },
    );
  }
  const twice = header.find((column, index) => header.indexOf(column) !== index);
  if (twice !== undefined) {
    const message = `The column "${twice.slice(0, 60)}" stands in the header twice. Remove or rename one. Nothing was changed.`;
    throw new DomainError('COLUMN_REPEATED', message, { path });
  }
  const missing = needed.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    const names = missing.map((column) => `"${column}"`).join(', ');
    const message = `The file lacks the column ${names}. Correct the header, or the mapping. Nothing was changed.`;
    throw new DomainError('COLUMN_MISSING', message, { path });
  }
}
