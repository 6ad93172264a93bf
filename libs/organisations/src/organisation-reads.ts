import { Inject, Injectable, Optional } from '@nestjs/common';
import { type CivilDate, isUuid, type OrganisationId } from '@waymark/kernel';
import DataLoader from 'dataloader';
import { type OrganisationDirectory, readGlobalId } from '@waymark/nest-kit';
import { ReadDatabase, type SqlValue, type TablesOf } from '@waymark/read-store';
import type { Identifier } from './identifier-formats.js';
import type { OrganisationBasis, TakenCode } from './organisation.basis.js';
import type { IdentifierScheme, OrganisationKind } from './organisation.events.js';
import {
  OPEN,
  organisationCodes,
  organisationProjection,
  type OrganisationRow,
  organisations,
} from './organisation.projection.js';

/** Token of the IANA time zone of whoever runs this installation; optional. */
export const OPERATOR_TIME_ZONE = Symbol('operator time zone');

/** A statement with the dates between which it holds; `until` is the first day on which it no longer does. */
export interface Between {
  readonly from: CivilDate;
  readonly until: CivilDate | null;
}
export type NameBetween = Between & { readonly name: string };
export type IdentifierBetween = Between & { readonly scheme: IdentifierScheme; readonly value: string };
export type PlacementBetween = Between & { readonly statement: string; readonly parentId: OrganisationId };

/** Which organisations a list wants; members narrow together. */
export interface OrganisationFilter {
  readonly state?: string | undefined;
  readonly kind?: OrganisationKind | undefined;
  /** Those under this service agency on `on`: its districts, their schools, its own schools and programs. */
  readonly agencyId?: OrganisationId | undefined;
  /** Those directly under this organisation on `on`. */
  readonly parentId?: OrganisationId | undefined;
  readonly on: CivilDate;
}

const CODE = /^([A-Za-z]{2})-(?:(AGENCY|DISTRICT|SCHOOL|PROGRAM)-)?([A-Za-z0-9][A-Za-z0-9.-]{0,39})$/;
const spokenKinds: Readonly<Record<string, OrganisationKind>> = {
  AGENCY: 'SERVICE_AGENCY',
  DISTRICT: 'DISTRICT',
  SCHOOL: 'SCHOOL',
  PROGRAM: 'PROGRAM',
};
const HOLDS = 'effective_from <= ? AND effective_until > ?';

/** What the tables of organisations answer. Needs the projection `organisations`. */
@Injectable()
export class OrganisationReads implements OrganisationDirectory {
  // One select for all that are asked for in the same turn, such as the entries of a page; nothing is kept beyond it.
  private readonly identifiers = new DataLoader((ids: readonly OrganisationId[]) => this.identifiersOfEach(ids), {
    cache: false,
    maxBatchSize: 200,
  });

  constructor(
    private readonly database: ReadDatabase,
    @Optional() @Inject(OPERATOR_TIME_ZONE) private readonly operatorZone: string = 'America/Detroit',
  ) {}

  /** The row of an organisation, or undefined. */
  async byId(id: OrganisationId): Promise<OrganisationRow | undefined> {
    return (await this.byIds([id])).get(id);
  }

  async byIds(ids: readonly OrganisationId[]): Promise<ReadonlyMap<OrganisationId, OrganisationRow>> {
    if (ids.length === 0) return new Map();
    const sql = `SELECT * FROM organisations WHERE id IN (${ids.map(() => '?').join(', ')})`;
    const rows = await this.database.rows<OrganisationRow>(sql, ids);
    return new Map(rows.map((row) => [row.id as OrganisationId, row]));
  }

  /**
   * The organisation with a code people write (`MI-03`, `MI-03010`, `MI-SCHOOL-06730`, `MI-06730`), the state agency by its
   * state alone (`MI`), or an id, opaque or global.
   * Where kinds share a code the agency comes before the district, the district before the school; a code that has passed
   * to another organisation names its present holder.
   */
  find(code: string): Promise<{ id: OrganisationId; kind: OrganisationKind; name: string } | undefined> {
    const text = code.trim();
    return this.kept(`find ${text}`, async () => {
      const row = await this.rowOf(text);
      return row && { id: row.id as OrganisationId, kind: row.kind as OrganisationKind, name: row.name };
    });
  }

  /** Who holds an identifier now, among organisations of this kind in this state, other than `except`. */
  async takenCodes(
    identifiers: readonly Identifier[],
    of: { state: string; kind: OrganisationKind; except?: OrganisationId },
  ): Promise<TakenCode[]> {
    const query = this.database.tables<TablesOf<[typeof organisations, typeof organisationCodes]>>();
    const rows = await query
      .selectFrom('organisation_codes as c')
      .innerJoin('organisations as o', 'o.id', 'c.organisation_id')
      .select(['c.scheme', 'c.value', 'o.name', 'o.id'])
      .where('c.state', '=', of.state)
      .where(
        'c.value',
        'in',
        identifiers.map(({ value }) => value),
      )
      .where('c.effective_until', '=', OPEN)
      .where('o.kind', '=', of.kind)
      .execute();
    const taken = rows.filter(({ id }) => id !== of.except) as unknown as TakenCode[];
    return taken.filter((row) => identifiers.some(({ scheme, value }) => scheme === row.scheme && value === row.value));
  }

