import { findQuestionSet, type QuestionItem } from '@waymark/exploration';
import {
  commitmentFact,
  countyNeedFact,
  cycleFact,
  cycleQuestionsFact,
  itemFact,
  itemOwnerFact,
} from '../facts/exploration-cycle.facts.js';
import type { FactKind } from '../facts/fact-kind.js';
import { agencies, inForce, members } from '../facts/in-force.js';
import { raw, type Sql, sql } from '../facts/sql.js';
import { counted, type Finding, type FigureKey, measured, noData } from './figure.js';
import { type Ask, type FoundItem, type InputDefinition, type Inputs, numberOf, question } from './question.js';

export interface Cycle {
  readonly subject: string;
  readonly school_year: string;
  readonly lineage: string;
  readonly cycle: number;
  readonly question_set: string | null;
}
interface OfCycle {
  readonly subject: string;
  readonly school_year: string;
  readonly lineage: string;
  readonly cycle: number;
}
interface Loaded {
  readonly known: number;
  readonly cycles: readonly Cycle[];
  readonly answered: readonly (OfCycle & { item: string })[];
  readonly owners: readonly (OfCycle & { item: string; owner_role: string; due_on: string | null })[];
  readonly countyNeeds: readonly OfCycle[];
  readonly commitments: readonly OfCycle[];
}

const anySchoolYear: InputDefinition = {
  name: 'schoolYear',
  kind: 'SCHOOL_YEAR',
  description: 'Only cycles of this school year.',
  otherwise: 'cycles of every year',
};

const PLACE = ['subject', 'school_year', 'lineage', 'cycle'] as const;
const placeOf = (row: OfCycle): string => PLACE.map((column) => row[column]).join(' ');

/** Cycles of the agencies and of the districts that the scope spans. */
export function ofScope(ask: Ask, inputs: Inputs): Sql {
  const { view, scope } = ask;
  const subjects = sql`(subject in (${agencies(view, scope)}) or subject in (${members(view, scope)}))`;
  return inputs['schoolYear'] === undefined ? subjects : sql`${subjects} and school_year = ${inputs['schoolYear']}`;
}

/** Rows of a kind that belong to a cycle which is open. */
function ofOpenCycles(ask: Ask, inputs: Inputs, kind: FactKind): Sql {
  const open = inForce(ask.view, cycleFact, 'o', sql`state = 'OPEN' and ${ofScope(ask, inputs)}`);
  const same = PLACE.map((column) => `o.${column} = f.${column}`).join(' and ');
  return sql`select f.* from ${open} join ${inForce(ask.view, kind, 'f')} on ${raw(same)}`;
}

const placeOfItem = (row: OfCycle, item: string): string => `${placeOf(row)} ${item}`;

/** What was loaded, by cycle and item: every row is looked at once, however many cycles there are. */
interface ByPlace {
  readonly answered: ReadonlySet<string>;
  readonly owners: ReadonlyMap<string, Loaded['owners'][number]>;
  readonly countyNeeds: ReadonlySet<string>;
  readonly commitments: ReadonlySet<string>;
}

function byPlace({ answered, owners, countyNeeds, commitments }: Loaded): ByPlace {
  return {
    answered: new Set(answered.map((row) => placeOfItem(row, row.item))),
    owners: new Map(owners.map((row) => [placeOfItem(row, row.item), row])),
    countyNeeds: new Set(countyNeeds.map(placeOf)),
    commitments: new Set(commitments.map(placeOf)),
  };
}

const isAnswered = (cycle: Cycle, item: QuestionItem, found: ByPlace): boolean => {
  switch (item.answeredBy) {
    case 'COUNTY_NEEDS':
      return found.countyNeeds.has(placeOf(cycle));
    case 'LEADERSHIP_COMMITMENT':
      return found.commitments.has(placeOf(cycle));
    case 'PARTS':
      return found.answered.has(placeOfItem(cycle, item.item));
  }
};

const cycleDimensions = (cycle: Cycle) => ({
  organisation: cycle.subject,
  schoolYear: cycle.school_year,
  lineage: cycle.lineage,
  cycle: String(cycle.cycle),
});

