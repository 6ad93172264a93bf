import { type CivilDate, type Entry, entryOf, type EventId, type Instant, type Recorded } from '@waymark/kernel';
import { type Json, readTable, type RowOf, rowProjection, rowsOf } from '@waymark/read-store';
import type { LeadershipCommitment } from './exploration-cycle-commands.js';
import {
  type AssessmentState,
  type AssessmentStanding,
  type ItemContent,
  itemContentOf,
  type NeedContent,
} from './exploration-cycle-state.js';
import { type Assessment, assessments, type ExplorationCycleEvent } from './exploration-cycle.events.js';

const place = {
  subject: { type: 'text' },
  school_year: { type: 'text' },
  lineage: { type: 'text' },
  cycle: { type: 'integer' },
} as const;
const placeKey = ['subject', 'school_year', 'lineage', 'cycle'] as const;

/** A row per cycle; `assessments` holds an {@link AssessmentRecord} each, with every submission. */
export const cycleTable = readTable({
  name: 'exploration_cycle',
  columns: {
    ...place,
    subject_kind: { type: 'text' },
    question_set: { type: 'text' },
    state: { type: 'text' },
    opened_on: { type: 'text' },
    opened_by: { type: 'text' },
    ended_on: { type: 'text', nullable: true },
    end_reason: { type: 'text', nullable: true },
    assessments: { type: 'json' },
  },
  primaryKey: placeKey,
});

/** A row per item that was answered or has an owner; `entries` holds every event of its answers. */
export const itemTable = readTable({
  name: 'exploration_item',
  columns: {
    ...place,
    item: { type: 'text' },
    owner_role: { type: 'text', nullable: true },
    owner_id: { type: 'text', nullable: true },
    due_on: { type: 'text', nullable: true },
    entries: { type: 'json' },
  },
  primaryKey: [...placeKey, 'item'],
});

export const needTable = readTable({
  name: 'exploration_need',
  columns: { ...place, need_id: { type: 'text' }, entries: { type: 'json' } },
  primaryKey: [...placeKey, 'need_id'],
});

export const commitmentTable = readTable({
  name: 'exploration_commitment',
  columns: { ...place, entries: { type: 'json' } },
  primaryKey: placeKey,
});

/** OPEN until all three are submitted; ACCEPTED when all are accepted. "Submitted" is what a selection needs. */
export type CyclePhase = 'OPEN' | 'SUBMITTED' | 'ACCEPTED' | 'ABANDONED';

/** One handing-in of an assessment and what became of it. The answers as they stood are those at `position`. */
export interface Submission {
  readonly submission: number;
  readonly eventId: EventId;
  readonly position: number;
  readonly submittedAt: Instant;
  readonly effectiveOn: CivilDate;
  readonly role: string;
  readonly steps: readonly SubmissionStep[];
}

export interface SubmissionStep {
  readonly step: 'RETURNED' | 'ACCEPTED' | 'REVISED';
  readonly eventId: EventId;
  readonly at: Instant;
  readonly role: string;
  readonly reasons: readonly { readonly item?: string | undefined; readonly reason: string }[];
}

export interface AssessmentRecord extends AssessmentStanding {
  readonly submissions: readonly Submission[];
}
export type AssessmentRecords = Readonly<Record<Assessment, AssessmentRecord>>;

export type CycleRow = RowOf<typeof cycleTable>;
export type ItemRow = RowOf<typeof itemTable>;

type Event = Recorded<ExplorationCycleEvent>;
type EventOf<T extends ExplorationCycleEvent['type']> = Recorded<Extract<ExplorationCycleEvent, { type: T }>>;

function placeOf({ data }: { readonly data: Event['data'] }) {
  return { subject: data.subjectId, school_year: data.schoolYear, lineage: data.lineage, cycle: data.cycle };
}

function itemKey(event: EventOf<'ItemAnswered' | 'ItemOwnerAssigned'>) {
  return { ...placeOf(event), item: event.data.item };
}

function needKey(event: EventOf<'CountyNeedStated'>) {
  return { ...placeOf(event), need_id: (event.data.need ?? event.data.was)?.needId ?? '' };
}

/** Cycles with their assessments and submissions, items, county needs and commitment. */
export const explorationCycleProjection = rowProjection<ExplorationCycleEvent>({
  name: 'exploration-cycles',
  version: 3,
  tables: [cycleTable, itemTable, needTable, commitmentTable],
  handles: [
    'ExplorationCycleOpened',
    'QuestionSetReplaced',
    'ItemOwnerAssigned',
    'ItemAnswered',
    'CountyNeedStated',
    'LeadershipCommitmentStated',
    'AssessmentSubmitted',
    'AssessmentReturned',
    'AssessmentAccepted',
    'AssessmentRevised',
    'ExplorationCycleClosed',
    'ExplorationCycleReopened',
    'ExplorationCycleAbandoned',
  ],
  keys(event) {
    switch (event.type) {
      case 'ItemAnswered':
      case 'ItemOwnerAssigned':
        return [rowsOf(itemTable, itemKey(event))];
      case 'CountyNeedStated':
        return [rowsOf(needTable, needKey(event))];
      case 'LeadershipCommitmentStated':
        return [rowsOf(commitmentTable, placeOf(event))];
      default:
        return [rowsOf(cycleTable, placeOf(event))];
    }
  },
  apply(event, rows) {
    switch (event.type) {
      case 'ExplorationCycleOpened':
        return rows.put(cycleTable, openedRow(event));
      case 'ItemOwnerAssigned':
      case 'ItemAnswered': {
        const key = itemKey(event);
        return rows.put(itemTable, itemAfter(rows.get(itemTable, key) ?? noItem(key), event));
      }
      case 'CountyNeedStated': {
        const key = needKey(event);
        const before = rows.get(needTable, key)?.entries;
        return rows.put(needTable, { ...key, entries: pushed<NeedContent>(before, event, event.data.need) });
      }
      case 'LeadershipCommitmentStated': {
        const key = placeOf(event);
        const before = rows.get(commitmentTable, key)?.entries;
        const entries = pushed<LeadershipCommitment>(before, event, event.data.commitment);
        return rows.put(commitmentTable, { ...key, entries });
      }
      default:
        return rows.put(cycleTable, cycleAfter(rows.require(cycleTable, placeOf(event)), event));
    }
  },
});

