import {
  ConflictError,
  dayOf,
  type Decided,
  DomainError,
  inForce,
  requireNotClosed,
  requireYearInReach,
  type Standing,
  streamName,
} from '@waymark/kernel';
import { isGap, type SaidToItem, statusOf } from './exploration-cycle-answers.js';
import type { CycleKey, ExplorationCycleCommand, OpenExplorationCycle } from './exploration-cycle-commands.js';
import type { AssessmentState, CycleState } from './exploration-cycle-state.js';
import type { Assessment, ExplorationCycleEvent } from './exploration-cycle.events.js';
import type { AnsweredBy } from './question-set.js';
import { itemsOf, questionItem, questionSet } from './question-sets.js';

export type CycleEvents = readonly Decided<ExplorationCycleEvent>[];
export type Handlers = {
  readonly [C in ExplorationCycleCommand as C['type']]: (command: C, state: CycleState) => CycleEvents;
};

/** The name of the record of an organisation's cycles in a year (R-09: one stream, so one open cycle). */
export function explorationCycleStream(key: CycleKey) {
  return streamName('explorationCycle', key.subjectId, key.schoolYear, key.lineage);
}

/** What each event of the latest cycle says about its place. */
export function place(key: CycleKey, state: CycleState) {
  return { subjectId: key.subjectId, schoolYear: key.schoolYear, lineage: key.lineage, cycle: state.cycle };
}

/** and the fit of subject, question set and year. */
export function requireOpenable(command: OpenExplorationCycle, state: CycleState): void {
  const { cycle: key, data, meta } = command;
  const set = questionSet(data.questionSet);
  requireSameLineage(set.lineage, key.lineage);
  if (state.cycle > 0 && state.ended === undefined) {
    throw new DomainError(
      'CYCLE_ALREADY_OPEN',
      `Cycle ${state.cycle} of ${key.schoolYear} is open. Go on with it, or abandon it with a reason first.`,
      { rule: 'R-09', path: ['schoolYear'] },
    );
  }
  const wanted = set.subject === 'AGENCY' ? 'SERVICE_AGENCY' : 'DISTRICT';
  if (data.basis.kind !== wanted) {
    throw new DomainError('WRONG_SUBJECT', `The question set ${set.code} is for a ${set.subject.toLowerCase()}.`, {
      rule: 'R-09',
      path: ['subject'],
    });
  }
  requireYearInReach(key.schoolYear, meta.today);
  const day = dayOf(data.effectiveOn, meta.today);
  requireNotClosed(data.basis.closedOn, day, 'cycle');
}

export function requireSameLineage(lineage: string, expected: string): void {
  if (lineage === expected) return;
  throw new DomainError('WRONG_LINEAGE', `This question set belongs to ${lineage}, the cycle to ${expected}.`, {
    rule: 'R-10',
    path: ['questionSet'],
  });
}

export function requireRunning(state: CycleState): void {
  if (state.cycle === 0) {
    throw new DomainError('CYCLE_NOT_FOUND', 'There is no such exploration cycle. Open one first.', {
      path: ['cycle'],
    });
  }
  if (state.ended === undefined) return;
  const ended = state.ended === 'ABANDONED' ? 'was abandoned' : 'is complete';
  throw new DomainError(
    'CYCLE_ENDED',
    `Cycle ${state.cycle} ${ended}. Revise an assessment of it, or open another cycle.`,
    {
      rule: 'R-18',
      path: ['cycle'],
    },
  );
}

/** what is handed in changes by a revision with a reason only. A returned assessment is open again. */
export function requireEditable(state: CycleState, assessment: Assessment): void {
  const { state: standing } = state.assessments[assessment];
  if (standing === 'DRAFT' || standing === 'RETURNED') return;
  throw new DomainError(
    'ASSESSMENT_HANDED_IN',
    `${assessment} is ${standing.toLowerCase()}. Revise it with a reason, then change it and submit it again.`,
    { rule: 'R-16', path: ['assessment'] },
  );
}

/** The number of the submission; refuses when the assessment is in none of the states. */
export function requireState(
  state: CycleState,
  assessment: Assessment,
  states: readonly AssessmentState[],
  verb: string,
): number {
  const standing = state.assessments[assessment];
  if (states.includes(standing.state)) return standing.submission;
  throw new DomainError(
    'WRONG_STATE',
    `${assessment} is ${standing.state.toLowerCase()}; it can be ${verb} when it is ${states.join(' or ').toLowerCase()}.`,
    { rule: 'R-16', path: ['assessment'] },
  );
}

/** a reviewer judges the submission that was read; what was handed in since is read first. */
export function requireRead(read: number, standing: number, assessment: Assessment): void {
  if (read === standing) return;
  throw new ConflictError(
    `${assessment} stands at submission ${standing}, you named submission ${read}. Read submission ${standing}, then judge it.`,
    { rule: 'R-16', path: ['submission'] },
  );
}

/** each item has an answer, or "unknown" or "not applicable" with a reason. */
export function requireNoGap(state: CycleState, assessment: Assessment): void {
  const { needs, commitment } = saidInCycle(state);
  const gaps = itemsOf(questionSet(state.questionSet), assessment).filter((item) => {
    const content = inForce(state.items[item.item] ?? [])?.content;
    return isGap(statusOf(item, { content, needs, commitment }).status);
  });
  if (gaps.length === 0) return;
  const open = gaps.map((item) => item.item).join(', ');
  throw new DomainError(
    'ASSESSMENT_INCOMPLETE',
    `Still open in ${assessment}: ${open}. Answer them, or say "unknown" or "not applicable" with a reason.`,
    { rule: 'R-11', path: ['assessment'] },
  );
}

function saidInCycle(state: CycleState): Pick<SaidToItem, 'needs' | 'commitment'> {
  const standing = Object.values(state.needs).map((entries) => inForce(entries));
  const needs = standing.filter((need): need is Standing<SaidToItem['needs'][number]> => need !== undefined);
  return { needs: needs.map((need) => need.content), commitment: inForce(state.commitment)?.content };
}

/** The assessment that holds the item answered in this way. Throws when the set has none. */
export function assessmentAnsweredBy(state: CycleState, way: AnsweredBy): Assessment {
  const set = questionSet(state.questionSet);
  const item = set.items.find((candidate) => candidate.answeredBy === way);
  if (item !== undefined) return item.assessment;
  throw new DomainError('UNKNOWN_ITEM', `The question set ${set.code} does not ask for this.`, { path: ['cycle'] });
}

/** The key of an item that belongs to the assessment under review. */
export function requireItemOf(setCode: string, item: string, assessment: Assessment, index: number): string {
  const found = questionItem(questionSet(setCode), item);
  if (found.assessment === assessment) return found.item;
  throw new DomainError('UNKNOWN_ITEM', `${item} is not an item of ${assessment}.`, {
    path: ['reasons', String(index), 'item'],
  });
}
