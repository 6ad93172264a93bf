import {
  dayOf,
  derivedUuid,
  DomainError,
  inForce,
  requireReason,
  requireSeen,
  restating,
  seenOutdated,
  statementToCorrect,
} from '@waymark/kernel';
import {
  requireAnswerFits,
  requireCommitmentComplete,
  requireEvidenceSeen,
  requireNeedComplete,
} from './exploration-cycle-answers.js';
import {
  assessmentAnsweredBy,
  type Handlers,
  place,
  requireEditable,
  requireRunning,
} from './exploration-cycle-guards.js';
import { questionItem, questionSet } from './question-sets.js';

type Statements =
  | `${'AnswerItem' | 'CorrectItemAnswer' | 'WithdrawItemAnswer'}`
  | `${'State' | 'Correct' | 'Withdraw'}CountyNeed`
  | `${'State' | 'Correct'}LeadershipCommitment`;

/** What is said within a cycle: answers, county needs, the commitment of leadership; stated, corrected, withdrawn. */
export const statementHandlers: Pick<Handlers, Statements> = {
  AnswerItem: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    const item = questionItem(questionSet(state.questionSet), data.item);
    requireEditable(state, item.assessment);
    const entries = state.items[item.item] ?? [];
    const current = inForce(entries);
    if (current?.eventId !== data.basedOn) {
      const last = current ?? entries.at(-1);
      const none = last === undefined ? 'has no answer' : 'has no answer any more; it was changed';
      throw seenOutdated(`${item.item} ${current ? 'was answered' : none}`, last);
    }
    requireAnswerFits(item, data.answer, meta.today);
    requireEvidenceSeen(data.evidence, meta.today, 'evidence');
    const { answer, evidence, basedOn } = data;
    return [
      {
        type: 'ItemAnswered',
        data: {
          ...place(key, state),
          ...{ assessment: item.assessment, item: item.item, answer, evidence },
          ...(basedOn !== undefined && { basedOn }),
        },
        effectiveOn: dayOf(data.effectiveOn, meta.today),
      },
    ];
  },

  CorrectItemAnswer: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    const item = questionItem(questionSet(state.questionSet), data.item);
    requireEditable(state, item.assessment);
    const standing = statementToCorrect(state.items[item.item] ?? [], data.corrects);
    const reason = requireReason(data.reason);
    const answer = data.answer ?? standing.content.answer;
    const evidence = data.evidence ?? standing.content.evidence;
    requireAnswerFits(item, answer, meta.today);
    requireEvidenceSeen(evidence, meta.today, 'evidence');
    return [
      {
        type: 'ItemAnswered',
        data: {
          ...place(key, state),
          ...{ assessment: item.assessment, item: item.item, answer, evidence, reason },
          was: { answer: standing.content.answer, effectiveOn: standing.effectiveOn },
        },
        ...restating('CORRECTED', standing),
        effectiveOn: dayOf(data.effectiveOn ?? standing.effectiveOn, meta.today),
      },
    ];
  },

  WithdrawItemAnswer: ({ cycle: key, data }, state) => {
    requireRunning(state);
    const item = questionItem(questionSet(state.questionSet), data.item);
    requireEditable(state, item.assessment);
    const standing = statementToCorrect(state.items[item.item] ?? [], data.corrects);
    return [
      {
        type: 'ItemAnswered',
        data: {
          ...place(key, state),
          ...{ assessment: item.assessment, item: item.item, evidence: [], reason: requireReason(data.reason) },
          was: { answer: standing.content.answer, effectiveOn: standing.effectiveOn },
        },
        ...restating('WITHDRAWN', standing),
        effectiveOn: standing.effectiveOn,
      },
    ];
  },

  StateCountyNeed: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    requireEditable(state, assessmentAnsweredBy(state, 'COUNTY_NEEDS'));
    if (data.needId !== undefined && state.needs[data.needId] === undefined) {
      throw new DomainError('NEED_NOT_FOUND', 'This cycle has no such need. Leave the id out to state a new one.', {
        path: ['needId'],
      });
    }
    const entries = data.needId === undefined ? [] : state.needs[data.needId]!;
    requireSeen('This need was stated', entries, data.basedOn);
    requireNeedComplete(data.need, meta.today);
    const needId = data.needId ?? derivedUuid('countyNeed', meta.commandId);
    return [
      {
        type: 'CountyNeedStated',
        data: { ...place(key, state), need: { needId, ...data.need } },
        effectiveOn: dayOf(data.effectiveOn, meta.today),
      },
    ];
  },

  CorrectCountyNeed: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    requireEditable(state, assessmentAnsweredBy(state, 'COUNTY_NEEDS'));
    const standing = statementToCorrect(state.needs[data.needId] ?? [], data.corrects);
    requireNeedComplete(data.need, meta.today);
    return [
      {
        type: 'CountyNeedStated',
        data: {
          ...place(key, state),
          need: { needId: data.needId, ...data.need },
          reason: requireReason(data.reason),
          was: { ...standing.content, effectiveOn: standing.effectiveOn },
        },
        ...restating('CORRECTED', standing),
        effectiveOn: dayOf(data.effectiveOn ?? standing.effectiveOn, meta.today),
      },
    ];
  },

  WithdrawCountyNeed: ({ cycle: key, data }, state) => {
    requireRunning(state);
    requireEditable(state, assessmentAnsweredBy(state, 'COUNTY_NEEDS'));
    const standing = statementToCorrect(state.needs[data.needId] ?? [], data.corrects);
    return [
      {
        type: 'CountyNeedStated',
        data: {
          ...place(key, state),
          reason: requireReason(data.reason),
          was: { ...standing.content, effectiveOn: standing.effectiveOn },
        },
        ...restating('WITHDRAWN', standing),
        effectiveOn: standing.effectiveOn,
      },
    ];
  },

  StateLeadershipCommitment: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    requireEditable(state, assessmentAnsweredBy(state, 'LEADERSHIP_COMMITMENT'));
    const current = inForce(state.commitment);
    if (current?.eventId !== data.basedOn) {
      throw seenOutdated('The commitment of leadership was stated', current ?? state.commitment.at(-1));
    }
    requireCommitmentComplete(data.commitment, data.reason, meta.today);
    const reason = data.reason?.trim();
    return [
      {
        type: 'LeadershipCommitmentStated',
        data: { ...place(key, state), commitment: data.commitment, ...(reason ? { reason } : {}) },
        effectiveOn: dayOf(data.effectiveOn, meta.today),
      },
    ];
  },

  CorrectLeadershipCommitment: ({ cycle: key, data, meta }, state) => {
    requireRunning(state);
    requireEditable(state, assessmentAnsweredBy(state, 'LEADERSHIP_COMMITMENT'));
    const standing = statementToCorrect(state.commitment, data.corrects);
    requireCommitmentComplete(data.commitment, data.reason, meta.today);
    return [
      {
        type: 'LeadershipCommitmentStated',
        data: {
          ...place(key, state),
          commitment: data.commitment,
          reason: requireReason(data.reason),
          was: { ...standing.content, effectiveOn: standing.effectiveOn },
        },
        ...restating('CORRECTED', standing),
        effectiveOn: dayOf(data.effectiveOn ?? standing.effectiveOn, meta.today),
      },
    ];
  },
};
