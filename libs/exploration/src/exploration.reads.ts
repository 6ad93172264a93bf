import { Injectable } from '@nestjs/common';
import {
  believed,
  type CivilDate,
  DomainError,
  type Entry,
  type OrganisationId,
  type SchoolYear,
} from '@waymark/kernel';
import { ReadDatabase, type RowOf, type TablesOf } from '@waymark/read-store';
import type { LeadershipCommitment } from './exploration-cycle-commands.js';
import type { ItemContent, NeedContent } from './exploration-cycle-state.js';
import {
  commitmentTable,
  type CyclePhase,
  type CycleRow,
  type cycleTable,
  type ItemRow,
  itemTable,
  needTable,
} from './exploration-cycle.projection.js';
import { type DistrictRecord, districtStateOf, type districtRequestTable } from './district-request.projection.js';
import { FoldedDistricts } from './folded-districts.js';
import { explorationSubjectProjection, type subjectTable } from './exploration.basis.js';

type Tables = TablesOf<
  [
    typeof cycleTable,
    typeof itemTable,
    typeof needTable,
    typeof commitmentTable,
    typeof districtRequestTable,
    typeof subjectTable,
  ]
>;

export interface CycleKeyRow {
  readonly subject: string;
  readonly school_year: string;
  readonly lineage: string;
  readonly cycle: number;
}

/** What was said in a cycle: per item with its owner, per need, and the commitment. */
export interface CycleDetails {
  readonly items: ReadonlyMap<string, ItemRow & { readonly said: readonly Entry<ItemContent>[] }>;
  readonly needs: readonly (readonly Entry<NeedContent>[])[];
  readonly commitment: readonly Entry<LeadershipCommitment>[];
}

export interface CycleFilter {
  readonly organisations: readonly string[];
  readonly schoolYear?: SchoolYear | undefined;
  readonly state?: CyclePhase | undefined;
}

/** One text for the key of a cycle; no part holds an underscore. */
export function cycleId({ subject, school_year: year, lineage, cycle }: CycleKeyRow): string {
  return [subject, year, lineage, cycle].join('_');
}

/** The key in such a text, or undefined. */
export function readCycleId(id: string): CycleKeyRow | undefined {
  const [subject, year, lineage, cycle, ...more] = id.split('_');
  if (subject === undefined || year === undefined || lineage === undefined || more.length > 0) return undefined;
  return { subject, school_year: year, lineage, cycle: Number(cycle) };
}

/** The believed statements that hold from after a day, in words. */
function later(what: string, entries: readonly Entry<unknown>[], day: CivilDate): string[] {
  return believed(entries).flatMap(({ effectiveOn }) => (effectiveOn > day ? [`${what} from ${effectiveOn}`] : []));
}

/** Reads of the exploration tables. */
@Injectable()
export class ExplorationReads {
  private readonly districts: FoldedDistricts;

  constructor(private readonly database: ReadDatabase) {
    this.districts = new FoldedDistricts(database);
  }

  /** The cycle with this number, the latest of the year without one. */
  async cycle(key: Omit<CycleKeyRow, 'cycle'> & { cycle?: number | undefined }): Promise<CycleRow | undefined> {
    let query = this.tables
      .selectFrom('exploration_cycle')
      .selectAll()
      .where('subject', '=', key.subject)
      .where('school_year', '=', key.school_year)
      .where('lineage', '=', key.lineage);
    if (key.cycle !== undefined) query = query.where('cycle', '=', key.cycle);
    return (await query.orderBy('cycle', 'desc').limit(1).executeTakeFirst()) as CycleRow | undefined;
  }

