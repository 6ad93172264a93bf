/** What can be the matter with a row, or with the file. Append only: reports and clients name them. */
export const findingKinds = [
  'COLUMN_NOT_TAKEN',
  'DATE_NOT_STATED',
  'ZEROS_RESTORED',
  'SURPLUS_ROW',
  'OTHER_NAME',
  'ROWS_DISAGREE',
  'NO_DISTRICT',
  'DISTRICT_NAME_WITHOUT_CODE',
  'SPECIAL_DISTRICT_CODE',
  'TWO_AGENCIES',
  'TWO_DISTRICTS',
  'CODE_WITH_LETTERS',
  'CODE_OF_OTHER_LENGTH',
  'LABEL_OPEN',
  'ROW_REFUSED',
  'CLOSED_IN_RECORD',
  'NOT_IN_FILE',
  'COMMAND_REFUSED',
  'CHANGED_BY_HAND',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One thing that was not taken as it stands. */
export interface ImportLine {
  /** Line in the file; null when it is about the file as a whole. */
  readonly row: number | null;
  /** Code of the organisation concerned as people write it; empty for the file as a whole. */
  readonly code: string;
  readonly what: FindingKind;
  readonly why: string;
  readonly done: string;
}

/** What the import does to one organisation. */
export interface ImportChange {
  readonly code: string;
  readonly what: 'REGISTERED' | 'NAMED' | 'DESCRIBED' | 'PLACED';
  readonly before: string | null;
  readonly after: string;
}

/** How often a kind of finding occurs: on how many lines of the report, about how many codes. */
export interface FindingCount {
  readonly what: FindingKind;
  readonly lines: number;
  readonly codes: number;
}

/** What an import did, or (dry run) would do. */
export interface ImportReport {
  readonly state: string;
  /** SHA-256 of the file. */
  readonly file: string;
  readonly rows: number;
  readonly agencies: number;
  readonly districts: number;
  readonly schools: number;
  /** Districts, schools and programs that stand under nobody. */
  readonly unplaced: number;
  /** Organisations that the record knew already exactly so. */
  readonly unchanged: number;
  readonly changes: readonly ImportChange[];
  readonly summary: readonly FindingCount[];
  readonly lines: readonly ImportLine[];
}

/** Counts per kind, in the order of {@link findingKinds}; kinds that do not occur are left out. */
export function summaryOf(lines: readonly ImportLine[]): FindingCount[] {
  const counts = new Map<FindingKind, { lines: number; codes: Set<string> }>();
  for (const { what, code } of lines) {
    const count = counts.get(what) ?? { lines: 0, codes: new Set<string>() };
    count.lines += 1;
    if (code !== '') count.codes.add(code);
    counts.set(what, count);
  }
  return findingKinds.flatMap((what) => {
    const count = counts.get(what);
    return count === undefined ? [] : [{ what, lines: count.lines, codes: count.codes.size }];
  });
}
