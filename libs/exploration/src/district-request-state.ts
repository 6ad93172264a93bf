import {
  type CivilDate,
  type Command,
  type Decided,
  type Entry,
  entryOf,
  eventIdOf,
  type FocusArea,
  keysOfCells,
  type Recorded,
} from '@waymark/kernel';
import type {
  DistrictPlan,
  FollowUpKind,
  FollowUpOutcome,
  NeedCell,
  RequestCell,
  RequestSource,
} from './district-request-commands.js';
import type { DistrictRequestEvent } from './district-request.events.js';

/** What one statement says: its cells, by which way and day it came, whether the district itself entered it, or an import did. */
export interface CellsContent<Cell> {
  readonly cells: readonly Cell[];
  readonly source: RequestSource;
  readonly statedBy: 'DISTRICT' | 'AGENCY';
  readonly isImported: boolean;
}

export interface FollowUp {
  readonly followUpId: string;
  readonly kind: FollowUpKind;
  readonly focusAreas: readonly FocusArea[];
  readonly ownerRole: string;
  readonly ownerId?: string | undefined;
  readonly dueOn?: CivilDate | undefined;
  readonly openedOn: CivilDate;
  readonly asked: readonly { readonly kind: FollowUpKind; readonly on: CivilDate }[];
  /** Absent while the follow-up is open. */
  readonly outcome?: FollowUpOutcome | undefined;
  readonly closedOn?: CivilDate | undefined;
  readonly reason?: string | undefined;
}

/** All that a district said in one school year. The read tables keep the same shape. */
export interface DistrictState {
  readonly needs: readonly Entry<CellsContent<NeedCell>>[];
  readonly requests: readonly Entry<CellsContent<RequestCell>>[];
  readonly plans: Readonly<Record<string, readonly Entry<DistrictPlan>[]>>;
  readonly followUps: Readonly<Record<string, FollowUp>>;
}

export const nothingSaid: DistrictState = { needs: [], requests: [], plans: {}, followUps: {} };

export const needKey = (cell: Pick<NeedCell, 'focusArea'>) => cell.focusArea;
export const needKeys = (content: CellsContent<NeedCell>) => keysOfCells(content.cells, needKey);
export const requestKeys = (content: CellsContent<RequestCell>) => keysOfCells(content.cells, requestKey);

/** The key of a cell of the request matrix. */
export function requestKey(cell: Pick<RequestCell, 'focusArea' | 'supportType'>): string {
  return `${cell.focusArea} ${cell.supportType}`;
}

type EventOf<T extends DistrictRequestEvent['type']> = Recorded<Extract<DistrictRequestEvent, { type: T }>>;

/** Folds one event; never throws. */
export function evolveDistrict(state: DistrictState, event: Recorded<DistrictRequestEvent>): DistrictState {
  switch (event.type) {
    case 'DistrictNeedStated':
      return { ...state, needs: [...state.needs, cellsEntry<NeedCell>(event, event.data)] };
    case 'SupportRequested':
      return { ...state, requests: [...state.requests, cellsEntry<RequestCell>(event, event.data)] };
    case 'DistrictPlanRead': {
      const { plan, was, reason } = event.data;
      const planRef = (plan ?? was)?.planRef ?? '';
      const entries = [...(state.plans[planRef] ?? []), entryOf(event, plan, reason)];
      return { ...state, plans: { ...state.plans, [planRef]: entries } };
    }
    case 'FollowUpOpened':
    case 'FollowUpAsked':
    case 'FollowUpClosed':
      return withFollowUp(state, event);
  }
}

function cellsEntry<Cell>(
  event: Recorded,
  data: Omit<CellsContent<Cell>, 'isImported'> & { readonly reason?: string | undefined },
): Entry<CellsContent<Cell>> {
  const { cells, source, statedBy, reason } = data;
  const isImported = event.metadata.source.kind === 'import';
  return entryOf(event, cells.length === 0 ? undefined : { cells, source, statedBy, isImported }, reason);
}

/** The state once what was decided about it is recorded, behind everything that is there. */
export function stateAfter(
  state: DistrictState,
  command: Command,
  decided: readonly Decided<DistrictRequestEvent>[],
): DistrictState {
  const { meta } = command;
  return decided.reduce((before, event, ordinal) => {
    const eventId = eventIdOf(command, ordinal);
    const recorded = {
      ...event,
      eventId,
      position: positionAfter(before) + 1,
      metadata: {
        ...{ statement: event.statement ?? eventId, act: event.act ?? 'STATED', recordedAt: meta.now },
        ...{ effectiveOn: event.effectiveOn ?? meta.today, actor: meta.actor, source: meta.source },
      },
    } as unknown as Recorded<DistrictRequestEvent>;
    return evolveDistrict(before, recorded);
  }, state);
}

function positionAfter({ needs, requests }: DistrictState): number {
  return Math.max(0, needs.at(-1)?.position ?? 0, requests.at(-1)?.position ?? 0);
}

function withFollowUp(
  state: DistrictState,
  event: EventOf<'FollowUpOpened' | 'FollowUpAsked' | 'FollowUpClosed'>,
): DistrictState {
  const { followUpId } = event.data;
  const known = state.followUps[followUpId];
  const put = (followUp: FollowUp) => ({ ...state, followUps: { ...state.followUps, [followUpId]: followUp } });
  if (event.type === 'FollowUpOpened') {
    const { kind, focusAreas, ownerRole, ownerId, dueOn } = event.data;
    const openedOn = event.metadata.effectiveOn;
    return put({
      ...{ followUpId, kind, focusAreas, ownerRole, openedOn, asked: [] },
      ...(ownerId !== undefined && { ownerId }),
      ...(dueOn !== undefined && { dueOn }),
    });
  }
  if (known === undefined) return state;
  if (event.type === 'FollowUpAsked') {
    return put({ ...known, asked: [...known.asked, { kind: event.data.kind, on: event.data.askedOn }] });
  }
  const { outcome, reason } = event.data;
  const closedOn = event.metadata.effectiveOn;
  return put({ ...known, outcome, closedOn, ...(reason !== undefined && { reason }) });
}