function openedRow(event: EventOf<'ExplorationCycleOpened'>): CycleRow {
  const { subjectKind, questionSet } = event.data;
  const draft: AssessmentRecord = { state: 'DRAFT', submission: 0, submissions: [] };
  return {
    ...placeOf(event),
    subject_kind: subjectKind,
    question_set: questionSet,
    state: 'OPEN',
    opened_on: event.metadata.effectiveOn,
    opened_by: event.eventId,
    ended_on: null,
    end_reason: null,
    assessments: asJson({ NEEDS: draft, FIT: draft, CAPACITY: draft }),
  };
}

function noItem(key: ReturnType<typeof itemKey>): ItemRow {
  return { ...key, owner_role: null, owner_id: null, due_on: null, entries: [] };
}

function itemAfter(row: ItemRow, event: EventOf<'ItemOwnerAssigned' | 'ItemAnswered'>): ItemRow {
  if (event.type === 'ItemAnswered') {
    return { ...row, entries: pushed<ItemContent>(row.entries, event, itemContentOf(event)) };
  }
  const { ownerRole, ownerId, dueOn } = event.data;
  return { ...row, owner_role: ownerRole, owner_id: ownerId ?? null, due_on: dueOn ?? null };
}

type CycleChange = EventOf<
  | 'QuestionSetReplaced'
  | 'AssessmentSubmitted'
  | 'AssessmentReturned'
  | 'AssessmentAccepted'
  | 'AssessmentRevised'
  | 'ExplorationCycleClosed'
  | 'ExplorationCycleReopened'
  | 'ExplorationCycleAbandoned'
>;

function cycleAfter(row: CycleRow, event: CycleChange): CycleRow {
  switch (event.type) {
    case 'QuestionSetReplaced':
      return { ...row, question_set: event.data.questionSet };
    case 'ExplorationCycleClosed':
      return { ...row, state: 'ACCEPTED', ended_on: event.metadata.effectiveOn };
    case 'ExplorationCycleReopened': {
      const records = row.assessments as unknown as AssessmentRecords;
      return { ...row, state: phaseOf(records), ended_on: null };
    }
    case 'ExplorationCycleAbandoned':
      return { ...row, state: 'ABANDONED', ended_on: event.metadata.effectiveOn, end_reason: event.data.reason };
    default: {
      const before = row.assessments as unknown as AssessmentRecords;
      const { assessment } = event.data;
      const after = { ...before, [assessment]: assessmentAfter(before[assessment], event) };
      return { ...row, assessments: asJson(after), state: phaseOf(after) };
    }
  }
}

function phaseOf(records: AssessmentRecords): CyclePhase {
  const handedIn: readonly AssessmentState[] = ['SUBMITTED', 'ACCEPTED'];
  return assessments.every((assessment) => handedIn.includes(records[assessment].state)) ? 'SUBMITTED' : 'OPEN';
}

type AssessmentChange = EventOf<
  'AssessmentSubmitted' | 'AssessmentReturned' | 'AssessmentAccepted' | 'AssessmentRevised'
>;

function assessmentAfter(before: AssessmentRecord, event: AssessmentChange): AssessmentRecord {
  const { eventId, position, metadata } = event;
  const { submission } = event.data;
  const role = metadata.actor.role;
  if (event.type === 'AssessmentSubmitted') {
    const { effectiveOn, recordedAt: submittedAt } = metadata;
    const made: Submission = { submission, eventId, position, submittedAt, effectiveOn, role, steps: [] };
    return { state: 'SUBMITTED', submission, submissions: [...before.submissions, made] };
  }
  const [state, step, reasons] = outcomeOf(event);
  const made: SubmissionStep = { step, eventId, at: metadata.recordedAt, role, reasons };
  const submissions = before.submissions.map((known) =>
    known.submission === submission ? { ...known, steps: [...known.steps, made] } : known,
  );
  return { state, submission, submissions };
}

function outcomeOf(
  event: Exclude<AssessmentChange, EventOf<'AssessmentSubmitted'>>,
): readonly [AssessmentState, SubmissionStep['step'], SubmissionStep['reasons']] {
  switch (event.type) {
    case 'AssessmentReturned':
      return ['RETURNED', 'RETURNED', event.data.reasons];
    case 'AssessmentAccepted':
      return ['ACCEPTED', 'ACCEPTED', event.data.note === undefined ? [] : [{ reason: event.data.note }]];
    case 'AssessmentRevised':
      return ['DRAFT', 'REVISED', [{ reason: event.data.reason }]];
  }
}

function pushed<T>(
  before: Json | undefined,
  event: EventOf<'ItemAnswered' | 'CountyNeedStated' | 'LeadershipCommitmentStated'>,
  content: T | undefined,
): Json {
  const entries = (before ?? []) as unknown as readonly Entry<T>[];
  return asJson([...entries, entryOf(event, content, event.data.reason)]);
}

function asJson(value: object): Json {
  return value as unknown as Json;
}
