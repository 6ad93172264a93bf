import { commitmentFact } from '../facts/exploration-cycle.facts.js';
import { agencies, inForce } from '../facts/in-force.js';
import { type Sql, sql } from '../facts/sql.js';
import { measured } from './figure.js';
import { countAgencies } from './universe.js';
import { type Ask, question, schoolYearInput, schoolYearOfInput } from './question.js';

interface Commitment {
  readonly subject: string;
  readonly lineage: string;
  readonly cycle: number;
  readonly supports: string;
  readonly leader_role: string;
  readonly committed_on: string;
  readonly understands_resources: string;
}
interface Loaded {
  readonly agencies: number;
  readonly commitments: readonly Commitment[];
}

function ofYear(ask: Ask, year: string): Sql {
  return sql`school_year = ${year} and subject in (${agencies(ask.view, ask.scope)})`;
}

/** The last word of each agency in the year: that of its latest cycle. */
function lastWords(ask: Ask, year: string): Sql {
  const { view } = ask;
  return sql`${ofYear(ask, year)} and not exists (
    select 1 from ${inForce(view, commitmentFact, 'later', ofYear(ask, year))}
    where later.subject = fact_commitment.subject and (later.cycle > fact_commitment.cycle
      or (later.cycle = fact_commitment.cycle and later.lineage > fact_commitment.lineage)))`;
}

const confirmed = (commitment: Commitment) => commitment.supports === 'YES';
const unaware = (commitment: Commitment) => confirmed(commitment) && commitment.understands_resources !== 'YES';

export const leadershipCommitment = question<Loaded>({
  slug: 'leadership-commitment',
  version: 1,
  plainWords: 'Did leadership confirm commitment, who, when, and do they know the resource cost?',
  source:
    'A commitment names the leader’s role and a date; one without confirmed understanding of the resources warns (R-17).',
  inputs: [schoolYearInput],
  figures: [
    {
      name: 'committed',
      label: 'Agencies whose leadership supports the work',
      unit: 'agencies',
      dimensions: [],
      rule: 'Agencies whose last commitment of the year says YES. An agency has spoken when a commitment was recorded.',
    },
    {
      name: 'committed-without-resources',
      label: 'Agencies whose leadership supports the work without knowing what it takes',
      unit: 'agencies',
      dimensions: [],
      rule: 'Of those, the ones whose leadership does not fully understand what resources it takes (PARTLY, NO or UNKNOWN): a warning.',
    },
  ],
  items: [
    {
      kind: 'COMMITMENT',
      label: 'What leadership of an agency said',
      fields: {
        agency: 'The agency',
        supports: 'Whether leadership supports the work',
        leaderRole: 'Who said so, by role',
        committedOn: 'When',
        understandsResources: 'Whether leadership knows what resources it takes',
        warning: 'R-17 when it supports the work and does not fully know what it takes',
      },
    },
  ],
  itemSources: [{ name: 'commitment', dimensions: ['agency'] }],

  async load(ask, inputs) {
    const where = lastWords(ask, schoolYearOfInput(ask, inputs));
    return {
      agencies: await countAgencies(ask),
      commitments: await ask.rows<Commitment>(
        sql`select * from ${inForce(ask.view, commitmentFact, 'c', where)} order by subject`,
      ),
    };
  },

  answer({ agencies: of, commitments }) {
    const universe = { of, known: commitments.length, who: 'agencies' };
    return {
      figures: [
        measured({ name: 'committed', dimensions: {} }, commitments.filter(confirmed).length, universe),
        measured({ name: 'committed-without-resources', dimensions: {} }, commitments.filter(unaware).length, universe),
      ],
      items: commitments.map((commitment) => ({
        kind: 'COMMITMENT',
        fields: {
          agency: commitment.subject,
          supports: commitment.supports,
          leaderRole: commitment.leader_role,
          committedOn: commitment.committed_on,
          understandsResources: commitment.understands_resources,
          warning: unaware(commitment) ? 'R-17' : null,
        },
        source: { name: 'commitment', dimensions: { agency: commitment.subject } },
      })),
    };
  },

  sources(ask, inputs, { name, dimensions }) {
    const where = lastWords(ask, schoolYearOfInput(ask, inputs));
    switch (name) {
      case 'committed':
        return [{ kind: commitmentFact, where: sql`${where} and supports = 'YES'` }];
      case 'committed-without-resources':
        return [{ kind: commitmentFact, where: sql`${where} and supports = 'YES' and understands_resources <> 'YES'` }];
      default:
        return [{ kind: commitmentFact, where: sql`${where} and subject = ${dimensions['agency'] ?? ''}` }];
    }
  },
});
