import { assessments } from '@waymark/exploration';
import { focusAreas, oneYearEarlier, previousSchoolYear } from '@waymark/kernel';
import { needFact } from '../facts/district-request.facts.js';
import { cycleFact, itemFact, itemLevelFact } from '../facts/exploration-cycle.facts.js';
import type { FactKind } from '../facts/fact-kind.js';
import { agencies, inForce, members, within } from '../facts/in-force.js';
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
interface Said {
  readonly needs: readonly NeedCount[];
  readonly answered: readonly { assessment: string; agencies: number; n: number }[];
  readonly levels: readonly Level[];
}
interface Year extends Said {
  readonly districts: number;
  readonly agencies: number;
  /** What was said by those that spoke about the same in the other year as well. */
  readonly compared: Said;
}
interface Loaded {
  readonly THIS: Year;
  readonly LAST: Year;
  /** Those that the scope spans in one year or the other. */
  readonly either: { readonly districts: number; readonly agencies: number };
}
const years = ['THIS', 'LAST'] as const;
type Which = (typeof years)[number];
interface YearAsked {
  readonly ask: Ask;
  readonly year: string;
}

/** S19: last year is one year earlier on the effective dial, with the members of that day, at the same recorded dial. */
function yearOf(ask: Ask, inputs: Inputs, which: Which): YearAsked {
  const year = schoolYearOfInput(ask, inputs);
  if (which === 'THIS') return { ask, year };
  return { ask: ask.at(oneYearEarlier(ask.view.on)), year: previousSchoolYear(year) };
}

/** Rows that belong to the latest cycle of their agency, year and lineage: a cycle that took an earlier one's place silences it. */
function ofLatestCycles({ ask, year }: YearAsked, kind: FactKind): Sql {
  const table = raw(kind.table.name);
  const ofYear = sql`school_year = ${year} and subject in (${agencies(ask.view, ask.scope)})`;
  return sql`${ofYear} and not exists (select 1 from ${inForce(ask.view, cycleFact, 'later', ofYear)}
    where later.subject = ${table}.subject and later.lineage = ${table}.lineage and later.cycle > ${table}.cycle)`;
}

/** A condition per kind: the same was spoken about in the other year, by the same district or agency. */
const spokeIn = {
  needs: ({ ask, year }: YearAsked): Sql => {
    const { view, scope } = ask;
    const where = sql`school_year = ${year} and ${within(view, scope)} and answer <> 'UNKNOWN'`;
    return sql`answer <> 'UNKNOWN' and (district, focus_area) in (select district, focus_area from ${inForce(view, needFact, 'other', where)})`;
  },
  answered: (at: YearAsked): Sql =>
    sql`(subject, assessment) in (select subject, assessment from ${inForce(at.ask.view, itemFact, 'other', ofLatestCycles(at, itemFact))})`,
  levels: (at: YearAsked): Sql =>
    sql`(subject, item, focus_area) in (select subject, item, focus_area from ${inForce(at.ask.view, itemLevelFact, 'other', ofLatestCycles(at, itemLevelFact))})`,
};

async function loadSaid(at: YearAsked, other?: YearAsked): Promise<Said> {
  const { ask, year } = at;
  const also = (kind: keyof typeof spokeIn) => (other === undefined ? raw('') : sql` and ${spokeIn[kind](other)}`);
  return {
    needs: await countNeeds(ask, year, other && spokeIn.needs(other)),
    answered: await ask.rows<Said['answered'][number]>(sql`
      select assessment, count(distinct subject) as agencies, count(*) as n
      from ${inForce(ask.view, itemFact, 'i', sql`${ofLatestCycles(at, itemFact)}${also('answered')}`)} group by assessment`),
    levels: await ask.rows<Level>(sql`
      select item, focus_area, count(distinct subject) as agencies, avg(level) as mean
      from ${inForce(ask.view, itemLevelFact, 'l', sql`${ofLatestCycles(at, itemLevelFact)}${also('levels')}`)}
      group by item, focus_area order by item, focus_area`),
  };
}

async function loadYear(at: YearAsked, other: YearAsked): Promise<Year> {
  return {
    districts: await countMembers(at.ask),
    agencies: await countAgencies(at.ask),
    ...(await loadSaid(at)),
    compared: await loadSaid(at, other),
  };
}

/** How many a select finds in one year or the other. */
async function countEither(now: Ask, before: Ask, those: typeof members): Promise<number> {
  const [row] = await now.rows<{ n: number }>(sql`
    select count(*) as n from (${those(now.view, now.scope)} union ${those(before.view, before.scope)}) as either`);
  return numberOf(row?.n);
}

/** A value, and how many spoke. */
interface Spoken {
  readonly value: number;
  readonly known: number;
}

/** A figure for this year, for last year, and the change from one to the other. */
function trio(
  loaded: Loaded,
  key: FigureKey,
  who: 'districts' | 'agencies',
  find: (said: Said) => Spoken,
): readonly Finding[] {
  const ofYear = (year: string): FigureKey => ({ name: key.name, dimensions: { ...key.dimensions, year } });
  const [now, before] = years.map((which) => {
    const { value, known } = find(loaded[which]);
    return measured(ofYear(which), rounded(value), { of: loaded[which][who], known, who });
  }) as [Finding, Finding];
  const both = find(loaded.THIS.compared);
  const compared = {
    now: both.value,
    before: find(loaded.LAST.compared).value,
    known: both.known,
    of: loaded.either[who],
    who,
  };
  return [now, before, difference(ofYear('CHANGE'), now, before, compared)];
}

