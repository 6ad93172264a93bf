import type { CivilDate, OrganisationId, Organisations } from '@waymark/kernel';
import type { CsvFile } from '@waymark/nest-kit';
import type { DirectoryMapping } from './directory-mapping.js';
import { type DirectoryEntry, entryKey } from './directory-entries.js';
import { readDirectory } from './directory-reading.js';
import { type ImportChange, type ImportLine, type ImportReport, summaryOf } from './directory-report.js';
import { organisationIdOf, writtenCode } from './identifier-formats.js';
import type { Particulars, RegisterOrganisationData } from './organisation-commands.js';
import type { KnownOrganisation } from './known-organisations.js';
import type { OrganisationBasis } from './organisation.basis.js';
import type { OrganisationKind, OrganisationLabel } from './organisation.events.js';
import type { HandMember } from './organisation.projection.js';
import { tagsAlone, tagsUnder } from './organisation-guards.js';
import { sameParticulars } from './organisation-state.js';

/** One command to be run. Tag keys and circumstances are added by whoever runs it. */
export type PlannedCommand = {
  /** Commands of a lower wave come first: agencies, then districts, then schools. */
  readonly wave: 0 | 1 | 2;
  readonly row: number | null;
  readonly code: string;
  readonly organisationId: OrganisationId;
  readonly version: number;
  readonly about: Organisations;
} & (
  | { readonly type: 'REGISTER'; readonly data: Omit<RegisterOrganisationData, 'tagKey'> }
  | { readonly type: 'NAME'; readonly name: string }
  | { readonly type: 'DESCRIBE'; readonly data: Particulars & { readonly label?: OrganisationLabel | undefined } }
  | {
      readonly type: 'PLACE';
      readonly parent: OrganisationBasis;
      readonly former: OrganisationBasis | undefined;
      readonly effectiveOn: CivilDate | undefined;
    }
);

export interface ImportPlan {
  readonly commands: readonly PlannedCommand[];
  readonly report: ImportReport;
}

export interface ImportSetting {
  readonly file: CsvFile;
  readonly mapping: DirectoryMapping;
  /** The organisations of the mapping's state that the record knows. */
  readonly known: readonly KnownOrganisation[];
  /** From which day a change of parent counts; the day of the import when absent. */
  readonly effectiveOn?: CivilDate | undefined;
  /** What was entered by hand comes back to the file as well. */
  readonly takeFile?: boolean | undefined;
}

const waves: Readonly<Record<OrganisationKind, 0 | 1 | 2>> = {
  STATE_AGENCY: 0,
  TA_PROVIDER: 0,
  SERVICE_AGENCY: 0,
  DISTRICT: 1,
  SCHOOL: 2,
  PROGRAM: 2,
};

/**
 * Compares what a directory says with what the record knows: the commands that bring the record there, and the report.
 * Pure: the same file on the same record plans nothing; a changed row plans the commands of that change and no others.
 * An organisation that the file no longer lists is reported and left alone, and so is what was entered by hand, unless the file is
 * to be taken.
 */
export function planDirectoryImport(setting: ImportSetting): ImportPlan {
  const { entries, lines } = readDirectory(setting.file, setting.mapping);
  const planner = new Planner(setting, entries);
  for (const [key, entry] of entries) planner.compare(key, entry);
  planner.reportMissing();
  const all = [...lines, ...planner.lines].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  const count = (...kinds: OrganisationKind[]) =>
    [...entries.values()].filter(({ kind }) => kinds.includes(kind)).length;
  const unplaced = [...entries.values()].filter(
    ({ kind, parent }) => parent === undefined && ['DISTRICT', 'SCHOOL', 'PROGRAM'].includes(kind),
  ).length;
  return {
    commands: planner.commands.sort((a, b) => a.wave - b.wave),
    report: {
      state: setting.mapping.state,
      file: setting.file.sha256,
      rows: setting.file.rows.length,
      agencies: count('SERVICE_AGENCY'),
      districts: count('DISTRICT'),
      schools: count('SCHOOL', 'PROGRAM'),
      unplaced,
      unchanged: planner.unchanged,
      changes: planner.changes,
      summary: summaryOf(all),
      lines: all,
    },
  };
}

