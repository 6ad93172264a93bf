import type { OrganisationId } from '@waymark/kernel';
import { identifierSchemes, SAMPLE_STATE } from '@waymark/organisations';
import { inForce, type View } from '../facts/in-force.js';
import { organisationCodeFact, organisationFact, organisationNameFact } from '../facts/organisation.facts.js';
import { oneOf, type Sql, sql } from '../facts/sql.js';
import type { NamedOrganisation } from './answer.js';

const MOST_AT_ONCE = 512;

interface Row {
  readonly organisation: string;
  readonly state: string | null;
  readonly scheme: string | null;
  readonly code: string | null;
  readonly name: string | null;
}

/** The ids in lists of a few fixed lengths, so that the text of the select is one of few. */
function lists(ids: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
    const part = ids.slice(start, start + MOST_AT_ONCE);
    const length = 2 ** Math.ceil(Math.log2(part.length));
    found.push([...part, ...Array.from({ length: length - part.length }, () => part[0]!)]);
  }
  return found;
}

/** Codes and names of organisations as they were at the dials. Ids that were not in the record are left out. */
export async function organisationNames(
  rows: (query: Sql) => Promise<readonly object[]>,
  view: View,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, NamedOrganisation>> {
  const names = new Map<string, NamedOrganisation>();
  for (const list of lists([...new Set(ids)])) {
    const wanted = sql`organisation in ${oneOf(list)}`;
    const found = (await rows(sql`
      select o.organisation, o.state, c.scheme, c.code, n.name from ${inForce(view, organisationFact, 'o', wanted)}
      left join ${inForce(view, organisationCodeFact, 'c')} on c.organisation = o.organisation
      left join ${inForce(view, organisationNameFact, 'n')} on n.organisation = o.organisation`)) as readonly Row[];
    for (const row of [...found].sort(byScheme)) {
      if (names.has(row.organisation)) continue;
      const code = row.code === null ? null : `${row.state}-${row.code}`;
      const { organisation, name, state } = row;
      names.set(organisation, { id: organisation as OrganisationId, code, name, isSample: state === SAMPLE_STATE });
    }
  }
  return names;
}

/** A state's own code goes before federal and local ones. */
function byScheme(a: Row, b: Row): number {
  const rank = (row: Row) => (identifierSchemes as readonly (string | null)[]).indexOf(row.scheme);
  return rank(a) - rank(b);
}
