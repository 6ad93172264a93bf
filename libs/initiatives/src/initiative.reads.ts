import { Injectable } from '@nestjs/common';
import { believed, type CivilDate, DomainError, type Entry, inForce, type OrganisationId } from '@waymark/kernel';
import { ReadDatabase, type RowOf, type TablesOf } from '@waymark/read-store';
import type { OwnerBasis, Relation } from './initiative-commands.js';
import { type ownerTable, type schoolTable } from './initiative.basis.js';
import type { OwnerLevel } from './initiative.events.js';
import {
  type Cells,
  type InitiativeRecord,
  type InventoryState,
  promiseKey,
  type Resolution,
} from './initiative-state.js';
import {
  type InitiativeRow,
  type initiativeRelationTable,
  type initiativeResolutionTable,
  type initiativeStaffTable,
  type initiativeTable,
  OF_OWNER,
  type RelationRow,
  type StaffRow,
} from './initiative.projection.js';

type Tables = TablesOf<
  [
    typeof initiativeTable,
    typeof initiativeRelationTable,
    typeof initiativeResolutionTable,
    typeof initiativeStaffTable,
    typeof ownerTable,
    typeof schoolTable,
  ]
>;

/** Which initiatives a list wants; members narrow together. Those that were taken back are in none. */
export interface InitiativeFilter {
  readonly owners: readonly OrganisationId[];
  readonly statuses?: readonly string[] | undefined;
  readonly focusArea?: string | undefined;
  readonly kind?: string | undefined;
}
export type InitiativeKey = readonly [owner: string, plainName: string, initiativeId: string];

/** A judgement of a pair, in which inventory, and what is done about it when it is a conflict. */
export interface JudgedPair {
  readonly owner: OrganisationId;
  readonly pair: string;
  readonly entries: readonly Entry<Relation>[];
  readonly resolution?: Resolution | undefined;
}

/** Reads of the tables of initiatives. */
@Injectable()
export class InitiativeReads {
  constructor(private readonly database: ReadDatabase) {}

  /** Level and last day of an agency, a district or a school. Throws ORGANISATION_UNKNOWN for anything else. */
  async owner(organisation: OrganisationId): Promise<OwnerBasis> {
    const [row] = await this.database.rows<RowOf<typeof ownerTable>>(
      'SELECT level, closed_on FROM initiative_owner WHERE organisation = ?',
      [organisation],
    );
    if (row !== undefined) {
      return { level: row.level as OwnerLevel, ...(row.closed_on !== null && { closedOn: row.closed_on }) };
    }
    throw new DomainError(
      'ORGANISATION_UNKNOWN',
      'Inventories are kept for service agencies, districts and schools. Name one of them.',
      { path: ['organisation'] },
    );
  }

  /** The schools that stand under these organisations on a day, each with its parent. */
  async schoolsUnder(
    parents: readonly OrganisationId[],
    on: CivilDate,
  ): Promise<{ school: OrganisationId; parent: OrganisationId }[]> {
    const among = parents.map(() => '?').join(', ');
    const rows = await this.placements(
      `school IN (SELECT school FROM initiative_school WHERE parent IN (${among})) AND effective_from <= ?`,
      [...parents, on],
    );
    const wanted = new Set<string>(parents);
    return [...latestBySchool(rows).values()]
      .filter(({ parent }) => wanted.has(parent))
      .map(({ school, parent }) => ({ school: school as OrganisationId, parent: parent as OrganisationId }));
  }

  /** Under which organisation a school stands on a day. */
  async parentOfSchool(school: OrganisationId, on: CivilDate): Promise<OrganisationId | undefined> {
    const rows = await this.placements('school = ? AND effective_from <= ?', [school, on]);
    return latestBySchool(rows).get(school)?.parent as OrganisationId | undefined;
  }

  async initiative(initiativeId: string): Promise<InitiativeRow | undefined> {
    const query = this.tables.selectFrom('initiative').selectAll().where('initiative_id', '=', initiativeId);
    const row = (await query.executeTakeFirst()) as InitiativeRow | undefined;
    return row === undefined || row.status === null ? undefined : row;
  }

  async byIds(initiativeIds: readonly string[]): Promise<InitiativeRow[]> {
    if (initiativeIds.length === 0) return [];
    const query = this.tables.selectFrom('initiative').selectAll().where('initiative_id', 'in', initiativeIds);
    return (await query.execute()) as InitiativeRow[];
  }

