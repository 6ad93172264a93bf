import type { DistrictRequestEvent } from '@waymark/exploration';
import type { Column, RowValues } from '@waymark/read-store';
import { type Cell, factKind, reading } from './fact-kind.js';

const place = { district: { type: 'text' }, school_year: { type: 'text' } } as const satisfies Record<string, Column>;
const cell = (data: { district: string; schoolYear: string }, ofKey: readonly string[], value: RowValues): Cell => ({
  key: [data.district, data.schoolYear, ...ofKey],
  value,
});

type EventOf<T extends DistrictRequestEvent['type']> = Extract<DistrictRequestEvent, { type: T }>['data'];

export const needFact = factKind({
  name: 'need',
  key: { ...place, focus_area: { type: 'text' } },
  value: { answer: { type: 'text' }, strength: { type: 'integer', nullable: true } },
  reads: {
    DistrictNeedStated: reading<DistrictRequestEvent, 'DistrictNeedStated', EventOf<'DistrictNeedStated'>['cells']>(
      'DistrictNeedStated',
      {
        now: (data) => data.cells,
        was: (data) => data.was?.cells,
        cells: (data, cells) =>
          cells.map(({ focusArea, answer, strength }) => cell(data, [focusArea], [answer, strength ?? null])),
      },
    ),
  },
});

export const requestFact = factKind({
  name: 'request',
  key: { ...place, focus_area: { type: 'text' }, support_type: { type: 'text' } },
  value: { amount: { type: 'text' } },
  reads: {
    SupportRequested: reading<DistrictRequestEvent, 'SupportRequested', EventOf<'SupportRequested'>['cells']>(
      'SupportRequested',
      {
        now: (data) => data.cells,
        was: (data) => data.was?.cells,
        cells: (data, cells) =>
          cells.map(({ focusArea, supportType, amount }) => cell(data, [focusArea, supportType], [amount])),
      },
    ),
  },
});

interface PlanRead {
  readonly planRef: string;
  readonly goalState: string;
  readonly focusAreas: readonly string[];
  readonly seenOn: string;
}

/** A goal of a local plan that was read, whatever it is about. */
export const planFact = factKind({
  name: 'plan',
  key: { ...place, plan_ref: { type: 'text' } },
  value: { goal_state: { type: 'text' }, seen_on: { type: 'text' } },
  reads: {
    DistrictPlanRead: reading<DistrictRequestEvent, 'DistrictPlanRead', PlanRead>('DistrictPlanRead', {
      now: (data) => data.plan,
      was: (data) => data.was,
      cells: (data, plan) => [cell(data, [plan.planRef], [plan.goalState, plan.seenOn])],
    }),
  },
});

/** That a focus area occurs in a goal of a local plan. */
export const planFocusFact = factKind({
  name: 'plan_focus',
  key: { ...place, plan_ref: { type: 'text' }, focus_area: { type: 'text' } },
  value: { goal_state: { type: 'text' } },
  reads: {
    DistrictPlanRead: reading<DistrictRequestEvent, 'DistrictPlanRead', PlanRead>('DistrictPlanRead', {
      now: (data) => data.plan,
      was: (data) => data.was,
      cells: (data, plan) =>
        [...new Set(plan.focusAreas)].map((focusArea) => cell(data, [plan.planRef, focusArea], [plan.goalState])),
    }),
  },
});

const followUp = { ...place, follow_up: { type: 'text' } } as const satisfies Record<string, Column>;

/** The task to ask a district that does not know its need. */
export const followUpFact = factKind({
  name: 'follow_up',
  key: followUp,
  value: { way: { type: 'text' }, owner_role: { type: 'text' }, due_on: { type: 'text', nullable: true } },
  reads: {
    FollowUpOpened: reading<DistrictRequestEvent, 'FollowUpOpened', true>('FollowUpOpened', {
      now: () => true,
      cells: (data) => [cell(data, [data.followUpId], [data.kind, data.ownerRole, data.dueOn ?? null])],
    }),
  },
});

/** When, and in which way, a district was last asked under a follow-up. */
export const followUpAskedFact = factKind({
  name: 'follow_up_asked',
  key: followUp,
  value: { way: { type: 'text' }, asked_on: { type: 'text' } },
  reads: {
    FollowUpAsked: reading<DistrictRequestEvent, 'FollowUpAsked', true>('FollowUpAsked', {
      now: () => true,
      cells: (data) => [cell(data, [data.followUpId], [data.kind, data.askedOn])],
    }),
  },
});

/** How a follow-up ended. */
export const followUpOutcomeFact = factKind({
  name: 'follow_up_outcome',
  key: followUp,
  value: { outcome: { type: 'text' } },
  reads: {
    FollowUpClosed: reading<DistrictRequestEvent, 'FollowUpClosed', true>('FollowUpClosed', {
      now: () => true,
      cells: (data) => [cell(data, [data.followUpId], [data.outcome])],
    }),
  },
});
