import type { CsvFile, CsvRow } from '@waymark/nest-kit';
import { columnsTaken, type DirectoryLevel, type DirectoryMapping } from './directory-mapping.js';
import { type DirectoryEntry, type DirectoryReading, entryKey } from './directory-entries.js';
import type { FindingKind, ImportLine } from './directory-report.js';
import { hasForm, writtenCode } from './identifier-formats.js';
import type { Particulars } from './organisation-commands.js';
import type { OrganisationKind } from './organisation.events.js';
import { sameParticulars } from './organisation-state.js';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

interface Cells {
  readonly row: number;
  readonly agency: string;
  readonly district: string;
  readonly school: string;
  readonly agencyName: string;
  readonly districtName: string;
  readonly schoolName: string;
  readonly particulars: Particulars;
}

/** Reads the rows of a file by its mapping: pure, the same file gives the same reading. */
export function readDirectory(file: CsvFile, mapping: DirectoryMapping): DirectoryReading {
  const reading = new Reading(mapping);
  reading.fileFindings(file);
  for (const row of file.rows) reading.take(row);
  return reading.finish();
}

class Reading {
  private readonly agencies = new Map<string, DirectoryEntry>();
  private readonly districts = new Map<string, DirectoryEntry>();
  private readonly schools = new Map<string, DirectoryEntry>();
  private readonly lines: ImportLine[] = [];
  /** Districts in the rows: which agency each row puts them under. */
  private readonly agenciesOf = new Map<string, { row: number; agency: string }[]>();

  constructor(private readonly mapping: DirectoryMapping) {}

  fileFindings({ columns }: CsvFile): void {
    const { mapping } = this;
    const taken = columnsTaken(mapping);
    for (const column of columns.filter((name) => !taken.includes(name))) {
      const why = mapping.notTaken[column] ?? 'The mapping does not name this column.';
      this.note(null, '', 'COLUMN_NOT_TAKEN', `${column}: ${why}`, 'Left out.');
    }
    const { on, why } = mapping.standingSince;
    this.note(null, '', 'DATE_NOT_STATED', why, `New organisations count from ${on} on.`);
  }

  take({ row, cells }: CsvRow): void {
    const { columns } = this.mapping;
    const cell = (column: string | undefined) => (column === undefined ? '' : (cells[column] ?? ''));
    const read: Cells = {
      row,
      agency: this.padded('agency', cell(columns.agencyCode)),
      district: this.padded('district', cell(columns.districtCode)),
      school: this.padded('school', cell(columns.schoolCode)),
      agencyName: cell(columns.agencyName),
      districtName: cell(columns.districtName),
      schoolName: cell(columns.schoolName),
      particulars: this.particulars(cell),
    };
    const wrong = this.whatIsWrong(read, Object.values(cells));
    if (wrong !== undefined) {
      this.note(row, this.written('SCHOOL', read.school), 'ROW_REFUSED', wrong, 'The row was not taken.');
      return;
    }
    const raw = [cell(columns.agencyCode), cell(columns.districtCode), cell(columns.schoolCode)];
    this.takeAgency(read);
    const parent = this.takeDistrict(read);
    this.takeSchool(read, parent);
    this.noteZeros(read, raw);
  }

