import {
  type Decided,
  derivedUuid,
  DomainError,
  requireNotClosed,
  requireNotInFuture,
  requireReason,
  requireSeen,
  requireYearInReach,
  restating,
  statementToCorrect,
} from '@waymark/kernel';
import type {
  CorrectDistrictPlan,
  DistrictPlan,
  NoteDistrictPlan,
  WithdrawDistrictPlan,
} from './district-request-commands.js';
import { requireDistinct } from './district-request-guards.js';
import type { DistrictState } from './district-request-state.js';
import type { DistrictRequestEvent } from './district-request.events.js';

type Events = readonly Extract<Decided<DistrictRequestEvent>, { type: 'DistrictPlanRead' }>[];

/** A goal was read: of a plan noted before, or of one that its titles name. */
export function planNoted({ key, data, meta }: NoteDistrictPlan, state: DistrictState): Events {
  requirePlan(data.plan, meta.today);
  requireNotClosed(data.basis.closedOn, data.plan.seenOn, 'entry');
  requireYearInReach(key.schoolYear, meta.today);
  if (data.planRef !== undefined && state.plans[data.planRef] === undefined) {
    throw new DomainError('PLAN_NOT_FOUND', 'This plan was not noted before. Leave its id out to note a new one.', {
      path: ['planRef'],
    });
  }
  const { planTitle, goalTitle, seenOn } = data.plan;
  const titles = [planTitle, goalTitle].map((title) => title.trim().toLowerCase());
  const planRef = data.planRef ?? derivedUuid('districtPlan', key.district, ...titles);
  requireSeen('This plan was noted', state.plans[planRef] ?? [], data.basedOn);
  return [{ type: 'DistrictPlanRead', data: { ...key, plan: { planRef, ...data.plan } }, effectiveOn: seenOn }];
}

/** What was noted wrongly is put right. */
export function planCorrected({ key, data, meta }: CorrectDistrictPlan, state: DistrictState): Events {
  const standing = statementToCorrect(state.plans[data.planRef] ?? [], data.corrects);
  requirePlan(data.plan, meta.today);
  return [
    {
      type: 'DistrictPlanRead',
      data: {
        ...key,
        plan: { planRef: data.planRef, ...data.plan },
        reason: requireReason(data.reason),
        was: { ...standing.content, effectiveOn: standing.effectiveOn },
      },
      ...restating('CORRECTED', standing),
      effectiveOn: data.plan.seenOn,
    },
  ];
}

/** What was never in the plan is taken back. */
export function planWithdrawn({ key, data }: WithdrawDistrictPlan, state: DistrictState): Events {
  const standing = statementToCorrect(state.plans[data.planRef] ?? [], data.corrects);
  return [
    {
      type: 'DistrictPlanRead',
      data: {
        ...key,
        reason: requireReason(data.reason),
        was: { ...standing.content, effectiveOn: standing.effectiveOn },
      },
      ...restating('WITHDRAWN', standing),
      effectiveOn: standing.effectiveOn,
    },
  ];
}

/** Titles and areas are there; it was not read on a day that has not come. */
function requirePlan(plan: Omit<DistrictPlan, 'planRef'>, today: string): void {
  if (plan.planTitle.trim() === '' || plan.goalTitle.trim() === '') {
    throw new DomainError('TITLE_MISSING', 'Name the plan and its goal as the plan itself does.', { path: ['plan'] });
  }
  requireDistinct(plan.focusAreas, ['plan', 'focusAreas']);
  requireNotInFuture(plan.seenOn, today, ['plan', 'seenOn']);
}
