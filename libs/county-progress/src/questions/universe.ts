import { needFact } from '../facts/district-request.facts.js';
import { agencies, inForce, members, within } from '../facts/in-force.js';
import { raw, type Sql, sql } from '../facts/sql.js';
import { type Ask, numberOf } from './question.js';

/** How many districts the scope spans. */
export async function countMembers(ask: Ask): Promise<number> {
  const [row] = await ask.rows<{ n: number }>(sql`select count(*) as n from (${members(ask.view, ask.scope)}) as m`);
  return numberOf(row?.n);
}

/** How many service agencies the scope spans. */
export async function countAgencies(ask: Ask): Promise<number> {
  const [row] = await ask.rows<{ n: number }>(sql`select count(*) as n from (${agencies(ask.view, ask.scope)}) as a`);
  return numberOf(row?.n);
}

export interface NeedCount {
  readonly focus_area: string;
  readonly known: number;
  readonly needing: number;
}

/** By focus area: districts that answered, and those that answered NEED; `among` narrows by columns of the need. */
export function countNeeds(ask: Ask, schoolYear: string, among?: Sql): Promise<readonly NeedCount[]> {
  const { view, scope } = ask;
  const narrowed = among === undefined ? raw('') : sql` and ${among}`;
  return ask.rows(sql`
    select focus_area,
      sum(case when answer <> 'UNKNOWN' then 1 else 0 end) as known,
      sum(case when answer = 'NEED' then 1 else 0 end) as needing
    from ${inForce(view, needFact, 'n', sql`school_year = ${schoolYear} and ${within(view, scope)}${narrowed}`)}
    group by focus_area`);
}