function gapsOf(cycle: Cycle, found: ByPlace): { figure: Finding; items: FoundItem[] } {
  const key: FigureKey = { name: 'unanswered-items', dimensions: cycleDimensions(cycle) };
  const set = cycle.question_set === null ? undefined : findQuestionSet(cycle.question_set);
  if (set === undefined)
    return { figure: noData(key, 'The question set of this cycle is not known to this release.'), items: [] };
  const gaps = set.items.filter((item) => !isAnswered(cycle, item, found));
  const items = gaps.map((item) => {
    const owner = found.owners.get(placeOfItem(cycle, item.item));
    return {
      kind: 'UNANSWERED_ITEM',
      fields: {
        organisation: cycle.subject,
        schoolYear: cycle.school_year,
        lineage: cycle.lineage,
        cycle: cycle.cycle,
        assessment: item.assessment,
        item: item.item,
        text: item.text,
        ownerRole: owner?.owner_role ?? null,
        dueOn: owner?.due_on ?? null,
      },
      source: key,
    };
  });
  return { figure: counted(key, gaps.length, set.items.length, 'items'), items };
}

export const openCycles = question<Loaded>({
  slug: 'open-cycles',
  version: 1,
  plainWords: 'Which exploration cycles of my ISD are open, and which items are unanswered?',
  source:
    'A cycle is open until it is complete or abandoned (R-18). "Unknown" and "not applicable" with a reason are answers (R-11).',
  inputs: [anySchoolYear],
  figures: [
    {
      name: 'open-cycles',
      label: 'Open cycles',
      unit: 'cycles',
      dimensions: [],
      rule: 'Cycles of the agency and of its districts that are neither complete nor abandoned. No data where no cycle was ever opened.',
    },
    {
      name: 'unanswered-items',
      label: 'Unanswered items of an open cycle',
      unit: 'items',
      dimensions: ['organisation', 'schoolYear', 'lineage', 'cycle'],
      rule: 'Items of the cycle’s question set without an answer in force, county need or commitment, whichever answers the item.',
    },
  ],
  items: [
    {
      kind: 'UNANSWERED_ITEM',
      label: 'An item without an answer',
      fields: {
        organisation: 'Who explores: an agency or a district',
        schoolYear: 'School year',
        lineage: 'Line of question sets',
        cycle: 'Number of the cycle in its year',
        assessment: 'NEEDS, FIT or CAPACITY',
        item: 'Code of the item',
        text: 'What it asks',
        ownerRole: 'Who has to see to it',
        dueOn: 'By when',
      },
    },
  ],

  async load(ask, inputs) {
    const { view } = ask;
    const [known] = await ask.rows<{ n: number }>(
      sql`select count(*) as n from ${inForce(view, cycleFact, 'c', ofScope(ask, inputs))}`,
    );
    const open = inForce(view, cycleFact, 'c', sql`state = 'OPEN' and ${ofScope(ask, inputs)}`);
    const same = PLACE.map((column) => `q.${column} = c.${column}`).join(' and ');
    return {
      known: numberOf(known?.n),
      cycles: await ask.rows<Cycle>(sql`
        select c.subject, c.school_year, c.lineage, c.cycle, q.question_set
        from ${open} left join ${inForce(view, cycleQuestionsFact, 'q')} on ${raw(same)}
        order by c.school_year, c.subject, c.lineage, c.cycle`),
      answered: await ask.rows(ofOpenCycles(ask, inputs, itemFact)),
      owners: await ask.rows(ofOpenCycles(ask, inputs, itemOwnerFact)),
      countyNeeds: await ask.rows(ofOpenCycles(ask, inputs, countyNeedFact)),
      commitments: await ask.rows(ofOpenCycles(ask, inputs, commitmentFact)),
    };
  },

  answer(loaded) {
    const universe = { of: Math.max(loaded.known, 1), known: loaded.known, who: 'cycles' };
    const key = { name: 'open-cycles', dimensions: {} };
    const opened =
      loaded.known === 0
        ? noData(key, 'No exploration cycle was opened.')
        : measured(key, loaded.cycles.length, universe);
    const found = byPlace(loaded);
    const gaps = loaded.cycles.map((cycle) => gapsOf(cycle, found));
    return { figures: [opened, ...gaps.map((gap) => gap.figure)], items: gaps.flatMap((gap) => gap.items) };
  },

  sources(ask, inputs, { name, dimensions }) {
    const open = sql`state = 'OPEN' and ${ofScope(ask, inputs)}`;
    if (name === 'open-cycles') return [{ kind: cycleFact, where: open }];
    const { organisation = '', schoolYear = '', lineage = '', cycle = '0' } = dimensions;
    const one = sql`subject = ${organisation} and school_year = ${schoolYear} and lineage = ${lineage} and cycle = ${Number(cycle)} and ${ofScope(ask, inputs)}`;
    return [
      { kind: cycleFact, where: one },
      { kind: cycleQuestionsFact, where: one },
    ];
  },
});
