import { civilDateIn, type CivilDate, type Recorded } from '@waymark/kernel';
import { requestFact } from '../facts/district-request.facts.js';
import { assessmentFact } from '../facts/exploration-cycle.facts.js';
import { inForce, within } from '../facts/in-force.js';
import { sql } from '../facts/sql.js';
import { counted, type FigureKey, type Finding, noData } from './figure.js';
import { leadershipCommitment } from './leadership-commitment.question.js';
import { ofScope, openCycles } from './open-cycles.question.js';
import {
  type Ask,
  type FoundItem,
  type Inputs,
  question,
  type Question,
  type RecordedChange,
  schoolYearInput,
  schoolYearOfInput,
  type Source,
} from './question.js';
import { recordedChanges } from './record-changes.js';
import { eventItem, eventItemOf, MOST_EVENTS, organisationOf } from './record.js';
import { silentDistrictsQuestion } from './silent-districts.question.js';

/** Questions whose answers stand on the page as they are. */
const parts: readonly Question[] = [openCycles, silentDistrictsQuestion, leadershipCommitment];
const DAYS_BACK = 30;
const HOUR = 3_600_000;

interface Request {
  readonly district: string;
  readonly focus_area: string;
  readonly support_type: string;
  readonly amount: string;
}
interface Standing {
  readonly subject: string;
  readonly school_year: string;
  readonly lineage: string;
  readonly cycle: number;
  readonly assessment: string;
  readonly state: string;
  readonly submission: number;
}
interface Loaded {
  readonly parts: readonly unknown[];
  readonly standings: readonly Standing[];
  readonly requests: readonly Request[];
  readonly events: readonly Recorded[];
  readonly shown: readonly RecordedChange[];
}

/** The instant at which a day begins in a time zone. */
export function startOfDay(timeZone: string, date: CivilDate): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  for (let quarter = -14 * 4; quarter <= 14 * 4; quarter += 1) {
    const instant = new Date(midnight + (quarter * HOUR) / 4);
    if (civilDateIn(timeZone, instant) >= date) return instant.toISOString();
  }
  return new Date(midnight).toISOString();
}

function daysBefore(date: CivilDate, days: number): CivilDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 24 * HOUR).toISOString().slice(0, 10);
}

/** The last position before the day on which to begin. */
async function beforeSince(ask: Ask, inputs: Inputs): Promise<number> {
  const since = inputs['since'] ?? daysBefore(ask.view.on, DAYS_BACK);
  // Instants and positions rise together (S13): by instant, the last one before the day is found in the primary key.
  const [row] = await ask.rows<{ position: number }>(sql`
    select position from recorded_clock where recorded_at < ${startOfDay(ask.timeZone, since)}
    order by recorded_at desc limit 1`);
  return Number(row?.position ?? -1);
}

/** How many events there are since the day; partial when there are more than the page shows. */
function happened(events: readonly Recorded[]): Finding {
  const key = { name: 'events-since', dimensions: {} };
  if (events.length === 0) return noData(key, 'Nothing was recorded here.');
  const n = Math.min(events.length, MOST_EVENTS);
  const finding = counted(key, n, n, 'events');
  if (events.length <= MOST_EVENTS) return finding;
  return { ...finding, state: 'PARTIAL', reason: 'There were more; the sources of this figure are all of them.' };
}

const handedIn = (row: Standing): FoundItem => ({
  kind: 'ASSESSMENT',
  fields: {
    organisation: row.subject,
    schoolYear: row.school_year,
    lineage: row.lineage,
    cycle: row.cycle,
    assessment: row.assessment,
    state: row.state,
    submission: row.submission,
  },
  source: {
    name: 'assessment',
    dimensions: { organisation: row.subject, schoolYear: row.school_year, assessment: row.assessment },
  },
});

const asked = (row: Request): FoundItem => ({
  kind: 'REQUEST',
  fields: { district: row.district, focusArea: row.focus_area, supportType: row.support_type, amount: row.amount },
  source: {
    name: 'request',
    dimensions: { district: row.district, focusArea: row.focus_area, supportType: row.support_type },
  },
});

function requestsOf(ask: Ask, inputs: Inputs) {
  return sql`school_year = ${schoolYearOfInput(ask, inputs)} and amount <> 'NONE' and ${within(ask.view, ask.scope)}`;
}

function ownSources(ask: Ask, inputs: Inputs, { name, dimensions }: FigureKey): Source[] {
  if (name === 'districts-asking-for-anything') return [{ kind: requestFact, where: requestsOf(ask, inputs) }];
  if (name === 'request') {
    const { district = '', focusArea = '', supportType = '' } = dimensions;
    const where = sql`${requestsOf(ask, inputs)} and district = ${district} and focus_area = ${focusArea} and support_type = ${supportType}`;
    return [{ kind: requestFact, where }];
  }
  const { organisation = '', schoolYear = '', assessment = '' } = dimensions;
  const where = sql`${ofScope(ask, inputs)} and subject = ${organisation} and school_year = ${schoolYear} and assessment = ${assessment}`;
  return [{ kind: assessmentFact, where }];
}

