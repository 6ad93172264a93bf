import { focusAreas } from '@waymark/kernel';
import { micipGoalStates } from '@waymark/exploration';
import { planFact, planFocusFact } from '../facts/district-request.facts.js';
import { inForce, within } from '../facts/in-force.js';
import { sql } from '../facts/sql.js';
import { measured } from './figure.js';
import { countMembers } from './universe.js';
import { numberOf, question, schoolYearInput, schoolYearOfInput } from './question.js';

interface Loaded {
  readonly districts: number;
  readonly read: { readonly plans: number; readonly districts: number };
  readonly plans: readonly { focus_area: string; goal_state: string; n: number }[];
}

export const micipPlans = question<Loaded>({
  slug: 'micip-plans',
  version: 1,
  plainWords: 'In how many local MICIP plans does MTSS occur, by focus area and by goal state?',
  source:
    'Goal states of a MICIP portfolio: active, maintenance, archived. A plan is a goal that somebody read and noted.',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'plans-with-focus-area',
      label: 'Plans in which the focus area occurs',
      unit: 'plans',
      dimensions: ['focusArea', 'goalState'],
      rule: 'Plans read in the year whose goal is in this state and that name the focus area. A district has spoken when one of its plans was read.',
    },
    {
      name: 'plans-read',
      label: 'Plans read',
      unit: 'plans',
      dimensions: [],
      rule: 'Plans read in the year, whatever they are about. A district has spoken when one of its plans was read.',
    },
  ],
  items: [],

  async load(ask, inputs) {
    const { view, scope } = ask;
    const ofYear = sql`school_year = ${schoolYearOfInput(ask, inputs)} and ${within(view, scope)}`;
    const [read] = await ask.rows<Loaded['read']>(sql`
      select count(*) as plans, count(distinct district) as districts from ${inForce(view, planFact, 'p', ofYear)}`);
    return {
      districts: await countMembers(ask),
      read: { plans: numberOf(read?.plans), districts: numberOf(read?.districts) },
      plans: await ask.rows<Loaded['plans'][number]>(sql`
        select focus_area, goal_state, count(*) as n from ${inForce(view, planFocusFact, 'p', ofYear)}
        group by focus_area, goal_state`),
    };
  },

  answer({ districts, read, plans }) {
    const universe = { of: districts, known: read.districts, who: 'districts' };
    const figures = focusAreas.flatMap((focusArea) =>
      micipGoalStates.map((goalState) => {
        const found = plans.find((row) => row.focus_area === focusArea && row.goal_state === goalState);
        return measured(
          { name: 'plans-with-focus-area', dimensions: { focusArea, goalState } },
          numberOf(found?.n),
          universe,
        );
      }),
    );
    return { figures: [measured({ name: 'plans-read', dimensions: {} }, read.plans, universe), ...figures], items: [] };
  },

  sources(ask, inputs, { name, dimensions }) {
    const ofYear = sql`school_year = ${schoolYearOfInput(ask, inputs)} and ${within(ask.view, ask.scope)}`;
    if (name === 'plans-read') return [{ kind: planFact, where: ofYear }];
    const { focusArea = '', goalState = '' } = dimensions;
    return [{ kind: planFocusFact, where: sql`${ofYear} and focus_area = ${focusArea} and goal_state = ${goalState}` }];
  },
});
