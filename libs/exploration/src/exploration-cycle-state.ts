import { type Entry, entryOf, type Recorded } from '@waymark/kernel';
import type { CountyNeed, Evidence, ItemAnswer, LeadershipCommitment } from './exploration-cycle-commands.js';
import type { Assessment, ExplorationCycleEvent } from './exploration-cycle.events.js';

/** DRAFT → SUBMITTED ⇄ RETURNED → ACCEPTED; a revision leads from SUBMITTED or ACCEPTED back to DRAFT. */
export type AssessmentState = 'DRAFT' | 'SUBMITTED' | 'RETURNED' | 'ACCEPTED';

/** What was said to an item. */
export interface ItemContent {
  readonly answer: ItemAnswer;
  readonly evidence: readonly Evidence[];
}

/** A county need as it was last stated. */
export type NeedContent = CountyNeed;

export interface AssessmentStanding {
  readonly state: AssessmentState;
  /** Number of the last submission, 0 before the first. */
  readonly submission: number;
}

/** The latest cycle of one organisation, year and lineage. */
export interface CycleState {
  /** Counts from 1; 0 before the first cycle. */
  readonly cycle: number;
  readonly ended: 'ACCEPTED' | 'ABANDONED' | undefined;
  readonly subjectKind: 'AGENCY' | 'DISTRICT';
  readonly questionSet: string;
  readonly assessments: Readonly<Record<Assessment, AssessmentStanding>>;
  readonly items: Readonly<Record<string, readonly Entry<ItemContent>[]>>;
  readonly needs: Readonly<Record<string, readonly Entry<NeedContent>[]>>;
  readonly commitment: readonly Entry<LeadershipCommitment>[];
}

const draft: AssessmentStanding = { state: 'DRAFT', submission: 0 };

export const noCycle: CycleState = {
  cycle: 0,
  ended: undefined,
  subjectKind: 'AGENCY',
  questionSet: '',
  assessments: { NEEDS: draft, FIT: draft, CAPACITY: draft },
  items: {},
  needs: {},
  commitment: [],
};

/** Folds one event; never throws. */
export function evolveCycle(state: CycleState, event: Recorded<ExplorationCycleEvent>): CycleState {
  switch (event.type) {
    case 'ExplorationCycleOpened': {
      const { cycle, subjectKind, questionSet } = event.data;
      return { ...noCycle, cycle, subjectKind, questionSet };
    }
    case 'QuestionSetReplaced':
      return { ...state, questionSet: event.data.questionSet };
    case 'ItemAnswered':
    case 'CountyNeedStated':
    case 'LeadershipCommitmentStated':
      return withStatement(state, event);
    case 'AssessmentSubmitted':
    case 'AssessmentReturned':
    case 'AssessmentAccepted':
    case 'AssessmentRevised':
      return withAssessment(state, event);
    case 'ExplorationCycleClosed':
      return { ...state, ended: 'ACCEPTED' };
    case 'ExplorationCycleReopened':
      return { ...state, ended: undefined };
    case 'ExplorationCycleAbandoned':
      return { ...state, ended: 'ABANDONED' };
    case 'ItemOwnerAssigned':
      return state;
  }
}

type EventOf<T extends ExplorationCycleEvent['type']> = Recorded<Extract<ExplorationCycleEvent, { type: T }>>;

/** The content that an answer event leaves, undefined for a withdrawal. */
export function itemContentOf(event: EventOf<'ItemAnswered'>): ItemContent | undefined {
  const { answer, evidence } = event.data;
  return answer === undefined ? undefined : { answer, evidence };
}

function withStatement(
  state: CycleState,
  event: EventOf<'ItemAnswered' | 'CountyNeedStated' | 'LeadershipCommitmentStated'>,
): CycleState {
  const { reason } = event.data;
  switch (event.type) {
    case 'ItemAnswered': {
      const { item } = event.data;
      const entry = entryOf(event, itemContentOf(event), reason);
      return { ...state, items: { ...state.items, [item]: [...(state.items[item] ?? []), entry] } };
    }
    case 'CountyNeedStated': {
      const { need, was } = event.data;
      const needId = (need ?? was)?.needId ?? '';
      const entry = entryOf(event, need, reason);
      return { ...state, needs: { ...state.needs, [needId]: [...(state.needs[needId] ?? []), entry] } };
    }
    case 'LeadershipCommitmentStated':
      return { ...state, commitment: [...state.commitment, entryOf(event, event.data.commitment, reason)] };
  }
}

const stateAfter = {
  AssessmentSubmitted: 'SUBMITTED',
  AssessmentReturned: 'RETURNED',
  AssessmentAccepted: 'ACCEPTED',
  AssessmentRevised: 'DRAFT',
} as const;

function withAssessment(state: CycleState, event: EventOf<keyof typeof stateAfter>): CycleState {
  const { assessment, submission } = event.data;
  const standing: AssessmentStanding = { state: stateAfter[event.type], submission };
  return { ...state, assessments: { ...state.assessments, [assessment]: standing } };
}