const rounded = (mean: number): number => Math.round(mean * 100) / 100;

function levelsOf(loaded: Loaded): Finding[] {
  const keys = new Map<string, { item: string; focusArea: string }>();
  for (const { item, focus_area } of [...loaded.THIS.levels, ...loaded.LAST.levels]) {
    keys.set(`${item} ${focus_area}`, { item, focusArea: focus_area });
  }
  const ordered = [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
  return ordered.flatMap((dimensions) =>
    trio(loaded, { name: 'level', dimensions: { ...dimensions } }, 'agencies', ({ levels }) => {
      const found = levels.find((row) => row.item === dimensions.item && row.focus_area === dimensions.focusArea);
      return { value: numberOf(found?.mean), known: numberOf(found?.agencies) };
    }),
  );
}

const YEAR =
  'year is THIS, LAST or CHANGE: this less last among those alone that spoke about it in both years, partial when somebody did not';

const whichYears = { year: [...years, 'CHANGE'] };

export const changeAgainstLastYear = question<Loaded>({
  slug: 'change-against-last-year',
  version: 1,
  plainWords: 'How did needs, fit and capacity change against last year?',
  source:
    'Last year is the same day one year earlier with the districts of that day, as known at the same moment (S19). A change compares like with like.',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'districts-with-need',
      label: 'Districts with a need',
      unit: 'districts',
      dimensions: ['focusArea', 'year'],
      values: whichYears,
      rule: `As in needs-by-focus-area; ${YEAR}.`,
    },
    {
      name: 'items-answered',
      label: 'Items answered',
      unit: 'items',
      dimensions: ['assessment', 'year'],
      values: whichYears,
      rule: `Items with an answer in force in the agency’s latest cycle of the year, by assessment; ${YEAR}.`,
    },
    {
      name: 'level',
      label: 'Level that an answer gives, 1 to 5',
      unit: 'level',
      dimensions: ['item', 'focusArea', 'year'],
      values: whichYears,
      rule: `Mean of the levels in force in the latest cycles of the year, to two decimals; focusArea ALL where the item names none; ${YEAR}.`,
    },
  ],
  items: [],

  async load(ask, inputs) {
    const now = yearOf(ask, inputs, 'THIS');
    const before = yearOf(ask, inputs, 'LAST');
    return {
      THIS: await loadYear(now, before),
      LAST: await loadYear(before, now),
      either: {
        districts: await countEither(now.ask, before.ask, members),
        agencies: await countEither(now.ask, before.ask, agencies),
      },
    };
  },

  answer(loaded) {
    const needs = focusAreas.flatMap((focusArea) =>
      trio(loaded, { name: 'districts-with-need', dimensions: { focusArea } }, 'districts', ({ needs: counts }) => {
        const found = counts.find((row) => row.focus_area === focusArea);
        return { value: numberOf(found?.needing), known: numberOf(found?.known) };
      }),
    );
    const answered = assessments.flatMap((assessment) =>
      trio(loaded, { name: 'items-answered', dimensions: { assessment } }, 'agencies', ({ answered: counts }) => {
        const found = counts.find((row) => row.assessment === assessment);
        return { value: numberOf(found?.n), known: numberOf(found?.agencies) };
      }),
    );
    return { figures: [...needs, ...answered, ...levelsOf(loaded)], items: [] };
  },

  sources(ask, inputs, { name, dimensions }) {
    const { year = 'THIS' } = dimensions;
    const wanted = year === 'CHANGE' ? years : [year as Which];
    return wanted.map((which) => {
      const at = yearOf(ask, inputs, which);
      const other = year === 'CHANGE' ? yearOf(ask, inputs, which === 'THIS' ? 'LAST' : 'THIS') : undefined;
      return { ...sourceIn(at, other, name, dimensions), on: at.ask.view.on };
    });
  },
});

/** The rows of one year that a figure rests on; of a change those alone that have their like in the other year. */
function sourceIn(at: YearAsked, other: YearAsked | undefined, name: string, dimensions: FigureKey['dimensions']) {
  const { focusArea = '', assessment = '', item = '' } = dimensions;
  const also = (kind: keyof typeof spokeIn) => (other === undefined ? raw('') : sql` and ${spokeIn[kind](other)}`);
  if (name === 'districts-with-need') {
    const { view, scope } = at.ask;
    const need = sql`school_year = ${at.year} and focus_area = ${focusArea} and answer = 'NEED' and ${within(view, scope)}`;
    return { kind: needFact, where: sql`${need}${also('needs')}` };
  }
  if (name === 'items-answered') {
    const ofItems = sql`${ofLatestCycles(at, itemFact)} and assessment = ${assessment}`;
    return { kind: itemFact, where: sql`${ofItems}${also('answered')}` };
  }
  const ofLevel = sql`${ofLatestCycles(at, itemLevelFact)} and item = ${item} and focus_area = ${focusArea}`;
  return { kind: itemLevelFact, where: sql`${ofLevel}${also('levels')}` };
}