  async timeZoneOf(id: OrganisationId | undefined): Promise<string> {
    const place = id === undefined ? undefined : await this.placeOf(id);
    return place?.timeZone ?? this.operatorZone;
  }

  async stateOf(id: OrganisationId): Promise<string | undefined> {
    return (await this.placeOf(id))?.state;
  }

  agencyOf(id: OrganisationId, on: CivilDate): Promise<OrganisationId | undefined> {
    return this.kept(`agency ${on} ${id}`, () => this.readAgencyOf(id, on));
  }

  private async readAgencyOf(id: OrganisationId, on: CivilDate): Promise<OrganisationId | undefined> {
    const [found] = await this.database.rows<{
      kind: OrganisationKind;
      parent: OrganisationId | null;
      parent_kind: OrganisationKind | null;
      grandparent: OrganisationId | null;
    }>(
      `SELECT o.kind, p.parent_id AS parent, po.kind AS parent_kind, g.parent_id AS grandparent FROM organisations o
       LEFT JOIN organisation_placements p ON p.organisation_id = o.id AND p.effective_from <= ? AND p.effective_until > ?
       LEFT JOIN organisations po ON po.id = p.parent_id
       LEFT JOIN organisation_placements g ON g.organisation_id = p.parent_id AND g.effective_from <= ? AND g.effective_until > ?
       WHERE o.id = ?`,
      [on, on, on, on, id],
    );
    if (found === undefined) return undefined;
    if (found.kind === 'SERVICE_AGENCY') return id;
    return (found.parent_kind === 'SERVICE_AGENCY' ? found.parent : found.grandparent) ?? undefined;
  }

  async districtsOf(agency: OrganisationId, on: CivilDate): Promise<OrganisationId[]> {
    const rows = await this.database.rows<{ id: OrganisationId }>(
      `SELECT o.id FROM organisation_placements p JOIN organisations o ON o.id = p.organisation_id
       WHERE p.parent_id = ? AND p.effective_from <= ? AND p.effective_until > ? AND o.kind = 'DISTRICT' ORDER BY o.id`,
      [agency, on, on],
    );
    return rows.map(({ id }) => id);
  }

  /** The organisation directly above on that day. */
  async parentOf(id: OrganisationId, on: CivilDate): Promise<OrganisationId | undefined> {
    const [row] = await this.database.rows<{ parent_id: OrganisationId }>(
      `SELECT parent_id FROM organisation_placements WHERE organisation_id = ? AND ${HOLDS}`,
      [id, on, on],
    );
    return row?.parent_id;
  }

  /** What another organisation's rules must know of this one on that day; undefined when there is none. */
  async basisOf(id: OrganisationId, on: CivilDate): Promise<OrganisationBasis | undefined> {
    const row = await this.byId(id);
    if (row === undefined) return undefined;
    const rcdts = (await this.identifiersOf(id)).find(({ scheme, until }) => scheme === 'RCDTS' && until === null);
    return {
      organisationId: id,
      state: row.state,
      kind: row.kind as OrganisationKind,
      name: row.name,
      lastDay: row.last_day ?? undefined,
      agencyId: await this.agencyOf(id, on),
      rcdts: row.kind === 'DISTRICT' ? rcdts?.value : undefined,
    };
  }

  async namesOf(id: OrganisationId): Promise<NameBetween[]> {
    const rows = await this.database.rows<{ name: string; effective_from: string; effective_until: string }>(
      `SELECT name, effective_from, effective_until FROM organisation_names
       WHERE organisation_id = ? AND effective_from < effective_until ORDER BY effective_from`,
      [id],
    );
    return rows.map((row) => ({ name: row.name, ...between(row) }));
  }

  identifiersOf(id: OrganisationId): Promise<IdentifierBetween[]> {
    return this.identifiers.load(id);
  }

  async placementsOf(id: OrganisationId): Promise<PlacementBetween[]> {
    const rows = await this.database.rows<
      { statement: string; parent_id: OrganisationId } & { effective_from: string; effective_until: string }
    >(
      `SELECT statement, parent_id, effective_from, effective_until FROM organisation_placements
       WHERE organisation_id = ? ORDER BY effective_from, root_position`,
      [id],
    );
    return rows.map((row) => ({ statement: row.statement, parentId: row.parent_id, ...between(row) }));
  }

  /** Open organisations that stand directly under this one on that day, at most `limit`. */
  async namesUnder(id: OrganisationId, on: CivilDate, limit = 1000): Promise<string[]> {
    const rows = await this.database.rows<{ name: string }>(
      `SELECT o.name FROM organisation_placements p JOIN organisations o ON o.id = p.organisation_id
       WHERE p.parent_id = ? AND p.effective_until > ? AND (o.last_day IS NULL OR o.last_day >= ?) ORDER BY o.code LIMIT ?`,
      [id, on, on, limit],
    );
    return rows.map(({ name }) => name);
  }