  finish(): DirectoryReading {
    this.decideAgencies();
    for (const [code, entry] of this.districts) {
      const why = 'The file does not say whether it is a local district or a public school academy; codes do not tell.';
      this.note(entry.row, this.written('DISTRICT', code), 'LABEL_OPEN', why, 'The label stays open.');
    }
    const besides = this.mapping.besides.map(({ kind, code, name }): [string, DirectoryEntry] => [
      entryKey(kind, code),
      {
        kind,
        identifier: { scheme: 'LOCAL', value: code },
        row: null,
        names: [name],
        particulars: {},
        timeZone: this.mapping.timeZone,
      },
    ]);
    const keyed = (entries: ReadonlyMap<string, DirectoryEntry>) =>
      [...entries].map(([code, entry]): [string, DirectoryEntry] => [entryKey(entry.kind, code), entry]);
    const entries = new Map([...besides, ...keyed(this.agencies), ...keyed(this.districts), ...keyed(this.schools)]);
    const lines = this.lines.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0));
    return { entries, lines };
  }

  private note(row: number | null, code: string, what: FindingKind, why: string, done: string): void {
    this.lines.push({ row, code, what, why, done });
  }

  private written(kind: OrganisationKind, value: string): string {
    return value === '' ? '' : writtenCode(this.mapping.state, kind, value);
  }

  private padded(level: DirectoryLevel, code: string): string {
    const { width } = this.mapping.codes[level];
    return /^\d+$/.test(code) ? code.padStart(width, '0') : code;
  }

  private particulars(cell: (column: string | undefined) => string): Particulars {
    const { city, postalCode, gradeLevels, locale } = this.mapping.columns;
    const known = Object.entries({ city, postalCode, gradeLevels, locale }).map(([member, column]) => [
      member,
      cell(column),
    ]);
    return Object.fromEntries(known.filter(([, text]) => text !== '')) as Particulars;
  }

  private whatIsWrong(read: Cells, cells: readonly string[]): string | undefined {
    const { codes } = this.mapping;
    if (!hasForm(codes.agency.scheme, read.agency)) return `"${read.agency}" is not a code of an agency.`;
    if (read.agencyName === '') return 'The agency has no name.';
    if (!hasForm('LOCAL', read.school)) return `"${read.school.slice(0, 60)}" is not a code of a school.`;
    if (read.schoolName === '') return 'The school has no name.';
    if (cells.some((cell) => CONTROL.test(cell))) return 'A cell holds control characters.';
    if (cells.some((cell) => cell.length > 200)) return 'A cell has more than 200 characters.';
    return undefined;
  }

  private takeAgency({ row, agency, agencyName }: Cells): void {
    const entry = this.agencies.get(agency);
    if (entry !== undefined) {
      this.noteName(entry, agencyName, row, agency);
      return;
    }
    const { labels, timeZone, timeZones, codes } = this.mapping;
    const label = labels.find(({ nameEnds }) => agencyName.endsWith(nameEnds))?.label;
    if (label === undefined) {
      const why = `The name "${agencyName}" does not say what kind of service agency it is.`;
      this.note(row, this.written('SERVICE_AGENCY', agency), 'LABEL_OPEN', why, 'The label stays open.');
    }
    this.agencies.set(agency, {
      kind: 'SERVICE_AGENCY',
      identifier: { scheme: codes.agency.scheme, value: agency },
      row,
      names: [agencyName],
      label,
      particulars: {},
      timeZone: timeZones[agency] ?? timeZone,
    });
  }

  /** The key under which the row's school stands; undefined when it stands under nobody. */
  private takeDistrict(read: Cells): string | undefined {
    const { row, agency, district, districtName } = read;
    const { codes, timeZone, timeZones } = this.mapping;
    const code = this.written('SCHOOL', read.school);
    if (district === '') return this.withoutDistrictCode(read, code);
    if (!hasForm(codes.district.scheme, district) || districtName === '') return this.specialDistrict(read, code);
    const entry = this.districts.get(district);
    if (entry === undefined) {
      this.districts.set(district, {
        kind: 'DISTRICT',
        identifier: { scheme: codes.district.scheme, value: district },
        row,
        names: [districtName],
        particulars: {},
        timeZone: timeZones[agency] ?? timeZone,
      });
    } else {
      this.noteName(entry, districtName, row, district);
    }
    const places = this.agenciesOf.get(district) ?? [];
    places.push({ row, agency });
    this.agenciesOf.set(district, places);
    return entryKey('DISTRICT', district);
  }

  private withoutDistrictCode({ row, agency, districtName }: Cells, code: string): string | undefined {
    if (districtName === '') {
      const why = 'The row names no district.';
      this.note(row, code, 'NO_DISTRICT', why, `Taken as run by the agency ${agency} itself (R-05).`);
      return entryKey('SERVICE_AGENCY', agency);
    }
    const why = `The row names the district "${districtName}" without a code; a name is no identity.`;
    this.note(row, code, 'DISTRICT_NAME_WITHOUT_CODE', why, 'Registered, placed under nobody.');
    return undefined;
  }

  private specialDistrict({ row, agency, district, districtName }: Cells, code: string): string | undefined {
    const decided = this.mapping.specialDistrictCodes.find((special) => special.code === district);
    const found = `"${district}" (${districtName}) stands where a district code belongs.`;
    if (decided?.as === 'AGENCY_RUN') {
      const done = `Taken as run by the agency ${agency} itself, as the mapping decides.`;
      this.note(row, code, 'SPECIAL_DISTRICT_CODE', `${found} ${decided.why}`, done);
      return entryKey('SERVICE_AGENCY', agency);
    }
    const why = decided === undefined ? `${found} The mapping does not decide.` : `${found} ${decided.why}`;
    this.note(row, code, 'SPECIAL_DISTRICT_CODE', why, 'Registered, placed under nobody.');
    return undefined;
  }

  private takeSchool(read: Cells, parent: string | undefined): void {
    const { row, school, schoolName, particulars, agency } = read;
    const kind = this.mapping.programs.includes(school) ? 'PROGRAM' : 'SCHOOL';
    const code = this.written(kind, school);
    const entry = this.schools.get(school);
    if (entry === undefined) {
      const { codes, timeZone, timeZones } = this.mapping;
      const usual = hasForm(codes.school.scheme, school);
      if (!usual) this.noteUnusualCode(row, code, school);
      this.schools.set(school, {
        kind,
        identifier: { scheme: usual ? codes.school.scheme : 'LOCAL', value: school },
        row,
        names: [schoolName],
        particulars,
        timeZone: timeZones[agency] ?? timeZone,
        parent,
      });
      return;
    }
    const why = `Row ${entry.row} has the same school code.`;
    this.note(row, code, 'SURPLUS_ROW', why, `Counted once, as in row ${entry.row}.`);
    this.noteName(entry, schoolName, row, school);
    if (!sameParticulars(entry.particulars, particulars)) {
      const differs = `City, postal code, grades or locale differ from row ${entry.row}.`;
      this.note(row, code, 'ROWS_DISAGREE', differs, `Those of row ${entry.row} were taken.`);
    }
    if (entry.parent !== parent) {
      const differs = `Row ${entry.row} puts the school elsewhere.`;
      this.note(row, code, 'TWO_DISTRICTS', differs, 'Registered, placed under nobody.');
      entry.parent = undefined;
    }
  }

  private noteName(entry: DirectoryEntry, name: string, row: number, value: string): void {
    if (name === entry.names[0]) return;
    if (!entry.names.includes(name)) entry.names.push(name);
    const why = `The same code goes by "${entry.names[0]}" (row ${entry.row}) and by "${name}".`;
    const done = 'The name in the record stays if it is one of these, else the first one is taken.';
    this.note(row, this.written(entry.kind, value), 'OTHER_NAME', why, done);
  }

  private noteUnusualCode(row: number, code: string, school: string): void {
    const digits = /^\d+$/.test(school);
    const { width, scheme } = this.mapping.codes.school;
    const why = digits
      ? `The code has ${school.length} digits; ${scheme} has ${width} (R-01).`
      : `The code holds letters; ${scheme} has ${width} digits (R-01).`;
    const done = 'Registered with the code as a LOCAL identifier.';
    this.note(row, code, digits ? 'CODE_OF_OTHER_LENGTH' : 'CODE_WITH_LETTERS', why, done);
  }

  private noteZeros(read: Cells, raw: readonly string[]): void {
    const padded = [read.agency, read.district, read.school];
    const changed = raw.flatMap((code, index) => (code === padded[index] ? [] : [`${code} → ${padded[index]}`]));
    if (changed.length === 0) return;
    const why = 'Codes have lost their leading zeros.';
    this.note(read.row, this.written('SCHOOL', read.school), 'ZEROS_RESTORED', why, `${changed.join(', ')}.`);
  }

  /** a district stands under the agency that all of its rows name, or that the mapping decides; else under nobody. */
  private decideAgencies(): void {
    for (const [district, places] of this.agenciesOf) this.decideAgency(district, places);
  }

  private decideAgency(district: string, places: readonly { readonly row: number; readonly agency: string }[]): void {
    const entry = this.districts.get(district)!;
    const agencies = [...new Set(places.map(({ agency }) => agency))];
    const decided = this.mapping.districts.find((decision) => decision.district === district);
    const only = agencies.length === 1 ? agencies[0]! : '';
    const { agency, why: reason } = decided ?? { agency: only, why: 'The mapping does not decide (R-03).' };
    const isThere = this.agencies.has(agency);
    entry.parent = isThere ? entryKey('SERVICE_AGENCY', agency) : undefined;
    const why = `The file puts district ${district} under ${agencies.join(' and ')}. ${reason}`;
    const done = isThere ? `Placed under ${agency}.` : 'Registered, placed under nobody.';
    for (const { row, agency: named } of places) {
      if (named !== agency) this.note(row, this.written('DISTRICT', district), 'TWO_AGENCIES', why, done);
    }
  }
}
