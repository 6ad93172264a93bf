import type { FocusArea } from '@waymark/kernel';
import type { ItemAnswer } from './exploration-cycle-commands.js';
import type { AnswerValue } from './question-set.js';

type Part = { readonly part: string; readonly value: AnswerValue };
const answered = (...parts: Part[]): ItemAnswer => ({ kind: 'ANSWERED', parts });
const text = (part: string, words: string): Part => ({ part, value: { kind: 'TEXT', text: words } });
const level = (part: string, of: number, focusArea?: FocusArea): Part => {
  return { part, value: { kind: 'SCALE5', level: of, ...(focusArea !== undefined && { focusArea }) } };
};
const areas = (...focusAreas: FocusArea[]): Part => ({ part: 'areas', value: { kind: 'FOCUS_AREAS', focusAreas } });
const choices = (part: string, ...codes: string[]): Part => ({ part, value: { kind: 'CHOICES', choices: codes } });
const initiative = (name: string): Part => ({ part: 'initiatives', value: { kind: 'INITIATIVE', name } });

type RelationOf = Extract<AnswerValue, { kind: 'RELATION' }>;
function relation(
  name: string,
  focusArea: FocusArea,
  kind: RelationOf['relation'],
  more: Partial<RelationOf> = {},
): Part {
  return { part: 'relations', value: { kind: 'RELATION', initiative: name, focusArea, relation: kind, ...more } };
}

type Answers = Readonly<Record<string, ItemAnswer>>;

/** Invented answers of an invented agency to the items that are answered by parts; `seenOn` dates the data it saw. */
export function sampleAnswers(seenOn: string, until: string): Answers {
  return { ...needsAnswers(seenOn), ...fitAnswers, ...capacityAnswers(until) };
}

function needsAnswers(seenOn: string): Answers {
  return {
    N0: answered(text('summary', 'Steady behavior support, and reading support beyond grade 3.'), level('strength', 4)),
    N2: answered(
      {
        part: 'plans',
        value: { kind: 'PLAN', planKind: 'MICIP_GOAL', title: 'Reading by grade 3 (two districts)', seenOn },
      },
      areas('LITERACY', 'SEBH'),
    ),
    N3: answered(
      {
        part: 'data',
        value: {
          kind: 'DATA_SET',
          title: 'Spring reading screener, county',
          finding: 'Grades 4 to 6 lag behind.',
          seenOn,
        },
      },
      {
        part: 'data',
        value: { kind: 'DATA_SET', title: 'Office referrals, county', finding: 'Most come from transitions.', seenOn },
      },
    ),
    N4: answered(text('summary', 'Four districts name behavior support first.'), choices('ways', 'SURVEY', 'MEETING')),
    N5: answered(areas('SEBH', 'LITERACY', 'DISTRICT_INFRASTRUCTURE')),
    N6: answered(
      { part: 'amount', value: { kind: 'CHOICE', choice: 'MODERATE' } },
      { part: 'quantity', value: { kind: 'QUANTITY', amount: 24, unit: 'DAYS' } },
    ),
    N7: answered(choices('types', 'TRAINING', 'COACHING')),
  };
}

const fitAnswers: Answers = {
  F1: answered({ part: 'shared', value: { kind: 'THREE_WAY', choice: 'PARTLY' } }, level('clarity', 3)),
  F2: answered(
    choices('aligned', 'STRATEGIC_PLAN', 'MTSS_PLAN'),
    text('explanation', 'Goal 2 of the strategic plan asks for one framework of support.'),
  ),
  F3a: answered(initiative('Early literacy coaching'), initiative('School mental health grant')),
  F3b: answered(relation('Early literacy coaching', 'LITERACY', 'ENHANCES')),
  F3c: answered(relation('School mental health grant', 'SEBH', 'NEUTRAL')),
  F3d: answered(
    relation('Early literacy coaching', 'LITERACY', 'OVER_EXTENDS_STAFF', { staffGroups: ['literacy coaches'] }),
  ),
  F4a: answered(initiative('Restorative practices'), initiative('New reading curriculum')),
  F4b: answered(relation('New reading curriculum', 'LITERACY', 'ENHANCES')),
  F4c: answered(relation('Restorative practices', 'SEBH', 'CONFLICTS', { explanation: 'Two referral forms in use.' })),
  F4d: { kind: 'UNKNOWN', reason: 'Two districts are still counting initiatives per school.' },
};

function capacityAnswers(until: string): Answers {
  return {
    C1: answered(
      level('areas', 4, 'SEBH'),
      level('areas', 3, 'LITERACY'),
      level('areas', 2, 'DISTRICT_INFRASTRUCTURE'),
    ),
    C2: answered(
      {
        part: 'resources',
        value: { kind: 'RESOURCE', resource: 'FTE', amount: '1.5', unit: 'FTE', fundingSource: 'general fund', until },
      },
      { part: 'resources', value: { kind: 'RESOURCE', resource: 'MONEY', amount: '4500000', unit: 'USD_CENTS' } },
    ),
    C3: answered({
      part: 'learning',
      value: { kind: 'LEARNING_NEED', staffRole: 'consultant', topic: 'coaching of teams', audience: 'DISTRICT' },
    }),
    C4: answered({
      part: 'changes',
      value: {
        kind: 'CHANGE',
        change: 'One calendar for all training',
        ownerRole: 'assistant superintendent',
        status: 'AGREED',
      },
    }),
  };
}
