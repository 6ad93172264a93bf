import { type Decided, derivedUuid, type Entry, inForce, requireReason, requireSeen, restating } from '@waymark/kernel';
import type { Description } from './initiative-commands.js';
import {
  dayOfEntry,
  type Handlers,
  nameOf,
  refuse,
  requireDescription,
  requireInitiative,
  requireNameFree,
  requireRunning,
  restated,
} from './initiative-guards.js';
import {
  type ImportedDescription,
  type InitiativeRecord,
  type InventoryState,
  isRunning,
  statusOf,
} from './initiative-state.js';
import type { InitiativeEvent } from './initiative.events.js';

type Entries =
  `${'Register' | 'Describe' | 'Correct' | 'Withdraw'}Initiative` | `${'State' | 'Withdraw'}InitiativeStatus`;

/** The entry of an initiative: registered, described, begun, ended; corrected or taken back. */
export const entryHandlers: Pick<Handlers, Entries> = {
  RegisterInitiative: ({ ownerId, data, meta }, state) => {
    const { description, status, basis } = data;
    requireDescription(description, meta.today);
    requireNameFree(state, description.name);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today, basis);
    const place = { ownerId, initiativeId: derivedUuid('initiative', meta.commandId) };
    return [
      { type: 'InitiativeRegistered', data: { ...place, ownerLevel: basis.level, status }, effectiveOn },
      { type: 'InitiativeDescribed', data: { ...place, description }, effectiveOn },
    ];
  },

  DescribeInitiative: ({ ownerId, data, meta }, state) => {
    const { initiativeId, description } = data;
    const { descriptions } = requireRunning(state, initiativeId);
    requireSeen('This initiative was described', descriptions, data.basedOn);
    requireDescription(description, meta.today);
    requireNameFree(state, description.name, initiativeId);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today, data.basis);
    return [{ type: 'InitiativeDescribed', data: { ownerId, initiativeId, description }, effectiveOn }];
  },

  CorrectInitiative: ({ ownerId, data, meta }, state) => {
    const { initiativeId, description } = data;
    const record = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(record.descriptions, data, 'CORRECTED', meta.today);
    requireDescription(description, meta.today);
    if (isRunning(statusOf(record))) requireNameFree(state, description.name, initiativeId);
    const was = { ...plainDescription(standing.content), effectiveOn: standing.effectiveOn };
    return [{ type: 'InitiativeDescribed', data: { ownerId, initiativeId, description, reason, was }, ...how }];
  },

  WithdrawInitiative: ({ ownerId, data }, state) => {
    const { initiativeId } = data;
    const record = requireInitiative(state, initiativeId);
    const reason = requireReason(data.reason);
    requireNothingMore(record, state);
    const [registered] = record.statuses;
    const status = registered!.content!;
    const was = { status, effectiveOn: registered!.effectiveOn };
    const place = { ownerId, initiativeId };
    return [
      {
        type: 'InitiativeRegistered',
        data: { ...place, ownerLevel: record.level, status, reason, was },
        ...restating('WITHDRAWN', { ...registered!, content: status, rootPosition: registered!.position }),
        effectiveOn: registered!.effectiveOn,
      },
      ...lastOfEach(record.descriptions).map((standing): Decided<InitiativeEvent> => ({
        type: 'InitiativeDescribed',
        data: { ...place, reason, was: { ...plainDescription(standing.content!), effectiveOn: standing.effectiveOn } },
        ...{ act: 'WITHDRAWN', statement: standing.statement, corrects: standing.eventId },
        effectiveOn: standing.effectiveOn,
      })),
    ];
  },

  StateInitiativeStatus: ({ ownerId, data, meta }, state) => {
    const { initiativeId, status, basis } = data;
    const record = requireRunning(state, initiativeId);
    requireSeen('The status was changed', record.statuses, data.basedOn);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today, status === 'ACTIVE' ? basis : undefined);
    const said = data.reason?.trim();
    const reason = status === 'ENDED' ? requireReason(data.reason, ['reason'], 'R-37') : said;
    const { startsOn } = inForce(record.descriptions)!.content;
    if (status === 'ENDED' && startsOn !== undefined && effectiveOn < startsOn) {
      refuse('END_BEFORE_START', `It would end before it starts, on ${startsOn}.`, ['effectiveOn'], 'R-37');
    }
    if (statusOf(record) === status) return [];
    const stated = { ownerId, initiativeId, status, ...(reason ? { reason } : {}) };
    return [{ type: 'InitiativeStatusStated', data: stated, effectiveOn }];
  },

  WithdrawInitiativeStatus: ({ ownerId, data, meta }, state) => {
    const { initiativeId } = data;
    const record = requireInitiative(state, initiativeId);
    const { standing, reason, how } = restated(record.statuses, data, 'WITHDRAWN', meta.today);
    const ofReview = Object.values(record.reviews).flat();
    if ([record.statuses[0]!, ...ofReview].some(({ statement }) => statement === standing.statement)) {
      refuse('STATUS_OF_OTHER_ENTRY', 'This status comes from the registration or a review. Withdraw that.', [
        ...['corrects'],
      ]);
    }
    requireNameFree(state, nameOf(record), initiativeId);
    const was = { status: standing.content, effectiveOn: standing.effectiveOn };
    const data_ = { ownerId, initiativeId, status: standing.content, reason, was };
    return [{ type: 'InitiativeStatusStated', data: data_, ...how }];
  },
};

/** Withdrawing says that it never was: nothing may rest on it. */
function requireNothingMore(record: InitiativeRecord, state: InventoryState): void {
  const { initiativeId } = record;
  const stands = <T>(entries: readonly Entry<T>[]) => inForce(entries) !== undefined;
  const names = (key: string) => key.split(' ').includes(initiativeId);
  const rests =
    lastOfEach(record.statuses).length > 1 ||
    Object.values(record.reviews).some(stands) ||
    stands(record.ratings) ||
    [state.relations, state.promised].some((lists) =>
      Object.entries(lists).some(([key, entries]) => names(key) && stands<unknown>(entries)),
    ) ||
    Object.values(state.initiatives).some(({ reviews }) =>
      Object.values(reviews).some((entries) => inForce(entries)?.content.mergedInto === initiativeId),
    );
  if (!rests) return;
  refuse(
    'INITIATIVE_IN_USE',
    'Reviews, ratings, relations, promises of staff, mergers or a change of its status rest on it. Withdraw those first, or end it.',
    ['initiative'],
    'R-88',
  );
}

/** Of each statement that is believed, the entry that speaks. */
function lastOfEach<T>(entries: readonly Entry<T>[]): Entry<T>[] {
  const last = new Map(entries.map((entry) => [entry.statement, entry]));
  return [...last.values()].filter(({ content }) => content !== undefined);
}

function plainDescription({ isImported: _, ...description }: ImportedDescription): Description {
  return description;
}
