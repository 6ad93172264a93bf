import {
  type CivilDate,
  ConflictError,
  dayOf,
  derivedUuid,
  inForce,
  requireNotInFuture,
  requireReason,
  requireSeen,
} from '@waymark/kernel';
import type { Rating, SaidReview } from './initiative-commands.js';
import {
  dayOfEntry,
  type Handlers,
  nameOf,
  refuse,
  requireInitiative,
  requireNameFree,
  requireRunning,
  requireTarget,
  restated,
} from './initiative-guards.js';
import { type InitiativeRecord, type InventoryState, isRunning, pairKey, statusOf } from './initiative-state.js';
import { hexagonIndicators, type InitiativeStatus } from './initiative.events.js';

type Judgements =
  | `${'Relate' | 'Review' | 'Rate'}Initiative`
  | `${'Correct' | 'Withdraw'}${'Relation' | 'Review' | 'Rating'}`
  | 'ResolveConflict';

/** What people judge about initiatives: relations, reviews, ratings. */
export const judgementHandlers: Pick<Handlers, Judgements> = {
  RelateInitiative: ({ ownerId, data, meta }, state) => {
    const { relation } = data;
    requireRunning(state, relation.initiativeId);
    requireTarget(state, ownerId, relation, data.isKnown);
    const entries = state.relations[pairKey(relation.initiativeId, relation.to)] ?? [];
    requireSeen('This pair was judged', entries, data.basedOn);
    requireExplained(relation.explanation, 'R-34');
    const effectiveOn = dayOf(data.effectiveOn, meta.today);
    return [{ type: 'InitiativeRelated', data: { ownerId, relation }, effectiveOn }];
  },

  CorrectRelation: ({ ownerId, data, meta }, state) => {
    const entries = state.relations[pairKey(data.initiativeId, data.to)] ?? [];
    const { standing, reason, how } = restated(entries, data, 'CORRECTED', meta.today);
    requireExplained(data.explanation, 'R-34');
    const { relation: judged, explanation, staffGroups } = data;
    const relation = { ...standing.content, relation: judged, explanation, staffGroups };
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeRelated', data: { ownerId, relation, reason, was }, ...how }];
  },

  WithdrawRelation: ({ ownerId, data, meta }, state) => {
    const entries = state.relations[pairKey(data.initiativeId, data.to)] ?? [];
    const { standing, reason, how } = restated(entries, data, 'WITHDRAWN', meta.today);
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeRelated', data: { ownerId, reason, was }, ...how }];
  },

  ResolveConflict: ({ ownerId, data, meta }, state) => {
    const standing = inForce(state.relations[pairKey(data.initiativeId, data.to)] ?? []);
    if (standing?.content.relation !== 'CONFLICTS') {
      return refuse('NO_CONFLICT', 'No conflict is judged between these. Judge it first.', ['to'], 'R-31');
    }
    if (standing.eventId !== data.judgement) {
      throw new ConflictError('The conflict was judged anew. Read it again, then resolve it.', {
        path: ['judgement'],
      });
    }
    const resolution = requireReason(data.resolution, ['resolution'], 'R-31');
    const effectiveOn = dayOf(data.effectiveOn, meta.today);
    if (effectiveOn < standing.effectiveOn) {
      refuse('END_BEFORE_START', `The conflict is judged from ${standing.effectiveOn} on.`, ['effectiveOn'], 'R-31');
    }
    const resolved = { ownerId, judgement: standing.statement, resolution };
    return [{ type: 'InitiativeConflictResolved', data: resolved, effectiveOn }];
  },

  ReviewInitiative: ({ ownerId, data, meta }, state) => {
    const { initiativeId } = data;
    const record = requireInitiative(state, initiativeId);
    requireSeen('The status was changed', record.statuses, data.basedOn);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today);
    const review = decidedReview(data.review, record, state, meta.today);
    const reviewId = derivedUuid('review', meta.commandId);
    return [{ type: 'InitiativeReviewed', data: { ownerId, initiativeId, reviewId, review }, effectiveOn }];
  },

  CorrectReview: ({ ownerId, data, meta }, state) => {
    const { initiativeId, reviewId } = data;
    const record = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(record.reviews[reviewId] ?? [], data, 'CORRECTED', meta.today);
    const without = { ...record, statuses: record.statuses.filter((entry) => entry.statement !== standing.statement) };
    const review = decidedReview(data.review, without, state, meta.today);
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeReviewed', data: { ownerId, initiativeId, reviewId, review, reason, was }, ...how }];
  },

  WithdrawReview: ({ ownerId, data, meta }, state) => {
    const { initiativeId, reviewId } = data;
    const record = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(record.reviews[reviewId] ?? [], data, 'WITHDRAWN', meta.today);
    if (!isRunning(statusOf(record))) requireNameFree(state, nameOf(record), initiativeId);
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeReviewed', data: { ownerId, initiativeId, reviewId, reason, was }, ...how }];
  },

  RateInitiative: ({ ownerId, data, meta }, state) => {
    const { initiativeId, rating } = data;
    const { ratings } = requireRunning(state, initiativeId);
    requireSeen('This initiative was rated', ratings, data.basedOn);
    requireRating(rating);
    const effectiveOn = dayOf(data.effectiveOn, meta.today);
    return [{ type: 'InitiativeRated', data: { ownerId, initiativeId, rating }, effectiveOn }];
  },

  CorrectRating: ({ ownerId, data, meta }, state) => {
    const { initiativeId, rating } = data;
    const { ratings } = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(ratings, data, 'CORRECTED', meta.today);
    requireRating(rating);
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeRated', data: { ownerId, initiativeId, rating, reason, was }, ...how }];
  },

  WithdrawRating: ({ ownerId, data, meta }, state) => {
    const { initiativeId } = data;
    const { ratings } = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(ratings, data, 'WITHDRAWN', meta.today);
    const was = { ...standing.content, effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeRated', data: { ownerId, initiativeId, reason, was }, ...how }];
  },
};

