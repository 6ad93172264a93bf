import { globalId } from '@waymark/nest-kit';
import type { DistrictPlan, NeedCell, RequestCell } from './district-request-commands.js';
import { type CellsContent, needKeys, requestKey, requestKeys } from './district-request-state.js';
import type { DistrictRecord } from './district-request.projection.js';
import type {
  DistrictNeed,
  DistrictPlanView,
  DistrictRequests,
  DistrictStatement,
  SupportRequest,
} from './district-request.views.js';
import { focusAreas } from './exploration-cycle.events.js';
import { statementOf } from './statement.views.js';
import { type Entry, inForce, inForceByKey } from './statements.js';

/** What a district said, as in force now, with every entry behind it. */
export function districtRequestsView(record: DistrictRecord): DistrictRequests {
  const { needs, requests, plans, followUps } = record.state;
  const planEntries = Object.values(plans);
  const history = [...needs, ...requests, ...planEntries.flat()].sort((a, b) => a.position - b.position);
  return {
    id: globalId('DistrictRequests', `${record.district}_${record.school_year}`),
    organisationId: globalId('Organisation', record.district),
    schoolYear: record.school_year,
    needs: needLines(needs),
    requests: requestLines(requests),
    plans: planEntries.flatMap((entries) => planLine(entries)),
    followUps: Object.values(followUps).map((followUp) => ({
      ...followUp,
      focusAreas: [...followUp.focusAreas],
      ownerId: followUp.ownerId === undefined ? null : globalId('Person', followUp.ownerId),
      dueOn: followUp.dueOn ?? null,
      asked: [...followUp.asked],
      outcome: followUp.outcome ?? null,
      closedOn: followUp.closedOn ?? null,
      reason: followUp.reason ?? null,
    })),
    history: history.map(statementView),
  };
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
