import type { CivilDate, OrganisationId, StreamName } from '@waymark/kernel';
import { type FactKind, STILL_BELIEVED } from './fact-kind.js';
import { organisationFact, placementFact } from './organisation.facts.js';
import { raw, type Sql, sql } from './sql.js';

/** Where the two dials stand. `current`: the position is that of the newest event shown, so that open rows are the believed ones. */
export interface View {
  readonly position: number;
  readonly current: boolean;
  readonly on: CivilDate;
}

/**
 * What a question is about: the districts of an agency, of all agencies of a state, or one district; for questions about the
 * record itself also an organisation of another kind, one stream with the organisation that it is about, or a person or an account by
 * the name of its stream.
 */
export type Scope =
  | { readonly kind: 'AGENCY'; readonly id: OrganisationId }
  | { readonly kind: 'STATE'; readonly state: string }
  | { readonly kind: 'DISTRICT'; readonly id: OrganisationId }
  | { readonly kind: 'ORGANISATION'; readonly id: OrganisationId }
  | { readonly kind: 'STREAM'; readonly id: OrganisationId; readonly stream: StreamName }
  | { readonly kind: 'PERSON'; readonly stream: StreamName };

/** S1: believed from a position on, up to but not including another. */
export function believedAt(view: View): Sql {
  if (view.current) return raw(`until_position = ${STILL_BELIEVED}`);
  return sql`from_position <= ${view.position} and until_position > ${view.position}`;
}

/** S1: true from a day on, up to but not including another. */
export function trueOn(view: View): Sql {
  return sql`effective_from <= ${view.on} and effective_until > ${view.on}`;
}

/**
 * The rows of a kind in force at the dials, one per key (S2), as a sub-select under an alias. `where` narrows by columns of
 * key or value: intervals are closed when written, so that a value test never lets a beaten row win.
 */
export function inForce(view: View, kind: FactKind, alias: string, where?: Sql): Sql {
  const narrowed = where === undefined ? raw('') : sql` and ${where}`;
  return sql`(select * from ${raw(kind.table.name)} where ${believedAt(view)} and ${trueOn(view)}${narrowed}) as ${raw(alias)}`;
}

const NOBODY = raw('select null as organisation where 1 = 0');

/** The agencies a scope spans, as a select of their ids. */
export function agencies(view: View, scope: Scope): Sql {
  switch (scope.kind) {
    case 'AGENCY':
      return sql`select cast(${scope.id} as text) as organisation`;
    case 'STATE':
      return sql`select organisation from ${inForce(view, organisationFact, 'state_agency', sql`state = ${scope.state} and kind = 'SERVICE_AGENCY'`)}`;
    default:
      return NOBODY;
  }
}

/** S16, S20: the districts that stand under an agency of the scope at the dials, as a select of their ids. */
export function members(view: View, scope: Scope): Sql {
  if (scope.kind === 'ORGANISATION' || 'stream' in scope) return NOBODY;
  const placed = raw(`kind = 'DISTRICT'`);
  const where =
    scope.kind === 'DISTRICT'
      ? sql`organisation = ${scope.id} and ${placed}`
      : scope.kind === 'AGENCY'
        ? sql`parent = ${scope.id} and ${placed}`
        : sql`parent in (${agencies(view, scope)}) and ${placed}`;
  return sql`select organisation from ${inForce(view, placementFact, 'member', where)}`;
}

/** A condition: the column names a district of the scope. */
export function within(view: View, scope: Scope, column = 'district'): Sql {
  return sql`${raw(column)} in (${members(view, scope)})`;
}
