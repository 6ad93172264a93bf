import { focusAreas } from '@waymark/kernel';
import { requestFact } from '../facts/district-request.facts.js';
import { inForce, within } from '../facts/in-force.js';
import { sql } from '../facts/sql.js';
import { measured } from './figure.js';
import { countMembers } from './universe.js';
import { question, schoolYearInput, schoolYearOfInput } from './question.js';

const sides = {
  'training-without-coaching': { wanted: 'TRAINING', unwanted: 'COACHING' },
  'coaching-without-training': { wanted: 'COACHING', unwanted: 'TRAINING' },
} as const;
type Side = keyof typeof sides;

interface Wish {
  readonly district: string;
  readonly focus_area: string;
  readonly training: number;
  readonly coaching: number;
}
interface Loaded {
  readonly districts: number;
  readonly wishes: readonly Wish[];
}

const wantsOnly = (side: Side, wish: Wish): boolean => {
  const training = Number(wish.training) > 0;
  const coaching = Number(wish.coaching) > 0;
  return side === 'training-without-coaching' ? training && !coaching : coaching && !training;
};

export const trainingWithoutCoaching = question<Loaded>({
  slug: 'training-without-coaching',
  version: 1,
  plainWords: 'Which districts want training but not coaching, or coaching without training?',
  source: 'Support is asked for by focus area and support type (R-15).',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'training-without-coaching',
      label: 'Districts that want training and no coaching',
      unit: 'districts',
      dimensions: ['focusArea'],
      rule: 'Districts that ask for training in an amount other than NONE, and not for coaching in the same focus area. A district has spoken when it said something, NONE included, about training or coaching for the focus area.',
    },
    {
      name: 'coaching-without-training',
      label: 'Districts that want coaching and no training',
      unit: 'districts',
      dimensions: ['focusArea'],
      rule: 'The reverse, counted in the same way.',
    },
  ],
  items: [
    {
      kind: 'ONE_SIDED_REQUEST',
      label: 'A district that asks for one without the other',
      fields: {
        district: 'The district',
        focusArea: 'Focus area',
        wants: 'What it asks for',
        without: 'What it does not ask for',
      },
    },
  ],
  itemSources: Object.keys(sides).map((name) => ({ name, dimensions: ['focusArea', 'district'] })),

  async load(ask, inputs) {
    const { view, scope } = ask;
    const year = schoolYearOfInput(ask, inputs);
    const where = sql`school_year = ${year} and support_type in ('TRAINING', 'COACHING') and ${within(view, scope)}`;
    return {
      districts: await countMembers(ask),
      wishes: await ask.rows<Wish>(sql`
        select district, focus_area,
          sum(case when support_type = 'TRAINING' and amount <> 'NONE' then 1 else 0 end) as training,
          sum(case when support_type = 'COACHING' and amount <> 'NONE' then 1 else 0 end) as coaching
        from ${inForce(view, requestFact, 'r', where)}
        group by district, focus_area order by district, focus_area`),
    };
  },

  answer({ districts, wishes }) {
    const names = Object.keys(sides) as Side[];
    const figures = focusAreas.flatMap((focusArea) => {
      const spoken = wishes.filter((wish) => wish.focus_area === focusArea);
      const universe = { of: districts, known: spoken.length, who: 'districts' };
      return names.map((name) =>
        measured({ name, dimensions: { focusArea } }, spoken.filter((wish) => wantsOnly(name, wish)).length, universe),
      );
    });
    const items = wishes.flatMap((wish) =>
      names
        .filter((name) => wantsOnly(name, wish))
        .map((name) => ({
          kind: 'ONE_SIDED_REQUEST',
          fields: {
            district: wish.district,
            focusArea: wish.focus_area,
            wants: sides[name].wanted,
            without: sides[name].unwanted,
          },
          source: { name, dimensions: { focusArea: wish.focus_area, district: wish.district } },
        })),
    );
    return { figures, items };
  },

  sources(ask, inputs, { name, dimensions }) {
    const { view, scope } = ask;
    const year = schoolYearOfInput(ask, inputs);
    const { wanted, unwanted } = sides[name as Side];
    const area = dimensions['focusArea'] ?? '';
    const ofArea = sql`school_year = ${year} and focus_area = ${area} and ${within(view, scope)}`;
    const one = dimensions['district'] === undefined ? ofArea : sql`${ofArea} and district = ${dimensions['district']}`;
    const both = inForce(view, requestFact, 'b', sql`${one} and support_type = ${unwanted} and amount <> 'NONE'`);
    return [
      {
        kind: requestFact,
        where: sql`${one} and support_type = ${wanted} and amount <> 'NONE' and district not in (select district from ${both})`,
      },
    ];
  },
});