function requireExplained(explanation: string, rule: string): void {
  if (explanation.trim() === '') {
    refuse('REASON_MISSING', 'Say why you judge so, in a few words without names of persons.', ['explanation'], rule);
  }
}

/** a de-selection rests on something that was looked at. Adds the status that follows, where it changes. */
function decidedReview(said: SaidReview, record: InitiativeRecord, state: InventoryState, today: CivilDate) {
  const { decision, restsOn, mergedInto } = said;
  requireExplained(said.explanation, 'R-35');
  restsOn.forEach(({ seenOn }, index) => {
    requireNotInFuture(seenOn, today, ['review', 'restsOn', String(index), 'seenOn']);
  });
  if (decision === 'DESELECT' && restsOn.length === 0) {
    refuse('SOURCE_MISSING', 'Name what the de-selection rests on, with its date.', ['review', 'restsOn'], 'R-35');
  }
  if ((decision === 'MERGE') !== (mergedInto !== undefined)) {
    refuse('MERGE_MISFIT', 'Name the initiative it is merged into, for MERGE alone.', ['review', 'mergedInto']);
  }
  if (mergedInto === record.initiativeId) {
    refuse('MERGE_MISFIT', 'An initiative is not merged into itself.', ['review', 'mergedInto'], 'R-34');
  }
  if (mergedInto !== undefined) requireRunning(state, mergedInto, ['review', 'mergedInto']);
  const before = statusOf(record);
  const status = statusAfter(decision, before);
  if (isRunning(status) && !isRunning(before)) requireNameFree(state, nameOf(record), record.initiativeId);
  return { ...said, ...(status !== before && status !== undefined && { status }) };
}

function statusAfter(
  decision: SaidReview['decision'],
  before: InitiativeStatus | undefined,
): InitiativeStatus | undefined {
  switch (decision) {
    case 'KEEP':
    case 'STRENGTHEN':
      return before === 'PLANNED' ? before : 'ACTIVE';
    case 'PAUSE':
      return 'PAUSED';
    case 'MERGE':
      return 'MERGED';
    case 'DESELECT':
      return 'DESELECTED';
    case 'UNDECIDED':
      return before;
  }
}

function requireRating(rating: Rating): void {
  for (const indicator of hexagonIndicators) {
    if (rating[indicator] >= 1 && rating[indicator] <= 5) continue;
    refuse('STRENGTH_OUT_OF_RANGE', 'Each indicator is rated from 1 (low) to 5 (high).', ['rating', indicator]);
  }
}
