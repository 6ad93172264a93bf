import {
  cellsSeen,
  type Decided,
  type Decider,
  derivedUuid,
  DomainError,
  type FocusArea,
  inForceByKey,
  requireNotInFuture,
  requireReason,
  requireYearInReach,
  restating,
  statementToCorrect,
  streamName,
} from '@waymark/kernel';
import type { DistrictRequestCommand, FollowUpTask, NeedCell, RequestCell } from './district-request-commands.js';
import { planCorrected, planNoted, planWithdrawn } from './district-plans.js';
import {
  corrected,
  dayOfStatement,
  requireDistinct,
  requireNeedCells,
  requireOpenFollowUp,
  requireRequestCells,
  speakerOf,
} from './district-request-guards.js';
import {
  type DistrictState,
  evolveDistrict,
  type FollowUp,
  needKey,
  needKeys,
  nothingSaid,
  requestKey,
  requestKeys,
  stateAfter,
} from './district-request-state.js';
import { type DistrictRequestEvent, districtRequestCatalogue } from './district-request.events.js';

type Events = readonly Decided<DistrictRequestEvent>[];
type Handlers = {
  readonly [C in DistrictRequestCommand as C['type']]: (command: C, state: DistrictState) => Events;
};

/** Who asks again when the entry names nobody: the coordinator of the service agency. */
export const DEFAULT_FOLLOW_UP_OWNER = 'MTSS coordinator of the service agency';

/** What a district says in a school year, by itself or through its agency. */
export const districtRequestDecider: Decider<DistrictState, DistrictRequestCommand, DistrictRequestEvent> = {
  category: 'districtRequest',
  catalogue: districtRequestCatalogue,
  initial: nothingSaid,
  stream: ({ key }) => streamName('districtRequest', key.district, key.schoolYear),
  decide(command, state) {
    const handle = handlers[command.type] as (of: typeof command, state: DistrictState) => Events;
    return handle(command, state);
  },
  evolve: evolveDistrict,
};

const handlers: Handlers = {
  StateDistrictNeed: (command, state) => {
    const { key, data, meta } = command;
    requireNeedCells(data.cells);
    const effectiveOn = dayOfStatement(command);
    const cells = cellsSeen(state.needs, data.cells, needKey, effectiveOn);
    const stated: NeedEvent = {
      type: 'DistrictNeedStated',
      data: { ...key, cells, source: data.source, statedBy: speakerOf(meta) },
      effectiveOn,
    };
    return withFollowUps(command, state, stated, cells, data.followUp);
  },

  CorrectDistrictNeed: (command, state) => {
    const { key, data, meta } = command;
    const standing = statementToCorrect(state.needs, data.corrects);
    requireNeedCells(data.cells);
    const { source, effectiveOn } = corrected(data, standing, meta.today);
    const own = new Set(needKeys(standing.content));
    const cells = cellsSeen(state.needs, data.cells, needKey, effectiveOn, own);
    const event: NeedEvent = {
      type: 'DistrictNeedStated',
      data: {
        ...key,
        ...{ cells, source, statedBy: speakerOf(meta), reason: requireReason(data.reason) },
        was: { cells: standing.content.cells, effectiveOn: standing.effectiveOn },
      },
      ...restating('CORRECTED', standing),
      effectiveOn,
    };
    return withFollowUps(command, state, event, [...cells, ...standing.content.cells], data.followUp);
  },

  WithdrawDistrictNeed: (command, state) => {
    const { key, data, meta } = command;
    const standing = statementToCorrect(state.needs, data.corrects);
    const { cells, source } = standing.content;
    const event: NeedEvent = {
      type: 'DistrictNeedStated',
      data: {
        ...key,
        ...{ cells: [], source, statedBy: speakerOf(meta), reason: requireReason(data.reason) },
        was: { cells, effectiveOn: standing.effectiveOn },
      },
      ...restating('WITHDRAWN', standing),
      effectiveOn: standing.effectiveOn,
    };
    return withFollowUps(command, state, event, cells, undefined);
  },

  RequestSupport: (command, state) => {
    const { key, data, meta } = command;
    requireRequestCells(data.cells);
    const effectiveOn = dayOfStatement(command);
    const cells = cellsSeen<RequestCell>(state.requests, data.cells, requestKey, effectiveOn);
    const { source } = data;
    return [{ type: 'SupportRequested', data: { ...key, cells, source, statedBy: speakerOf(meta) }, effectiveOn }];
  },

  CorrectSupportRequest: ({ key, data, meta }, state) => {
    const standing = statementToCorrect(state.requests, data.corrects);
    requireRequestCells(data.cells);
    const { source, effectiveOn } = corrected(data, standing, meta.today);
    const own = new Set(requestKeys(standing.content));
    const cells = cellsSeen<RequestCell>(state.requests, data.cells, requestKey, effectiveOn, own);
    return [
      {
        type: 'SupportRequested',
        data: {
          ...key,
          ...{ cells, source, statedBy: speakerOf(meta), reason: requireReason(data.reason) },
          was: { cells: standing.content.cells, effectiveOn: standing.effectiveOn },
        },
        ...restating('CORRECTED', standing),
        effectiveOn,
      },
    ];
  },

  WithdrawSupportRequest: ({ key, data, meta }, state) => {
    const standing = statementToCorrect(state.requests, data.corrects);
    const { cells, source } = standing.content;
    return [
      {
        type: 'SupportRequested',
        data: {
          ...key,
          ...{ cells: [], source, statedBy: speakerOf(meta), reason: requireReason(data.reason) },
          was: { cells, effectiveOn: standing.effectiveOn },
        },
        ...restating('WITHDRAWN', standing),
        effectiveOn: standing.effectiveOn,
      },
    ];
  },

  NoteDistrictPlan: planNoted,
  CorrectDistrictPlan: planCorrected,
  WithdrawDistrictPlan: planWithdrawn,

  OpenFollowUp: (command) => {
    const { focusAreas } = command.data;
    requireDistinct(focusAreas, ['focusAreas']);
    requireYearInReach(command.key.schoolYear, command.meta.today);
    return [followUpOpened(command, focusAreas, command.data)];
  },

  RecordFollowUpAsked: ({ key, data, meta }, state) => {
    const { followUpId } = requireOpenFollowUp(state, data.followUpId);
    requireNotInFuture(data.askedOn, meta.today, ['askedOn']);
    const asked = { ...key, followUpId, kind: data.kind, askedOn: data.askedOn };
    return [{ type: 'FollowUpAsked', data: asked, effectiveOn: data.askedOn }];
  },

  CloseFollowUp: ({ key, data }, state) => {
    const followUp = requireOpenFollowUp(state, data.followUpId);
    if (data.outcome === 'ANSWERED' && !isAnswered(followUp, state.needs)) {
      throw new DomainError(
        'FOLLOW_UP_UNANSWERED',
        'An area of it is still unknown. State the need, it closes by itself.',
        {
          rule: 'R-14',
          path: ['outcome'],
        },
      );
    }
    const reason = data.outcome === 'ANSWERED' ? data.reason?.trim() : requireReason(data.reason, ['reason'], 'R-14');
    const closed = { ...key, followUpId: followUp.followUpId, outcome: data.outcome, ...(reason ? { reason } : {}) };
    return [{ type: 'FollowUpClosed', data: closed }];
  },
};