  /** A page of organisations in the order of their codes, after the key (code, id), at most `limit`. */
  list(
    filter: OrganisationFilter,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<OrganisationRow[]> {
    const { where, values } = conditions(filter);
    if (after !== undefined) {
      where.push('(o.code, o.id) > (?, ?)');
      values.push(...after);
    }
    const sql = `SELECT o.* FROM organisations o ${clause(where)} ORDER BY o.code, o.id LIMIT ?`;
    return this.database.rows<OrganisationRow>(sql, [...values, limit]);
  }

  async count(filter: OrganisationFilter): Promise<number> {
    const { where, values } = conditions(filter);
    const sql = `SELECT count(*) AS n FROM organisations o ${clause(where)}`;
    return Number((await this.database.rows<{ n: number }>(sql, values))[0]!.n);
  }

  private async identifiersOfEach(ids: readonly OrganisationId[]): Promise<IdentifierBetween[][]> {
    const rows = await this.database.rows<
      { organisation_id: OrganisationId; scheme: IdentifierScheme; value: string } & EffectiveColumns
    >(
      `SELECT organisation_id, scheme, value, effective_from, effective_until FROM organisation_codes
       WHERE organisation_id IN (${ids.map(() => '?').join(', ')}) AND effective_from < effective_until
       ORDER BY scheme, effective_from`,
      ids,
    );
    const found = new Map<OrganisationId, IdentifierBetween[]>(ids.map((id) => [id, []]));
    for (const row of rows) {
      found.get(row.organisation_id)!.push({ scheme: row.scheme, value: row.value, ...between(row) });
    }
    return ids.map((id) => found.get(id)!);
  }

  private placeOf(id: OrganisationId): Promise<{ state: string; timeZone: string } | undefined> {
    return this.kept(`place ${id}`, async () => {
      const row = await this.byId(id);
      return row && { state: row.state, timeZone: row.time_zone };
    });
  }

  private kept<V>(key: string, read: () => Promise<V>): Promise<V> {
    return this.database.kept(organisationProjection.name, key, read);
  }

  private async stateAgencyOf(state: string): Promise<OrganisationRow | undefined> {
    const [row] = await this.database.rows<OrganisationRow>(
      `SELECT * FROM organisations WHERE state = ? AND kind = 'STATE_AGENCY' ORDER BY code LIMIT 1`,
      [state],
    );
    return row;
  }

  private async rowOf(code: string): Promise<OrganisationRow | undefined> {
    if (isUuid(code)) return this.byId(code as OrganisationId);
    if (/^[A-Za-z]{2}$/.test(code)) return this.stateAgencyOf(code.toUpperCase());
    const match = CODE.exec(code);
    if (match === null) {
      const global = readGlobalId(code);
      return global?.type === 'Organisation' ? this.byId(global.id as OrganisationId) : undefined;
    }
    const [, state, spoken, value] = match;
    const kind = spoken === undefined ? '' : spokenKinds[spoken]!;
    const [row] = await this.database.rows<OrganisationRow>(
      `SELECT o.* FROM organisation_codes c JOIN organisations o ON o.id = c.organisation_id
       WHERE c.state = ? AND c.value = ? AND (? = '' OR o.kind = ?)
       ORDER BY c.effective_until DESC,
         CASE o.kind WHEN 'SERVICE_AGENCY' THEN 0 WHEN 'STATE_AGENCY' THEN 1 WHEN 'TA_PROVIDER' THEN 2
           WHEN 'DISTRICT' THEN 3 WHEN 'SCHOOL' THEN 4 ELSE 5 END, c.position DESC LIMIT 1`,
      [state!.toUpperCase(), value!, kind, kind],
    );
    return row;
  }
}

interface EffectiveColumns {
  readonly effective_from: string;
  readonly effective_until: string;
}

function between({ effective_from, effective_until }: EffectiveColumns): Between {
  return { from: effective_from, until: effective_until === OPEN ? null : effective_until };
}

function clause(where: readonly string[]): string {
  return where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
}

function conditions({ state, kind, agencyId, parentId, on }: OrganisationFilter) {
  const where: string[] = [];
  const values: SqlValue[] = [];
  if (state !== undefined) (where.push('o.state = ?'), values.push(state));
  if (kind !== undefined) (where.push('o.kind = ?'), values.push(kind));
  const under = `SELECT organisation_id FROM organisation_placements WHERE parent_id = ? AND ${HOLDS}`;
  if (parentId !== undefined) (where.push(`o.id IN (${under})`), values.push(parentId, on, on));
  if (agencyId !== undefined) {
    where.push(
      `o.id IN (${under} UNION SELECT s.organisation_id FROM organisation_placements s WHERE s.effective_from <= ?
        AND s.effective_until > ? AND s.parent_id IN (${under}))`,
    );
    values.push(agencyId, on, on, on, on, agencyId, on, on);
  }
  return { where, values };
}
