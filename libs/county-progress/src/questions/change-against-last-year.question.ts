import { assessments, focusAreas } from '@waymark/exploration';
import { oneYearEarlier, previousSchoolYear } from '@waymark/kernel';
import { needFact } from '../facts/district-request.facts.js';
import { cycleFact, itemFact, itemLevelFact } from '../facts/exploration-cycle.facts.js';
import type { FactKind } from '../facts/fact-kind.js';
import { agencies, inForce, within } from '../facts/in-force.js';
import { raw, type Sql, sql } from '../facts/sql.js';
import { difference, type Finding, type FigureKey, measured } from './figure.js';
import { countAgencies, countMembers, countNeeds, type NeedCount } from './universe.js';
import { type Ask, type Inputs, numberOf, question, schoolYearInput, schoolYearOfInput } from './question.js';

interface Level {
  readonly item: string;
  readonly focus_area: string;
  readonly agencies: number;
  readonly mean: number;
}
interface Year {
  readonly districts: number;
  readonly agencies: number;
  readonly needs: readonly NeedCount[];
  readonly answered: readonly { assessment: string; agencies: number; n: number }[];
  readonly levels: readonly Level[];
}
interface Loaded {
  readonly THIS: Year;
  readonly LAST: Year;
}
type Which = keyof Loaded;

/** S19: last year is one year earlier on the effective dial, with the members of that day, at the same recorded dial. */
function yearOf(ask: Ask, inputs: Inputs, which: Which): { ask: Ask; year: string } {
  const year = schoolYearOfInput(ask, inputs);
  if (which === 'THIS') return { ask, year };
  return { ask: ask.at(oneYearEarlier(ask.view.on)), year: previousSchoolYear(year) };
}

/** Rows that belong to the latest cycle of their agency, year and lineage: a cycle that took an earlier one's place silences it. */
function ofLatestCycles(ask: Ask, kind: FactKind, year: string): Sql {
  const table = raw(kind.table.name);
  const ofYear = sql`school_year = ${year} and subject in (${agencies(ask.view, ask.scope)})`;
  return sql`${ofYear} and not exists (select 1 from ${inForce(ask.view, cycleFact, 'later', ofYear)}
    where later.subject = ${table}.subject and later.lineage = ${table}.lineage and later.cycle > ${table}.cycle)`;
}

async function loadYear(ask: Ask, year: string): Promise<Year> {
  return {
    districts: await countMembers(ask),
    agencies: await countAgencies(ask),
    needs: await countNeeds(ask, year),
    answered: await ask.rows<Year['answered'][number]>(sql`
      select assessment, count(distinct subject) as agencies, count(*) as n
      from ${inForce(ask.view, itemFact, 'i', ofLatestCycles(ask, itemFact, year))} group by assessment`),
    levels: await ask.rows<Level>(sql`
      select item, focus_area, count(distinct subject) as agencies, avg(level) as mean
      from ${inForce(ask.view, itemLevelFact, 'l', ofLatestCycles(ask, itemLevelFact, year))}
      group by item, focus_area order by item, focus_area`),
  };
}

/** A figure for this year, for last year, and the change from one to the other. */
function trio(
  name: string,
  dimensions: Readonly<Record<string, string>>,
  find: (year: Which, key: FigureKey) => Finding,
) {
  const now = find('THIS', { name, dimensions: { ...dimensions, year: 'THIS' } });
  const before = find('LAST', { name, dimensions: { ...dimensions, year: 'LAST' } });
  return [now, before, difference({ name, dimensions: { ...dimensions, year: 'CHANGE' } }, now, before)];
}

const rounded = (mean: number): number => Math.round(mean * 100) / 100;

function levelsOf(loaded: Loaded): Finding[] {
  const keys = new Map<string, { item: string; focusArea: string }>();
  for (const { item, focus_area } of [...loaded.THIS.levels, ...loaded.LAST.levels]) {
    keys.set(`${item} ${focus_area}`, { item, focusArea: focus_area });
  }
  const ordered = [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
  return ordered.flatMap((dimensions) =>
    trio('level', { ...dimensions }, (which, key) => {
      const { levels, agencies: of } = loaded[which];
      const found = levels.find((row) => row.item === dimensions.item && row.focus_area === dimensions.focusArea);
      return measured(key, rounded(numberOf(found?.mean)), { of, known: numberOf(found?.agencies), who: 'agencies' });
    }),
  );
}

const YEAR = 'year is THIS, LAST or CHANGE (this less last; as good as the worse of the two)';

export const changeAgainstLastYear = question<Loaded>({
  slug: 'change-against-last-year',
  version: 1,
  plainWords: 'How did needs, fit and capacity change against last year?',
  source:
    'Last year is the same day one year earlier with the districts of that day, as known at the same moment (S19).',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'districts-with-need',
      label: 'Districts with a need',
      unit: 'districts',
      dimensions: ['focusArea', 'year'],
      rule: `As in needs-by-focus-area; ${YEAR}.`,
    },
    {
      name: 'items-answered',
      label: 'Items answered',
      unit: 'items',
      dimensions: ['assessment', 'year'],
      rule: `Items with an answer in force in the agency’s latest cycle of the year, by assessment; ${YEAR}.`,
    },
    {
      name: 'level',
      label: 'Level that an answer gives, 1 to 5',
      unit: 'level',
      dimensions: ['item', 'focusArea', 'year'],
      rule: `Mean of the levels in force in the latest cycles of the year, to two decimals; focusArea ALL where the item names none; ${YEAR}.`,
    },
  ],
  items: [],

  async load(ask, inputs) {
    const now = yearOf(ask, inputs, 'THIS');
    const before = yearOf(ask, inputs, 'LAST');
    return { THIS: await loadYear(now.ask, now.year), LAST: await loadYear(before.ask, before.year) };
  },

  answer(loaded) {
    const needs = focusAreas.flatMap((focusArea) =>
      trio('districts-with-need', { focusArea }, (which, key) => {
        const { needs: counts, districts: of } = loaded[which];
        const found = counts.find((row) => row.focus_area === focusArea);
        return measured(key, numberOf(found?.needing), { of, known: numberOf(found?.known), who: 'districts' });
      }),
    );
    const answered = assessments.flatMap((assessment) =>
      trio('items-answered', { assessment }, (which, key) => {
        const { answered: counts, agencies: of } = loaded[which];
        const found = counts.find((row) => row.assessment === assessment);
        return measured(key, numberOf(found?.n), { of, known: numberOf(found?.agencies), who: 'agencies' });
      }),
    );
    return { figures: [...needs, ...answered, ...levelsOf(loaded)], items: [] };
  },

  sources(ask, inputs, { name, dimensions }) {
    const { year = 'THIS', focusArea = '', assessment = '', item = '' } = dimensions;
    const years: Which[] = year === 'CHANGE' ? ['THIS', 'LAST'] : [year as Which];
    return years.map((which) => {
      const at = yearOf(ask, inputs, which);
      const on = at.ask.view.on;
      if (name === 'districts-with-need') {
        const { view, scope } = at.ask;
        const where = sql`school_year = ${at.year} and focus_area = ${focusArea} and answer = 'NEED' and ${within(view, scope)}`;
        return { kind: needFact, where, on };
      }
      if (name === 'items-answered') {
        return {
          kind: itemFact,
          where: sql`${ofLatestCycles(at.ask, itemFact, at.year)} and assessment = ${assessment}`,
          on,
        };
      }
      const where = sql`${ofLatestCycles(at.ask, itemLevelFact, at.year)} and item = ${item} and focus_area = ${focusArea}`;
      return { kind: itemLevelFact, where, on };
    });
  },
});
