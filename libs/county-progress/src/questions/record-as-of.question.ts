import { factKinds } from '../facts/fact-kinds.js';
import type { FactKind, FactRow } from '../facts/fact-kind.js';
import { inForce } from '../facts/in-force.js';
import { joined, raw, type Sql, sql } from '../facts/sql.js';
import { counted, noData } from './figure.js';
import { type Ask, question, type Source } from './question.js';
import { organisationOf } from './record.js';

interface Loaded {
  readonly facts: readonly { readonly kind: FactKind; readonly row: FactRow }[];
}

/** The rows of a kind about one organisation: the first member of each key. */
function about(ask: Ask, kind: FactKind): Sql {
  return sql`${raw(kind.key[0]!)} = ${organisationOf(ask)}`;
}

const worded = (columns: readonly string[], row: FactRow): string =>
  columns
    .filter((column) => row[column] !== null)
    .map((column) => `${column.replaceAll('_', ' ')} ${String(row[column])}`)
    .join(', ');

export const recordAsOf = question<Loaded>({
  slug: 'record-as-of',
  version: 1,
  plainWords: 'What did the record look like on a given date?',
  source:
    'A reviewer can read any record as of any past date (R-94), on both dials: what was known, and what was true.',
  inputs: [],
  figures: [
    {
      name: 'facts',
      label: 'Facts in force',
      unit: 'facts',
      dimensions: [],
      rule: 'Facts about the organisation itself that were in force at both dials.',
    },
  ],
  items: [
    {
      kind: 'FACT',
      label: 'A fact in force',
      fields: {
        fact: 'Kind of fact',
        about: 'What it is about, beside the organisation',
        says: 'What it says',
        trueFrom: 'First day on which it was true',
        trueUntil: 'First day on which it was no longer true, when such a day was known',
      },
    },
  ],
  itemSources: factKinds.map(({ name: fact, key }) => ({
    name: 'fact',
    dimensions: ['fact', ...key.slice(1)],
    values: { fact: [fact] },
  })),

  async load(ask) {
    const facts: { kind: FactKind; row: FactRow }[] = [];
    for (const kind of factKinds) {
      const order = raw(kind.key.join(', '));
      const rows = await ask.rows<FactRow>(
        sql`select * from ${inForce(ask.view, kind, 'f', about(ask, kind))} order by ${order}`,
      );
      facts.push(...rows.map((row) => ({ kind, row })));
    }
    return { facts };
  },

  answer({ facts }) {
    const key = { name: 'facts', dimensions: {} };
    const figure =
      facts.length === 0
        ? noData(key, 'Nothing was known about this organisation.')
        : counted(key, facts.length, facts.length, 'facts');
    const items = facts.map(({ kind, row }) => ({
      kind: 'FACT',
      fields: {
        fact: kind.name,
        about: worded(kind.key.slice(1), row),
        says: worded(kind.value, row),
        trueFrom: row.effective_from,
        trueUntil: row.effective_until === '9999-12-31' ? null : row.effective_until,
      },
      source: {
        name: 'fact',
        dimensions: {
          fact: kind.name,
          ...Object.fromEntries(kind.key.slice(1).map((column) => [column, String(row[column])])),
        },
      },
    }));
    return { figures: [figure], items };
  },

  sources(ask, _inputs, { name, dimensions }): Source[] {
    if (name === 'facts') return factKinds.map((kind) => ({ kind, where: about(ask, kind) }));
    const kind = factKinds.find((candidate) => candidate.name === dimensions['fact']);
    if (kind === undefined) return [];
    const same = kind.key.slice(1).map((column) => {
      const text = dimensions[column] ?? '';
      return sql`${raw(column)} = ${kind.table.columns[column]?.type === 'integer' ? Number(text) : text}`;
    });
    return [{ kind, where: joined([about(ask, kind), ...same], ' and ') }];
  },
});
