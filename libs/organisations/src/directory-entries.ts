import type { ImportLine } from './directory-report.js';
import type { Identifier } from './identifier-formats.js';
import type { Particulars } from './organisation-commands.js';
import type { OrganisationKind, OrganisationLabel } from './organisation.events.js';

/** An organisation as the file shows it, gathered from all of its rows. */
export interface DirectoryEntry {
  readonly kind: OrganisationKind;
  readonly identifier: Identifier;
  /** First row that names it; null when the mapping adds it. */
  readonly row: number | null;
  /** All names it goes by, in the order of the file. */
  readonly names: string[];
  readonly label?: OrganisationLabel | undefined;
  readonly particulars: Particulars;
  readonly timeZone: string;
  /** Key of the parent in the file; undefined = the file does not say, or says two things. */
  parent?: string | undefined;
}

/** Everything a file says, with what was not taken as it stands. */
export interface DirectoryReading {
  /** By {@link entryKey}; agencies before districts before schools. */
  readonly entries: ReadonlyMap<string, DirectoryEntry>;
  readonly lines: ImportLine[];
}

/** Key of an entry: kinds and codes overlap, together they are unique. */
export function entryKey(kind: OrganisationKind, value: string): string {
  return `${kind === 'PROGRAM' ? 'SCHOOL' : kind}:${value}`;
}