/** Names under which the parts give sources: their figures, and the items that have sources of their own. */
const partOf: Readonly<Record<string, Question>> = {
  ...Object.fromEntries(parts.flatMap((part) => part.figures.map((figure) => [figure.name, part]))),
  'silent-district': silentDistrictsQuestion,
  commitment: leadershipCommitment,
};

export const agencyPage = question<Loaded>({
  slug: 'agency-page',
  version: 2,
  plainWords: 'One page for an agency: its cycle, what is missing, who asked for what, and what happened since a date.',
  source:
    'Puts together open-cycles, silent-districts and leadership-commitment with the requests and the record itself.',
  needs: 'read:events',
  inputs: [
    schoolYearInput,
    {
      name: 'since',
      kind: 'DATE',
      description: 'From which day on to show what was recorded.',
      otherwise: `${DAYS_BACK} days before the effective date`,
    },
  ],
  figures: [
    ...parts.flatMap((part) => part.figures),
    {
      name: 'districts-asking-for-anything',
      label: 'Districts asking for any support',
      unit: 'districts',
      dimensions: [],
      rule: 'Districts with a request in force in the year, in an amount other than NONE. No data until one asked.',
    },
    {
      name: 'events-since',
      label: 'Events since the day',
      unit: 'events',
      dimensions: [],
      rule: `Events about the agency recorded from that day on, counted and listed up to the newest ${MOST_EVENTS}. Partial when there are more; its sources are all of them.`,
    },
  ],
  items: [
    ...parts.flatMap((part) => part.items),
    {
      kind: 'ASSESSMENT',
      label: 'Where an assessment stands',
      fields: {
        organisation: 'Who explores',
        schoolYear: 'School year',
        lineage: 'Line of question sets',
        cycle: 'Number of the cycle in its year',
        assessment: 'NEEDS, FIT or CAPACITY',
        state: 'SUBMITTED, RETURNED, ACCEPTED or REVISED',
        submission: 'Number of the submission',
      },
    },
    {
      kind: 'REQUEST',
      label: 'What a district asks for',
      fields: { district: 'The district', focusArea: 'Focus area', supportType: 'Support type', amount: 'How much' },
    },
    eventItem,
  ],
  itemSources: [
    ...parts.flatMap((part) => part.itemSources ?? []),
    { name: 'assessment', dimensions: ['organisation', 'schoolYear', 'assessment'] },
    { name: 'request', dimensions: ['district', 'focusArea', 'supportType'] },
  ],

  async load(ask, inputs) {
    const { view } = ask;
    const since = { after: await beforeSince(ask, inputs), before: view.position + 1 };
    const events = await ask.record.newest(organisationOf(ask), since, MOST_EVENTS + 1);
    const loaded: unknown[] = [];
    for (const part of parts) loaded.push(await part.load(ask, inputs));
    return {
      parts: loaded,
      standings: await ask.rows<Standing>(sql`
        select * from ${inForce(view, assessmentFact, 'a', ofScope(ask, { schoolYear: schoolYearOfInput(ask, inputs) }))}
        order by subject, lineage, cycle, assessment`),
      requests: await ask.rows<Request>(sql`
        select * from ${inForce(view, requestFact, 'r', requestsOf(ask, inputs))} order by district, focus_area, support_type`),
      events,
      shown: await recordedChanges(ask, events.slice(0, MOST_EVENTS)),
    };
  },

  answer(loaded, inputs) {
    const answers = parts.map((part, index) => part.answer(loaded.parts[index], inputs));
    const asking = new Set(loaded.requests.map((row) => row.district)).size;
    const askingKey = { name: 'districts-asking-for-anything', dimensions: {} };
    return {
      figures: [
        ...answers.flatMap((answer) => answer.figures),
        asking === 0
          ? noData(askingKey, 'No district asked for support.')
          : counted(askingKey, asking, asking, 'districts'),
        happened(loaded.events),
      ],
      items: [
        ...answers.flatMap((answer) => answer.items),
        ...loaded.standings.map(handedIn),
        ...loaded.requests.map(asked),
        ...loaded.shown.map((change) => eventItemOf(change)),
      ],
    };
  },

  async sources(ask, inputs, key) {
    const part = partOf[key.name];
    if (part !== undefined) return part.sources(ask, inputs, key);
    if (key.name !== 'events-since') return ownSources(ask, inputs, key);
    return [{ about: organisationOf(ask), after: await beforeSince(ask, inputs) }];
  },
});