  /** Initiatives in the order of owner and name, after a key; at most `limit`. */
  async initiatives(filter: InitiativeFilter, after?: InitiativeKey, limit?: number): Promise<InitiativeRow[]> {
    let query = this.among(filter).selectAll();
    if (after !== undefined) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('owner', 'plain_name', 'initiative_id'), '>', tuple(...after)),
      );
    }
    const ordered = query.orderBy('owner').orderBy('plain_name').orderBy('initiative_id');
    return (await (limit === undefined ? ordered : ordered.limit(limit)).execute()) as InitiativeRow[];
  }

  /** How many initiatives {@link initiatives} lists in all. */
  async count(filter: InitiativeFilter): Promise<number> {
    const counted = this.among(filter).select(({ fn }) => fn.countAll().as('n'));
    return Number((await counted.executeTakeFirstOrThrow()).n);
  }

  /** Pairs that were judged about these initiatives, in whichever inventory. */
  async relations(initiativeIds: readonly string[]): Promise<JudgedPair[]> {
    if (initiativeIds.length === 0) return [];
    const query = this.tables.selectFrom('initiative_relation').selectAll();
    const rows = (await query
      .where(({ eb, or }) => or([eb('initiative_id', 'in', initiativeIds), eb('other', 'in', initiativeIds)]))
      .orderBy('owner')
      .orderBy('pair')
      .execute()) as RelationRow[];
    const owners = [...new Set(rows.map(({ owner }) => owner))];
    const resolutions = new Map<string, Resolution>();
    if (owners.length > 0) {
      const resolved = await this.tables
        .selectFrom('initiative_resolution')
        .selectAll()
        .where('owner', 'in', owners)
        .execute();
      for (const { judgement, resolution } of resolved) {
        resolutions.set(judgement, resolution as unknown as Resolution);
      }
    }
    return rows.map(({ owner, pair, entries: all }) => {
      const entries = all as unknown as readonly Entry<Relation>[];
      // A judgement made anew needs a resolution of its own.
      const standing = inForce(entries);
      const resolution = standing && resolutions.get(standing.statement);
      return { owner: owner as OrganisationId, pair, entries, resolution };
    });
  }

  /** Staff promised and available at an owner, by school year and initiative. */
  async staff(owner: OrganisationId): Promise<Pick<InventoryState, 'promised' | 'available'>> {
    const query = this.tables.selectFrom('initiative_staff').selectAll().where('owner', '=', owner);
    const rows = (await query.orderBy('school_year').execute()) as StaffRow[];
    const promised: Record<string, readonly Entry<Cells>[]> = {};
    const available: Record<string, readonly Entry<Cells>[]> = {};
    for (const row of rows) {
      const entries = row.entries as unknown as readonly Entry<Cells>[];
      if (row.initiative_id === OF_OWNER) available[row.school_year] = entries;
      else promised[promiseKey(row.initiative_id, row.school_year)] = entries;
    }
    return { promised, available };
  }

  /** What was entered at an owner for days after a day, in words. */
  async workAfter(owner: OrganisationId, day: CivilDate): Promise<string[]> {
    const rows = await this.initiatives({ owners: [owner] });
    return rows.flatMap((row) => {
      const { descriptions, statuses } = recordOf(row);
      const days = [...believed(descriptions), ...believed(statuses)].map(({ effectiveOn }) => effectiveOn);
      return [...new Set(days)].filter((on) => on > day).map((on) => `initiative "${row.plain_name}" from ${on}`);
    });
  }

  private among({ owners, statuses, focusArea, kind }: InitiativeFilter) {
    let query = this.tables.selectFrom('initiative').where('owner', 'in', owners).where('status', 'is not', null);
    if (statuses !== undefined && statuses.length > 0) query = query.where('status', 'in', statuses);
    if (focusArea !== undefined) query = query.where('focus_areas', 'like', `% ${focusArea} %`);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    return query;
  }

  private placements(where: string, values: readonly string[]) {
    return this.database.rows<RowOf<typeof schoolTable>>(`SELECT * FROM initiative_school WHERE ${where}`, values);
  }

  private get tables() {
    return this.database.tables<Tables>();
  }
}

/** The record in a row. */
export function recordOf(row: Pick<InitiativeRow, 'record'>): InitiativeRecord {
  return row.record as unknown as InitiativeRecord;
}

function latestBySchool(rows: readonly RowOf<typeof schoolTable>[]): Map<string, RowOf<typeof schoolTable>> {
  const order = (row: RowOf<typeof schoolTable>) =>
    `${row.effective_from} ${String(row.root_position).padStart(16, '0')}`;
  const latest = new Map<string, RowOf<typeof schoolTable>>();
  for (const row of rows) {
    const rival = latest.get(row.school);
    if (rival === undefined || order(row) > order(rival)) latest.set(row.school, row);
  }
  return latest;
}