class Planner {
  readonly commands: PlannedCommand[] = [];
  readonly changes: ImportChange[] = [];
  readonly lines: ImportLine[] = [];
  unchanged = 0;
  private readonly known: ReadonlyMap<string, KnownOrganisation>;
  private readonly ids = new Map<string, OrganisationId>();
  private readonly knownById: ReadonlyMap<OrganisationId, KnownOrganisation>;

  constructor(
    private readonly setting: ImportSetting,
    private readonly entries: ReadonlyMap<string, DirectoryEntry>,
  ) {
    this.known = new Map(setting.known.flatMap((one) => one.values.map((value) => [entryKey(one.kind, value), one])));
    this.knownById = new Map(setting.known.map((one) => [one.organisationId, one]));
  }

  compare(key: string, entry: DirectoryEntry): void {
    const known = this.known.get(key);
    if (known === undefined) return this.register(key, entry);
    if (known.lastDay !== undefined) {
      const why = `The record closes it on ${known.lastDay}; the file still lists it.`;
      this.lines.push(this.line(entry, 'CLOSED_IN_RECORD', why, 'Left as it stands in the record.'));
      return;
    }
    const before = this.commands.length + this.lines.length;
    this.rename(key, entry, known);
    this.describe(key, entry, known);
    this.move(key, entry, known);
    if (this.commands.length + this.lines.length === before) this.unchanged += 1;
  }

  /** What the record has and the file has not. */
  reportMissing(): void {
    for (const known of this.setting.known) {
      const isListed = known.values.some((value) => this.entries.has(entryKey(known.kind, value)));
      if (isListed || known.lastDay !== undefined) continue;
      this.lines.push({
        row: null,
        code: this.code(known.kind, known.values[0]),
        what: 'NOT_IN_FILE',
        why: `${known.name} is in the record and not in the file.`,
        done: 'Left open: a missing row is no closing. Close it by hand if it ended.',
      });
    }
  }

  private register(key: string, entry: DirectoryEntry): void {
    const { mapping } = this.setting;
    const parent = this.basisOf(entry.parent);
    const { kind, identifier, label, particulars, timeZone } = entry;
    const name = entry.names[0]!;
    this.commands.push({
      ...this.frame(key, entry),
      type: 'REGISTER',
      data: {
        ...{ state: mapping.state, kind, label, name, timeZone },
        ...{ identifiers: [identifier], effectiveOn: mapping.standingSince.on, parent },
        ...particulars,
      },
    });
    const under = parent === undefined ? '' : `, under ${parent.name}`;
    this.change(entry, 'REGISTERED', null, `${name}${under}`);
  }

  private rename(key: string, entry: DirectoryEntry, known: KnownOrganisation): void {
    if (entry.names.includes(known.name)) return;
    const name = entry.names[0]!;
    if (this.isKept(entry, known, 'name', known.name, name)) return;
    this.commands.push({ ...this.frame(key, entry), type: 'NAME', name });
    this.change(entry, 'NAMED', known.name, name);
  }

  /** What the file has no column or no cell for stays as the record has it; a label the file leaves open as well. */
  private describe(key: string, entry: DirectoryEntry, known: KnownOrganisation): void {
    const particulars = { ...known.particulars };
    for (const [member, text] of Object.entries(entry.particulars) as [keyof Particulars, string][]) {
      if (!this.isKept(entry, known, member, known.particulars[member], text)) particulars[member] = text;
    }
    const isLabelKept = this.isKept(entry, known, 'label', known.label, entry.label ?? known.label);
    const label = isLabelKept ? known.label : (entry.label ?? known.label);
    if (label === known.label && sameParticulars(particulars, known.particulars)) return;
    this.commands.push({ ...this.frame(key, entry), type: 'DESCRIBE', data: { ...particulars, label } });
    this.change(entry, 'DESCRIBED', said(known.label, known.particulars), said(label, particulars));
  }

  private move(key: string, entry: DirectoryEntry, known: KnownOrganisation): void {
    const parent = this.basisOf(entry.parent);
    if (parent === undefined || parent.organisationId === known.parentId) return;
    const former = known.parentId === undefined ? undefined : this.knownById.get(known.parentId);
    if (this.isKept(entry, known, 'parent', former?.name, parent.name)) return;
    const { effectiveOn, mapping } = this.setting;
    this.commands.push({
      ...this.frame(key, entry),
      type: 'PLACE',
      parent,
      former: former && this.formerBasis(former),
      // A first placement counts as long as the organisation does, as if it had been placed when it was registered.
      effectiveOn: known.parentId === undefined ? mapping.standingSince.on : effectiveOn,
    });
    this.change(entry, 'PLACED', former?.name ?? null, parent.name);
  }

