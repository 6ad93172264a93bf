import type { CivilDate, OrganisationId } from '@waymark/kernel';
import type { ReadDatabase } from '@waymark/read-store';
import type { Particulars } from './organisation-commands.js';
import type { OrganisationKind, OrganisationLabel } from './organisation.events.js';
import { type HandMember, OPEN, type OrganisationRow } from './organisation.projection.js';

/** What the record knows about an organisation on the day of the import. */
export interface KnownOrganisation {
  readonly organisationId: OrganisationId;
  readonly kind: OrganisationKind;
  /** Codes by which a file may name it, of the schemes that the state uses; the first is the one it goes by. */
  readonly values: readonly [string, ...string[]];
  readonly name: string;
  readonly label?: OrganisationLabel | undefined;
  readonly particulars: Particulars;
  readonly parentId?: OrganisationId | undefined;
  readonly lastDay?: CivilDate | undefined;
  /** What was entered by hand and no import has changed since. */
  readonly byHand: ReadonlySet<HandMember>;
  /** Rises with each of its events: keeps the ids of import commands apart. */
  readonly version: number;
}

/** All organisations of a state as an import must know them on that day. */
export async function knownOrganisations(
  database: ReadDatabase,
  state: string,
  on: CivilDate,
): Promise<KnownOrganisation[]> {
  const rows = await database.rows<OrganisationRow & { parent_id: OrganisationId | null }>(
    `SELECT o.*, p.parent_id FROM organisations o
       LEFT JOIN organisation_placements p ON p.organisation_id = o.id AND p.effective_from <= ? AND p.effective_until > ?
       WHERE o.state = ?`,
    [on, on, state],
  );
  const codes = await codesIn(database, state);
  return rows.map((row) => ({
    organisationId: row.id as OrganisationId,
    kind: row.kind as OrganisationKind,
    values: codes.get(row.id) ?? [row.code],
    name: row.name,
    label: (row.label ?? undefined) as OrganisationLabel | undefined,
    particulars: {
      ...(row.city !== null && { city: row.city }),
      ...(row.postal_code !== null && { postalCode: row.postal_code }),
      ...(row.grade_levels !== null && { gradeLevels: row.grade_levels }),
      ...(row.locale !== null && { locale: row.locale }),
    },
    parentId: row.parent_id ?? undefined,
    lastDay: row.last_day ?? undefined,
    version: row.version,
    byHand: new Set(row.by_hand.split(' ') as HandMember[]),
  }));
}

async function codesIn(database: ReadDatabase, state: string): Promise<ReadonlyMap<string, [string, ...string[]]>> {
  const rows = await database.rows<{ organisation_id: string; value: string }>(
    `SELECT organisation_id, value FROM organisation_codes WHERE state = ? AND effective_until = ?
       AND scheme NOT IN ('LEAID', 'NCESSCH') ORDER BY organisation_id, scheme DESC`,
    [state, OPEN],
  );
  const codes = new Map<string, [string, ...string[]]>();
  for (const { organisation_id: id, value } of rows) {
    const known = codes.get(id);
    if (known === undefined) codes.set(id, [value]);
    else known.push(value);
  }
  return codes;
}
