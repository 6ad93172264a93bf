import { focusAreas } from '@waymark/kernel';
import { needFact, requestFact } from '../facts/district-request.facts.js';
import { countyNeedFact } from '../facts/exploration-cycle.facts.js';
import { agencies, inForce, within } from '../facts/in-force.js';
import { sql } from '../facts/sql.js';
import { measured } from './figure.js';
import { countAgencies, countMembers, countNeeds, type NeedCount } from './universe.js';
import { type Ask, numberOf, question, schoolYearInput, schoolYearOfInput } from './question.js';

interface Loaded {
  readonly districts: number;
  readonly agencyCount: number;
  /** Agencies that stated a county need at all. */
  readonly speakingAgencies: number;
  readonly needs: readonly NeedCount[];
  readonly requests: readonly { focus_area: string; known: number; asking: number }[];
  readonly countyNeeds: readonly { focus_area: string; n: number }[];
}

/** The agency's own county needs: those of its cycles in the year; a district's own needs are not the county's. */
function countyNeedsWhere(ask: Ask, schoolYear: string) {
  return sql`school_year = ${schoolYear} and subject in (${agencies(ask.view, ask.scope)})`;
}

export const needsByFocusArea = question<Loaded>({
  slug: 'needs-by-focus-area',
  version: 1,
  plainWords: 'What are our needs this year by focus area, and how many districts asked for each?',
  source: 'A district’s own word counts (R-14, R-15); an unknown need is not a need and not the absence of one.',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'districts-with-need',
      label: 'Districts with a need',
      unit: 'districts',
      dimensions: ['focusArea'],
      rule: 'Districts whose answer in force is NEED. A district has spoken when its answer is NEED or NO_NEED.',
    },
    {
      name: 'districts-asking',
      label: 'Districts asking for support',
      unit: 'districts',
      dimensions: ['focusArea'],
      rule: 'Districts that ask for any support type in an amount other than NONE. A district has spoken when it asked, or said NONE, for the focus area.',
    },
    {
      name: 'county-needs',
      label: 'Needs of the county as a whole',
      unit: 'needs',
      dimensions: ['focusArea'],
      rule: 'County needs in force in the agency’s cycles of the year. An agency has spoken when it stated one in any focus area.',
    },
  ],
  items: [],

  async load(ask, inputs) {
    const { view, scope } = ask;
    const year = schoolYearOfInput(ask, inputs);
    const [requests, countyNeeds] = await Promise.all([
      ask.rows<Loaded['requests'][number]>(sql`
        select focus_area, count(distinct district) as known,
          count(distinct case when amount <> 'NONE' then district end) as asking
        from ${inForce(view, requestFact, 'r', sql`school_year = ${year} and ${within(view, scope)}`)}
        group by focus_area`),
      ask.rows<{ focus_area: string; n: number }>(sql`
        select focus_area, count(*) as n
        from ${inForce(view, countyNeedFact, 'c', countyNeedsWhere(ask, year))} group by focus_area`),
    ]);
    const [speaking] = await ask.rows<{ n: number }>(sql`
      select count(distinct subject) as n from ${inForce(view, countyNeedFact, 'c', countyNeedsWhere(ask, year))}`);
    return {
      districts: await countMembers(ask),
      agencyCount: await countAgencies(ask),
      speakingAgencies: numberOf(speaking?.n),
      needs: await countNeeds(ask, year),
      requests,
      countyNeeds,
    };
  },

  answer({ districts, agencyCount, speakingAgencies, needs, requests, countyNeeds }) {
    const figures = focusAreas.flatMap((focusArea) => {
      const need = needs.find((row) => row.focus_area === focusArea);
      const request = requests.find((row) => row.focus_area === focusArea);
      const county = countyNeeds.find((row) => row.focus_area === focusArea);
      const dimensions = { focusArea };
      const spoke = (known: unknown) => ({ of: districts, known: numberOf(known), who: 'districts' });
      return [
        measured({ name: 'districts-with-need', dimensions }, numberOf(need?.needing), spoke(need?.known)),
        measured({ name: 'districts-asking', dimensions }, numberOf(request?.asking), spoke(request?.known)),
        measured({ name: 'county-needs', dimensions }, numberOf(county?.n), {
          of: agencyCount,
          known: speakingAgencies,
          who: 'agencies',
        }),
      ];
    });
    return { figures, items: [] };
  },

  sources(ask, inputs, { name, dimensions }) {
    const { view, scope } = ask;
    const area = dimensions['focusArea'] ?? '';
    const year = schoolYearOfInput(ask, inputs);
    const spoken = sql`school_year = ${year} and focus_area = ${area} and ${within(view, scope)}`;
    switch (name) {
      case 'districts-with-need':
        return [{ kind: needFact, where: sql`${spoken} and answer = 'NEED'` }];
      case 'districts-asking':
        return [{ kind: requestFact, where: sql`${spoken} and amount <> 'NONE'` }];
      default:
        return [{ kind: countyNeedFact, where: sql`${countyNeedsWhere(ask, year)} and focus_area = ${area}` }];
    }
  },
});
