import { factKinds } from '../facts/fact-kinds.js';
import type { FactKind, FactRow } from '../facts/fact-kind.js';
import { inForce } from '../facts/in-force.js';
import { joined, raw, type Sql, sql } from '../facts/sql.js';
import { counted, noData } from './figure.js';
import { type Ask, question, type Source } from './question.js';
import { oneRecord, organisationOf } from './record.js';

interface Fact {
  readonly kind: FactKind;
  readonly row: FactRow;
}
interface Loaded {
  readonly facts: readonly Fact[];
}

/** The rows of a kind about one organisation: the first member of each key. */
function about(ask: Ask, kind: FactKind): Sql {
  return sql`${raw(kind.key[0]!)} = ${organisationOf(ask)}`;
}

/** What is in force about the organisation; for a stream, as far as an event of the stream says it. */
async function factsOf(ask: Ask): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const kind of factKinds) {
    const order = raw(kind.key.join(', '));
    const rows = await ask.rows<FactRow>(
      sql`select * from ${inForce(ask.view, kind, 'f', about(ask, kind))} order by ${order}`,
    );
    facts.push(...rows.map((row) => ({ kind, row })));
  }
  if (ask.scope.kind !== 'STREAM') return facts;
  const events = await ask.record.inStream(ask.scope.stream);
  const own = new Set(events.map(({ position }) => position));
  return facts.filter(({ row }) => own.has(Number(row.event_position)));
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
  about: oneRecord,
  inputs: [],
  figures: [
    {
      name: 'facts',
      label: 'Facts in force',
      unit: 'facts',
      dimensions: [],
      rule: 'Facts about the organisation itself that were in force at both dials; of a stream, those that its events say.',
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
    return { facts: await factsOf(ask) };
  },

  answer({ facts }) {
    const key = { name: 'facts', dimensions: {} };
    const figure =
      facts.length === 0
        ? noData(key, 'Nothing was known about this.')
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

  async sources(ask, _inputs, { name, dimensions }): Promise<Source[]> {
    if (name === 'facts' && ask.scope.kind === 'STREAM') {
      return [{ positions: (await factsOf(ask)).map(({ row }) => Number(row.event_position)) }];
    }
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
