import type { FactKind } from '../facts/fact-kind.js';
import { inForce, type View } from '../facts/in-force.js';
import { joined, raw, type Sql, sql } from '../facts/sql.js';
import type { Between } from './recorded-events.js';
import type { Source } from '../questions/question.js';

/** The events behind rows in force; with `history` also the earlier ones of the same statement about the same key. */
function eventsBehind(view: View, kind: FactKind, where: Sql, history: boolean): Sql {
  const rows = inForce(view, kind, 'f', where);
  if (!history) return sql`select f.event_position from ${rows}`;
  const same = joined(
    [...kind.key, 'statement'].map((column) => raw(`h.${column} = f.${column}`)),
    ' and ',
  );
  return sql`select h.event_position from ${rows} join ${raw(kind.table.name)} as h on ${same}
    where h.event_position <= ${view.position}`;
}

/** Positions between two, themselves left out, at most `limit`, of the events that the sources name by a select. */
export function sourcesSelect(
  sources: readonly Source[],
  view: View,
  page: Between & { readonly limit: number; readonly history: boolean; readonly newestFirst: boolean },
): Sql | undefined {
  const selects = sources.flatMap((source) => {
    if ('positions' in source || 'about' in source) return [];
    if ('select' in source) return [source.select];
    return [eventsBehind({ ...view, on: source.on ?? view.on }, source.kind, source.where, page.history)];
  });
  if (selects.length === 0) return undefined;
  return sql`select distinct event_position from (${joined(selects, ' union all ')}) as behind
    where event_position > ${page.after} and event_position < ${page.before}
    order by event_position ${raw(page.newestFirst ? 'desc' : 'asc')} limit ${page.limit}`;
}
