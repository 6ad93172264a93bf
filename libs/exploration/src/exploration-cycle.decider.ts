import { dayOf, type Decided, type Decider, DomainError, requireReason } from '@waymark/kernel';
import type { ExplorationCycleCommand } from './exploration-cycle-commands.js';
import {
  type CycleEvents,
  explorationCycleStream,
  type Handlers,
  place,
  requireEditable,
  requireItemOf,
  requireNoGap,
  requireOpenable,
  requireRead,
  requireRunning,
  requireSameLineage,
  requireState,
} from './exploration-cycle-guards.js';
import { type CycleState, evolveCycle, noCycle } from './exploration-cycle-state.js';
import { statementHandlers } from './exploration-cycle-statements.js';
import { assessments, type ExplorationCycleEvent, explorationCycleCatalogue } from './exploration-cycle.events.js';
import { questionItem, questionSet } from './question-sets.js';

const handlers: Handlers = {
  ...statementHandlers,

  OpenExplorationCycle: (command, state) => {
    const { cycle: key, data, meta } = command;
    const set = questionSet(data.questionSet);
    requireOpenable(command, state);
    const effectiveOn = dayOf(data.effectiveOn, meta.today);
    const opened = { ...key, cycle: state.cycle + 1, subjectKind: set.subject, questionSet: set.code };
    return [{ type: 'ExplorationCycleOpened', data: opened, effectiveOn }];
  },

  ReplaceQuestionSet: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const reason = requireReason(data.reason);
    const set = questionSet(data.questionSet);
    requireSameLineage(set.lineage, key.lineage);
    const said = [...Object.values(state.items), ...Object.values(state.needs), state.commitment];
    if (said.some((entries) => entries.length > 0)) {
      throw new DomainError(
        'QUESTION_SET_FIXED',
        'The first answer fixed the question set. Abandon this cycle with a reason and open another to change it.',
        { rule: 'R-10', path: ['questionSet'] },
      );
    }
    if (set.code === state.questionSet) return [];
    return [{ type: 'QuestionSetReplaced', data: { ...place(key, state), questionSet: set.code, reason } }];
  },

  AssignItemOwner: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const { item } = questionItem(questionSet(state.questionSet), data.item);
    if (data.ownerRole.trim() === '') {
      throw new DomainError('OWNER_MISSING', 'Name the role that is responsible.', { path: ['ownerRole'] });
    }
    const { ownerRole, ownerId, dueOn } = data;
    return [
      {
        type: 'ItemOwnerAssigned',
        data: {
          ...place(key, state),
          ...{ item, ownerRole },
          ...(ownerId !== undefined && { ownerId }),
          ...(dueOn !== undefined && { dueOn }),
        },
      },
    ];
  },

  SubmitAssessment: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const { assessment } = data;
    requireEditable(state, assessment);
    requireNoGap(state, assessment);
    const submission = state.assessments[assessment].submission + 1;
    return [
      {
        type: 'AssessmentSubmitted',
        data: { ...place(key, state), assessment, submission },
      },
    ];
  },

  ReturnAssessment: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const submission = requireState(state, data.assessment, ['SUBMITTED'], 'returned');
    requireRead(data.submission, submission, data.assessment);
    if (data.reasons.length === 0) {
      throw new DomainError('REASON_MISSING', 'Give at least one reason for handing it back.', { path: ['reasons'] });
    }
    const set = questionSet(state.questionSet);
    const reasons = data.reasons.map(({ item, reason }, index) => ({
      ...(item !== undefined && { item: requireItemOf(set.code, item, data.assessment, index) }),
      reason: requireReason(reason, ['reasons', String(index), 'reason']),
    }));
    return [
      { type: 'AssessmentReturned', data: { ...place(key, state), assessment: data.assessment, submission, reasons } },
    ];
  },

  AcceptAssessment: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const { assessment, note } = data;
    const submission = requireState(state, assessment, ['SUBMITTED'], 'accepted');
    requireRead(data.submission, submission, assessment);
    const accepted: Decided<ExplorationCycleEvent> = {
      type: 'AssessmentAccepted',
      data: { ...place(key, state), assessment, submission, ...(note !== undefined && { note }) },
    };
    const others = assessments.filter((other) => other !== assessment);
    const last = others.every((other) => state.assessments[other].state === 'ACCEPTED');
    return last ? [accepted, { type: 'ExplorationCycleClosed', data: place(key, state) }] : [accepted];
  },

  ReviseAssessment: ({ cycle: key, data }, state) => {
    if (state.cycle === 0 || state.ended === 'ABANDONED') requireRunning(state);
    const submission = requireState(state, data.assessment, ['SUBMITTED', 'ACCEPTED'], 'revised');
    const reason = requireReason(data.reason, ['reason'], 'R-16');
    const revised: Decided<ExplorationCycleEvent> = {
      type: 'AssessmentRevised',
      data: { ...place(key, state), assessment: data.assessment, submission, reason },
    };
    if (state.ended === undefined) return [revised];
    // The closing is recorded anew after the next acceptance of all three.
    return [revised, { type: 'ExplorationCycleReopened', data: { ...place(key, state), reason } }];
  },

  AbandonExplorationCycle: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const reason = requireReason(data.reason, ['reason'], 'R-18');
    return [{ type: 'ExplorationCycleAbandoned', data: { ...place(key, state), reason } }];
  },
};

/** The rules … …R-18 of one organisation's exploration in one school year. */
export const explorationCycleDecider: Decider<CycleState, ExplorationCycleCommand, ExplorationCycleEvent> = {
  category: 'explorationCycle',
  catalogue: explorationCycleCatalogue,
  initial: noCycle,
  stream: (command) => explorationCycleStream(command.cycle),
  decide(command, state) {
    const handle = handlers[command.type] as (of: typeof command, state: CycleState) => CycleEvents;
    return handle(command, state);
  },
  evolve: evolveCycle,
};
