import type { ExplorationCycleEvent } from '@waymark/exploration';
import type { Column, RowValues } from '@waymark/read-store';
import { type Cell, factKind, reading } from './fact-kind.js';

const place = {
  subject: { type: 'text' },
  school_year: { type: 'text' },
  lineage: { type: 'text' },
  cycle: { type: 'integer' },
} as const satisfies Record<string, Column>;

interface Place {
  readonly subjectId: string;
  readonly schoolYear: string;
  readonly lineage: string;
  readonly cycle: number;
}
const cellOf = (data: Place, ofKey: readonly string[], value: RowValues): Cell => ({
  key: [data.subjectId, data.schoolYear, data.lineage, data.cycle, ...ofKey],
  value,
});

type DataOf<T extends ExplorationCycleEvent['type']> = Extract<ExplorationCycleEvent, { type: T }>['data'];
type ItemAnswer = NonNullable<DataOf<'ItemAnswered'>['answer']>;

/** An event type that says one thing about its cycle: the value, and what the key holds beside the cycle. */
function saying<T extends ExplorationCycleEvent['type']>(
  type: T,
  value: (data: DataOf<T>) => RowValues,
  ofKey: (data: DataOf<T>) => readonly string[] = () => [],
) {
  return reading<ExplorationCycleEvent, T, true>(type, {
    now: () => true,
    cells: (data) => {
      const said = data as unknown as DataOf<T>;
      return [cellOf(data as unknown as Place, ofKey(said), value(said))];
    },
  });
}

/** State of a cycle: OPEN (again after a revision), COMPLETE or ABANDONED. */
export const cycleFact = factKind({
  name: 'cycle',
  key: place,
  value: { state: { type: 'text' } },
  reads: {
    ExplorationCycleOpened: saying('ExplorationCycleOpened', () => ['OPEN']),
    ExplorationCycleClosed: saying('ExplorationCycleClosed', () => ['COMPLETE']),
    ExplorationCycleReopened: saying('ExplorationCycleReopened', () => ['OPEN']),
    ExplorationCycleAbandoned: saying('ExplorationCycleAbandoned', () => ['ABANDONED']),
  },
});

/** The question set that a cycle works through. */
export const cycleQuestionsFact = factKind({
  name: 'cycle_questions',
  key: place,
  value: { question_set: { type: 'text' } },
  reads: {
    ExplorationCycleOpened: saying('ExplorationCycleOpened', (data) => [data.questionSet]),
    QuestionSetReplaced: saying('QuestionSetReplaced', (data) => [data.questionSet]),
  },
});

/** What an item says: ANSWERED, UNKNOWN or NOT_APPLICABLE. */
export const itemFact = factKind({
  name: 'item',
  key: { ...place, item: { type: 'text' } },
  value: { assessment: { type: 'text' }, status: { type: 'text' } },
  reads: {
    ItemAnswered: reading<ExplorationCycleEvent, 'ItemAnswered', ItemAnswer>('ItemAnswered', {
      now: (data) => data.answer,
      was: (data) => data.was?.answer,
      cells: (data, answer) => [cellOf(data, [data.item], [data.assessment, answer.kind])],
    }),
  },
});

/** The levels (1 to 5) of an answer, by focus area; ALL where the part names none. A part said twice counts as last said. */
function levelsOf(data: DataOf<'ItemAnswered'>, answer: ItemAnswer): readonly Cell[] {
  if (answer.kind !== 'ANSWERED') return [];
  const cells = new Map<string, Cell>();
  for (const { part, value } of answer.parts) {
    if (value.kind !== 'SCALE5') continue;
    const focusArea = value.focusArea ?? 'ALL';
    cells.set(`${part} ${focusArea}`, cellOf(data, [data.item, part, focusArea], [data.assessment, value.level]));
  }
  return [...cells.values()];
}

/** A level that an answer gives, by part and focus area. */
export const itemLevelFact = factKind({
  name: 'item_level',
  key: { ...place, item: { type: 'text' }, part: { type: 'text' }, focus_area: { type: 'text' } },
  value: { assessment: { type: 'text' }, level: { type: 'integer' } },
  reads: {
    ItemAnswered: reading<ExplorationCycleEvent, 'ItemAnswered', ItemAnswer>('ItemAnswered', {
      now: (data) => data.answer,
      was: (data) => data.was?.answer,
      cells: levelsOf,
    }),
  },
});

/** Who has to see to an item, answered or not. */
export const itemOwnerFact = factKind({
  name: 'item_owner',
  key: { ...place, item: { type: 'text' } },
  value: { owner_role: { type: 'text' }, due_on: { type: 'text', nullable: true } },
  reads: {
    ItemOwnerAssigned: saying(
      'ItemOwnerAssigned',
      (data) => [data.ownerRole, data.dueOn ?? null],
      (data) => [data.item],
    ),
  },
});

interface CountyNeed {
  readonly needId: string;
  readonly focusArea: string;
  readonly strength?: number | undefined;
}

/** A need of the county as a whole. */
export const countyNeedFact = factKind({
  name: 'county_need',
  key: { ...place, need_id: { type: 'text' } },
  value: { focus_area: { type: 'text' }, strength: { type: 'integer', nullable: true } },
  reads: {
    CountyNeedStated: reading<ExplorationCycleEvent, 'CountyNeedStated', CountyNeed>('CountyNeedStated', {
      now: (data) => data.need,
      was: (data) => data.was,
      cells: (data, need) => [cellOf(data, [need.needId], [need.focusArea, need.strength ?? null])],
    }),
  },
});

type Commitment = NonNullable<DataOf<'LeadershipCommitmentStated'>['commitment']>;

/** Whether leadership supports the work, and knows what it takes. */
export const commitmentFact = factKind({
  name: 'commitment',
  key: place,
  value: {
    supports: { type: 'text' },
    leader_role: { type: 'text' },
    committed_on: { type: 'text' },
    understands_resources: { type: 'text' },
  },
  reads: {
    LeadershipCommitmentStated: reading<ExplorationCycleEvent, 'LeadershipCommitmentStated', Commitment>(
      'LeadershipCommitmentStated',
      {
        now: (data) => data.commitment,
        was: (data) => data.was,
        cells: (data, said) => [
          cellOf(data, [], [said.supports, said.leaderRole, said.committedOn, said.understandsResources]),
        ],
      },
    ),
  },
});

const handedIn = (state: string) => (data: { submission: number }) => [state, data.submission];
const inAssessment = (data: { assessment: string }) => [data.assessment];

/** Where an assessment stands since it was first handed in: SUBMITTED, RETURNED, ACCEPTED or REVISED. */
export const assessmentFact = factKind({
  name: 'assessment',
  key: { ...place, assessment: { type: 'text' } },
  value: { state: { type: 'text' }, submission: { type: 'integer' } },
  reads: {
    AssessmentSubmitted: saying('AssessmentSubmitted', handedIn('SUBMITTED'), inAssessment),
    AssessmentReturned: saying('AssessmentReturned', handedIn('RETURNED'), inAssessment),
    AssessmentAccepted: saying('AssessmentAccepted', handedIn('ACCEPTED'), inAssessment),
    AssessmentRevised: saying('AssessmentRevised', handedIn('REVISED'), inAssessment),
  },
});