  /** Whether the record stays as it is although the file says something else, because somebody entered it by hand; reported then. */
  private isKept(
    entry: DirectoryEntry,
    known: KnownOrganisation,
    member: keyof typeof written,
    recorded: string | undefined,
    inFile: string | undefined,
  ): boolean {
    const { column, word } = written[member];
    if (recorded === inFile || this.setting.takeFile === true || !known.byHand.has(column)) return false;
    const has = recorded === undefined ? 'was taken back' : `"${recorded}" was entered`;
    const why = `The ${word} ${has} by hand; the file says "${inFile ?? ''}".`;
    this.lines.push(
      this.line(
        entry,
        'CHANGED_BY_HAND',
        why,
        "Left as the record has it. To take the file's side, import with takeFile.",
      ),
    );
    return true;
  }

  private frame(key: string, entry: DirectoryEntry) {
    const organisationId = this.idOf(key, entry);
    const parent = this.basisOf(entry.parent);
    const self = { organisationId, kind: entry.kind };
    return {
      wave: waves[entry.kind],
      row: entry.row,
      code: this.code(entry.kind, entry.identifier.value),
      organisationId,
      version: this.known.get(key)?.version ?? 0,
      about: parent === undefined ? tagsAlone(self) : tagsUnder(self, parent),
    };
  }

  private idOf(key: string, entry: DirectoryEntry): OrganisationId {
    let id = this.ids.get(key) ?? this.known.get(key)?.organisationId;
    id ??= organisationIdOf(this.setting.mapping.state, entry.kind, entry.identifier);
    this.ids.set(key, id);
    return id;
  }

  /** A parent as the file and the record show it together. */
  private basisOf(key: string | undefined): OrganisationBasis | undefined {
    const entry = key === undefined ? undefined : this.entries.get(key);
    if (entry === undefined || key === undefined) return undefined;
    const known = this.known.get(key);
    const { kind } = entry;
    const organisationId = this.idOf(key, entry);
    const agencyId = kind === 'SERVICE_AGENCY' ? organisationId : this.basisOf(entry.parent)?.organisationId;
    const name = known?.name ?? entry.names[0]!;
    return { organisationId, state: this.setting.mapping.state, kind, name, lastDay: known?.lastDay, agencyId };
  }

  /** The parent that an organisation leaves, as the record has it. */
  private formerBasis({ organisationId, kind, name, lastDay, parentId }: KnownOrganisation): OrganisationBasis {
    const agencyId = kind === 'DISTRICT' ? parentId : organisationId;
    return { organisationId, state: this.setting.mapping.state, kind, name, lastDay, agencyId };
  }

  private code(kind: OrganisationKind, value: string): string {
    return writtenCode(this.setting.mapping.state, kind, value);
  }

  private line(entry: DirectoryEntry, what: ImportLine['what'], why: string, done: string): ImportLine {
    return { row: entry.row, code: this.code(entry.kind, entry.identifier.value), what, why, done };
  }

  private change(entry: DirectoryEntry, what: ImportChange['what'], before: string | null, after: string): void {
    this.changes.push({ code: this.code(entry.kind, entry.identifier.value), what, before, after });
  }
}

/** What a directory says about an organisation: the mark in the record, and the word for people. */
const written = {
  name: { column: 'name', word: 'name' },
  label: { column: 'label', word: 'label' },
  city: { column: 'city', word: 'city' },
  postalCode: { column: 'postal_code', word: 'postal code' },
  gradeLevels: { column: 'grade_levels', word: 'grade levels' },
  locale: { column: 'locale', word: 'locale' },
  parent: { column: 'parent', word: 'parent' },
} as const satisfies Record<string, { column: HandMember; word: string }>;

function said(label: OrganisationLabel | undefined, particulars: Particulars): string {
  const { city, postalCode, gradeLevels, locale } = particulars;
  return [label, city, postalCode, gradeLevels, locale].filter((text) => text !== undefined).join('; ');
}
