import { followUpAskedFact, followUpFact, followUpOutcomeFact, needFact } from '../facts/district-request.facts.js';
import { inForce, members, within } from '../facts/in-force.js';
import { placementFact } from '../facts/organisation.facts.js';
import { type Sql, sql } from '../facts/sql.js';
import { counted } from './figure.js';
import { countMembers } from './universe.js';
import { type Ask, question, schoolYearInput, schoolYearOfInput } from './question.js';

interface Silent {
  readonly district: string;
  readonly said_unknown: number;
}
interface Asked {
  readonly district: string;
  readonly asked_on: string;
  readonly way: string;
}
interface OpenTask {
  readonly district: string;
  readonly owner_role: string;
  readonly due_on: string | null;
}
interface Loaded {
  readonly districts: number;
  readonly silent: readonly Silent[];
  readonly asked: readonly Asked[];
  readonly tasks: readonly OpenTask[];
}

/** Districts of the scope that did not answer NEED or NO_NEED for any focus area of the year. */
function silentDistricts(ask: Ask, year: string): Sql {
  const { view, scope } = ask;
  const spoke = inForce(
    view,
    needFact,
    'spoke',
    sql`school_year = ${year} and answer <> 'UNKNOWN' and ${within(view, scope)}`,
  );
  return sql`select organisation from (${members(view, scope)}) as m where organisation not in (select district from ${spoke})`;
}

export const silentDistrictsQuestion = question<Loaded>({
  slug: 'silent-districts',
  version: 1,
  plainWords: 'Which districts have said nothing about their needs, and when did we last ask?',
  source: 'An unknown need opens a follow-up (R-14); silence is found by who is there and did not answer.',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'silent-districts',
      label: 'Districts that said nothing about their needs',
      unit: 'districts',
      dimensions: [],
      rule: 'Districts of the agency without an answer NEED or NO_NEED in force for any focus area of the year. Known as soon as there is a district.',
    },
  ],
  items: [
    {
      kind: 'SILENT_DISTRICT',
      label: 'A district that said nothing',
      fields: {
        district: 'The district',
        saidUnknown: 'Focus areas for which it said that it does not know',
        lastAskedOn: 'When it was last asked, in any year',
        lastAskedBy: 'In which way it was asked',
        ownerRole: 'Who has to ask, where a follow-up of the year is open',
        dueOn: 'By when',
      },
    },
  ],
  itemSources: [{ name: 'silent-district', dimensions: ['district'] }],

  async load(ask, inputs) {
    const { view, scope } = ask;
    const year = schoolYearOfInput(ask, inputs);
    const ended = inForce(view, followUpOutcomeFact, 'o', sql`school_year = ${year} and ${within(view, scope)}`);
    return {
      districts: await countMembers(ask),
      silent: await ask.rows<Silent>(sql`
        select s.organisation as district, count(n.district) as said_unknown
        from (${silentDistricts(ask, year)}) as s
        left join ${inForce(view, needFact, 'n', sql`school_year = ${year} and answer = 'UNKNOWN'`)} on n.district = s.organisation
        group by s.organisation order by s.organisation`),
      asked: await ask.rows<Asked>(sql`
        select district, asked_on, way from ${inForce(view, followUpAskedFact, 'a', within(view, scope))}
        order by asked_on, event_position`),
      tasks: await ask.rows<OpenTask>(sql`
        select district, owner_role, due_on
        from ${inForce(view, followUpFact, 'f', sql`school_year = ${year} and ${within(view, scope)}`)}
        where follow_up not in (select follow_up from ${ended}) order by event_position`),
    };
  },

  answer({ districts, silent, asked, tasks }) {
    const lastAsked = new Map(asked.map((row) => [row.district, row]));
    const openTask = new Map(tasks.map((row) => [row.district, row]));
    return {
      figures: [counted({ name: 'silent-districts', dimensions: {} }, silent.length, districts, 'districts')],
      items: silent.map(({ district, said_unknown }) => ({
        kind: 'SILENT_DISTRICT',
        fields: {
          district,
          saidUnknown: Number(said_unknown),
          lastAskedOn: lastAsked.get(district)?.asked_on ?? null,
          lastAskedBy: lastAsked.get(district)?.way ?? null,
          ownerRole: openTask.get(district)?.owner_role ?? null,
          dueOn: openTask.get(district)?.due_on ?? null,
        },
        source: { name: 'silent-district', dimensions: { district } },
      })),
    };
  },

  sources(ask, inputs, { name, dimensions }) {
    const year = schoolYearOfInput(ask, inputs);
    const silent = sql`organisation in (${silentDistricts(ask, year)})`;
    if (name === 'silent-districts') return [{ kind: placementFact, where: silent }];
    const district = dimensions['district'] ?? '';
    const ofYear = sql`district = ${district} and school_year = ${year} and ${within(ask.view, ask.scope)}`;
    return [
      { kind: placementFact, where: sql`organisation = ${district} and ${silent}` },
      { kind: needFact, where: ofYear },
      { kind: followUpFact, where: ofYear },
      { kind: followUpAskedFact, where: sql`district = ${district} and ${within(ask.view, ask.scope)}` },
    ];
  },
});