  /** Cycles in the order of organisation, year, lineage and number, after a key; at most `limit`. */
  async cycles(filter: CycleFilter, after: CycleKeyRow | undefined, limit: number): Promise<CycleRow[]> {
    let query = this.among(filter).selectAll();
    if (after !== undefined) {
      const { subject, school_year: year, lineage, cycle } = after;
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('subject', 'school_year', 'lineage', 'cycle'), '>', tuple(subject, year, lineage, cycle)),
      );
    }
    const ordered = query.orderBy('subject').orderBy('school_year').orderBy('lineage').orderBy('cycle');
    return (await ordered.limit(limit).execute()) as CycleRow[];
  }

  /** How many cycles {@link cycles} lists in all. */
  async count(filter: CycleFilter): Promise<number> {
    const counted = this.among(filter).select(({ fn }) => fn.countAll().as('n'));
    return Number((await counted.executeTakeFirstOrThrow()).n);
  }

  /** What was said in each of these cycles (by {@link cycleId}), in three selects. */
  async details(ids: readonly string[]): Promise<ReadonlyMap<string, CycleDetails>> {
    const keys = ids.map(readCycleId).filter((key) => key !== undefined);
    const subjects = [...new Set(keys.map((key) => key.subject))];
    const years = [...new Set(keys.map((key) => key.school_year))];
    const of = (table: 'exploration_item' | 'exploration_need' | 'exploration_commitment') =>
      this.tables.selectFrom(table).selectAll().where('subject', 'in', subjects).where('school_year', 'in', years);
    const [items, needs, commitments] = await Promise.all([
      of('exploration_item').execute() as Promise<ItemRow[]>,
      of('exploration_need').execute() as Promise<(CycleKeyRow & { entries: unknown })[]>,
      of('exploration_commitment').execute() as Promise<(CycleKeyRow & { entries: unknown })[]>,
    ]);
    const byCycle = <R extends CycleKeyRow>(rows: readonly R[], id: string) =>
      rows.filter((row) => cycleId(row) === id);
    return new Map(
      ids.map((id) => [
        id,
        {
          items: new Map(
            byCycle(items, id).map((row) => [
              row.item,
              { ...row, said: row.entries as unknown as Entry<ItemContent>[] },
            ]),
          ),
          needs: byCycle(needs, id).map((row) => row.entries as Entry<NeedContent>[]),
          commitment: byCycle(commitments, id).flatMap((row) => row.entries as Entry<LeadershipCommitment>[]),
        },
      ]),
    );
  }

  /** What a district said in a school year, or undefined. */
  async districtRequest(district: string, schoolYear: SchoolYear): Promise<DistrictRecord | undefined> {
    const state = await this.districts.stateOf(district, schoolYear);
    return state && { district, school_year: schoolYear, state };
  }

  /** What was explored or said about an organisation for days after a day, in words: cycles, answers, and a district's entries. */
  async workAfter(organisation: OrganisationId, day: CivilDate): Promise<string[]> {
    const cycles = await this.tables
      .selectFrom('exploration_cycle')
      .selectAll()
      .where('subject', '=', organisation)
      .where('state', '<>', 'ABANDONED')
      .execute();
    const alive = new Set(cycles.map(cycleId));
    const items = (await this.tables
      .selectFrom('exploration_item')
      .selectAll()
      .where('subject', '=', organisation)
      .execute()) as ItemRow[];
    const opened = cycles.filter(({ opened_on: on }) => on > day);
    const answered = items.filter((row) => alive.has(cycleId(row)));
    return [
      ...opened.map((row) => `cycle of ${row.school_year} opened on ${row.opened_on}`),
      ...answered.flatMap((row) => later(`answer to ${row.item}`, row.entries as unknown as Entry<unknown>[], day)),
      ...(await this.saidAfter(organisation, day)),
    ];
  }

  private async saidAfter(district: OrganisationId, day: CivilDate): Promise<string[]> {
    const rows = await this.tables
      .selectFrom('district_request')
      .select(['school_year', 'said'])
      .where('district', '=', district)
      .orderBy('position')
      .execute();
    const years = [...new Set(rows.map((row) => row.school_year))];
    return years.flatMap((year) => {
      const { needs, requests, plans } = districtStateOf(rows.filter((row) => row.school_year === year));
      return [
        ...later('need', needs, day),
        ...later('support request', requests, day),
        ...Object.values(plans).flatMap((entries) => later('plan', entries, day)),
      ];
    });
  }

  /**
   * Kind and last day of a service agency or district, from this slice's own copy of their events.
   * Throws ORGANISATION_UNKNOWN for anything else.
   */
  async subject(organisation: OrganisationId): Promise<{ readonly kind: string; readonly closedOn?: CivilDate }> {
    const subject = await this.database.kept(explorationSubjectProjection.name, organisation, async () => {
      const [row] = await this.database.rows<RowOf<typeof subjectTable>>(
        'SELECT kind, closed_on FROM exploration_subject WHERE organisation = ?',
        [organisation],
      );
      return row && { kind: row.kind, ...(row.closed_on !== null && { closedOn: row.closed_on }) };
    });
    if (subject === undefined) {
      throw new DomainError(
        'ORGANISATION_UNKNOWN',
        'Exploration is for service agencies and districts. Name one of them.',
        {
          path: ['organisation'],
        },
      );
    }
    return subject;
  }

  private among({ organisations, schoolYear, state }: CycleFilter) {
    let query = this.tables.selectFrom('exploration_cycle').where('subject', 'in', organisations);
    if (schoolYear !== undefined) query = query.where('school_year', '=', schoolYear);
    if (state !== undefined) query = query.where('state', '=', state);
    return query;
  }

  private get tables() {
    return this.database.tables<Tables>();
  }
}