type NeedEvent = Extract<Decided<DistrictRequestEvent>, { type: 'DistrictNeedStated' }>;
type NeedCommand = Extract<DistrictRequestCommand, { type: `${string}DistrictNeed` }>;

/**
 * areas that are unknown after the statement, and not being asked about yet, open a follow-up; open follow-ups whose
 * areas are all known now are closed as answered.
 */
function withFollowUps(
  command: NeedCommand,
  state: DistrictState,
  event: NeedEvent,
  touchedCells: readonly NeedCell[],
  task: FollowUpTask | undefined,
): Events {
  const touched = new Set(touchedCells.map((cell) => cell.focusArea));
  const { needs } = stateAfter(state, command, [event]);
  const open = Object.values(state.followUps).filter((followUp) => followUp.outcome === undefined);
  const asking = new Set(open.flatMap((followUp) => followUp.focusAreas));
  const answers = answersInForce(needs);
  const unknown = [...touched].filter((area) => answers.get(area) === 'UNKNOWN' && !asking.has(area));
  const answered = open.filter(
    (followUp) => followUp.focusAreas.some((area) => touched.has(area)) && isAnswered(followUp, needs),
  );
  return [
    event,
    ...(unknown.length > 0 ? [followUpOpened(command, unknown, task ?? {})] : []),
    ...answered.map(({ followUpId }): Decided<DistrictRequestEvent> => {
      return { type: 'FollowUpClosed', data: { ...command.key, followUpId, outcome: 'ANSWERED' } };
    }),
  ];
}

function answersInForce(needs: DistrictState['needs']): ReadonlyMap<string, NeedCell['answer']> {
  const winners = inForceByKey(needs, needKeys);
  return new Map(
    [...winners].map(([area, { content }]) => [area, content.cells.find((cell) => cell.focusArea === area)!.answer]),
  );
}

function isAnswered(followUp: FollowUp, needs: DistrictState['needs']): boolean {
  const answers = answersInForce(needs);
  return followUp.focusAreas.every((area) => (answers.get(area) ?? 'UNKNOWN') !== 'UNKNOWN');
}

function followUpOpened(
  command: Pick<DistrictRequestCommand, 'key' | 'meta'>,
  focusAreas: readonly FocusArea[],
  task: FollowUpTask,
): Decided<DistrictRequestEvent> {
  const ownerRole = task.ownerRole?.trim() ?? '';
  return {
    type: 'FollowUpOpened',
    data: {
      ...command.key,
      followUpId: derivedUuid('followUp', command.meta.commandId),
      kind: task.kind ?? 'SURVEY',
      focusAreas,
      ownerRole: ownerRole === '' ? DEFAULT_FOLLOW_UP_OWNER : ownerRole,
      ...(task.ownerId !== undefined && { ownerId: task.ownerId }),
      ...(task.dueOn !== undefined && { dueOn: task.dueOn }),
    },
  };
}
