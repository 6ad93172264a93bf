import { type Entry, focusAreas, inForce, inForceByKey } from '@waymark/kernel';
import { globalId, statementOf } from '@waymark/nest-kit';
import type { DistrictPlan, NeedCell, RequestCell } from './district-request-commands.js';
import {
  type CellsContent,
  type DistrictState,
  type FollowUp,
  needKeys,
  requestKey,
  requestKeys,
} from './district-request-state.js';
import type { DistrictRecord } from './district-request.projection.js';
import type {
  DistrictNeed,
  DistrictPlanView,
  DistrictRequests,
  DistrictStatement,
  FollowUpView,
  SupportRequest,
} from './district-request.views.js';

/** What a district said, as in force now, with every entry behind it. Each part is worked out when it is asked for. */
export function districtRequestsView(record: DistrictRecord): DistrictRequests {
  return new PresentedDistrict(record);
}

class PresentedDistrict implements DistrictRequests {
  readonly id: string;
  readonly organisationId: string;
  readonly schoolYear: string;
  // Executors read a member several times.
  private shown: Partial<Pick<DistrictRequests, 'needs' | 'requests' | 'plans' | 'followUps' | 'history'>> = {};

  constructor(private readonly record: DistrictRecord) {
    this.id = globalId('DistrictRequests', `${record.district}_${record.school_year}`);
    this.organisationId = globalId('Organisation', record.district);
    this.schoolYear = record.school_year;
  }

  get needs(): DistrictNeed[] {
    return (this.shown.needs ??= needLines(this.record.state.needs));
  }

  get requests(): SupportRequest[] {
    return (this.shown.requests ??= requestLines(this.record.state.requests));
  }

  get plans(): DistrictPlanView[] {
    return (this.shown.plans ??= Object.values(this.record.state.plans).flatMap(planLine));
  }

  get followUps(): FollowUpView[] {
    return (this.shown.followUps ??= Object.values(this.record.state.followUps).map(followUpView));
  }

  get history(): DistrictStatement[] {
    return (this.shown.history ??= historyOf(this.record.state));
  }
}

function followUpView(followUp: FollowUp): FollowUpView {
  return {
    ...followUp,
    focusAreas: [...followUp.focusAreas],
    ownerId: followUp.ownerId === undefined ? null : globalId('Person', followUp.ownerId),
    dueOn: followUp.dueOn ?? null,
    asked: [...followUp.asked],
    outcome: followUp.outcome ?? null,
    closedOn: followUp.closedOn ?? null,
    reason: followUp.reason ?? null,
  };
}

function historyOf({ needs, requests, plans }: DistrictState): DistrictStatement[] {
  const entries = [...needs, ...requests, ...Object.values(plans).flat()];
  return entries.sort((a, b) => a.position - b.position).map(statementView);
}

const byArea = (a: { focusArea: string }, b: { focusArea: string }) =>
  (focusAreas as readonly string[]).indexOf(a.focusArea) - (focusAreas as readonly string[]).indexOf(b.focusArea);

function needLines(entries: readonly Entry<CellsContent<NeedCell>>[]): DistrictNeed[] {
  const lines = [...inForceByKey(entries, needKeys)].map(([area, standing]) => {
    const cell = standing.content.cells.find(({ focusArea }) => focusArea === area)!;
    const { focusArea, answer, strength = null, note = null } = cell;
    return { focusArea, answer, strength, note, statement: statementView(standing) };
  });
  return lines.sort(byArea);
}

function requestLines(entries: readonly Entry<CellsContent<RequestCell>>[]): SupportRequest[] {
  const lines = [...inForceByKey(entries, requestKeys)].map(([key, standing]) => {
    const cell = standing.content.cells.find((candidate) => requestKey(candidate) === key)!;
    const { focusArea, supportType, amount, quantity = null, unit = null, note = null } = cell;
    return { focusArea, supportType, amount, quantity, unit, note, statement: statementView(standing) };
  });
  return lines.sort((a, b) => byArea(a, b) || (a.supportType < b.supportType ? -1 : 1));
}

function planLine(entries: readonly Entry<DistrictPlan>[]): DistrictPlanView[] {
  const standing = inForce(entries);
  if (standing === undefined) return [];
  const { link, focusAreas: areas, ...plan } = standing.content;
  const line: DistrictPlanView = {
    ...plan,
    focusAreas: [...areas],
    link: link ?? null,
    statement: statementView(standing),
  };
  return [line];
}

function statementView(entry: Entry<unknown>): DistrictStatement {
  const { source, statedBy = null } = (entry.content ?? {}) as Partial<CellsContent<unknown>>;
  const { kind: sourceKind = null, on: sourceOn = null, reference: sourceReference = null } = source ?? {};
  return { ...statementOf(entry), statedBy, sourceKind, sourceOn, sourceReference };
}
