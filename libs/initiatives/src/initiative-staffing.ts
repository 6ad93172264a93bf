import { type CivilDate, cellsSeen, type OnTop, requireYearInReach } from '@waymark/kernel';
import type { StaffCell } from './initiative-commands.js';
import { dayOfEntry, type Handlers, refuse, requireInitiative, requireRunning, restated } from './initiative-guards.js';
import { type Cells, promiseKey, staffKey, staffKeys } from './initiative-state.js';

type Staffing =
  `${'State' | 'Correct' | 'Withdraw'}StaffAvailability` | 'PromiseStaff' | `${'Correct' | 'Withdraw'}StaffPromise`;

/** Staff that is promised to initiatives, and staff there is, by staff group and school year. */
export const staffingHandlers: Pick<Handlers, Staffing> = {
  PromiseStaff: ({ ownerId, data, meta }, state) => {
    const { initiativeId, schoolYear } = data;
    requireRunning(state, initiativeId);
    requireYearInReach(schoolYear, meta.today);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today, data.basis);
    const entries = state.promised[promiseKey(initiativeId, schoolYear)] ?? [];
    const cells = cellsSeen(entries, staffCells(data.cells), staffKey, effectiveOn);
    return [{ type: 'InitiativeStaffPromised', data: { ownerId, initiativeId, schoolYear, cells }, effectiveOn }];
  },

  CorrectStaffPromise: ({ ownerId, data, meta }, state) => {
    const { initiativeId, schoolYear } = data;
    requireInitiative(state, initiativeId);
    const entries = state.promised[promiseKey(initiativeId, schoolYear)] ?? [];
    const { reason, was, how, cells } = correctedCells(entries, data, meta.today);
    return [
      { type: 'InitiativeStaffPromised', data: { ownerId, initiativeId, schoolYear, cells, reason, was }, ...how },
    ];
  },

  WithdrawStaffPromise: ({ ownerId, data, meta }, state) => {
    const { initiativeId, schoolYear } = data;
    const entries = state.promised[promiseKey(initiativeId, schoolYear)] ?? [];
    const { standing, reason, how } = restated(entries, data, 'WITHDRAWN', meta.today);
    const was = { cells: standing.content.cells, effectiveOn: standing.effectiveOn };
    const taken = { ownerId, initiativeId, schoolYear, cells: [], reason, was };
    return [{ type: 'InitiativeStaffPromised', data: taken, ...how }];
  },

  StateStaffAvailability: ({ ownerId, data, meta }, state) => {
    const { schoolYear } = data;
    requireYearInReach(schoolYear, meta.today);
    const effectiveOn = dayOfEntry(data.effectiveOn, meta.today, data.basis);
    const entries = state.available[schoolYear] ?? [];
    const cells = cellsSeen(entries, staffCells(data.cells), staffKey, effectiveOn);
    return [{ type: 'StaffAvailabilityStated', data: { ownerId, schoolYear, cells }, effectiveOn }];
  },

  CorrectStaffAvailability: ({ ownerId, data, meta }, state) => {
    const { schoolYear } = data;
    const entries = state.available[schoolYear] ?? [];
    const { reason, was, how, cells } = correctedCells(entries, data, meta.today);
    return [{ type: 'StaffAvailabilityStated', data: { ownerId, schoolYear, cells, reason, was }, ...how }];
  },

  WithdrawStaffAvailability: ({ ownerId, data, meta }, state) => {
    const { schoolYear } = data;
    const { standing, reason, how } = restated(state.available[schoolYear] ?? [], data, 'WITHDRAWN', meta.today);
    const was = { cells: standing.content.cells, effectiveOn: standing.effectiveOn };
    return [{ type: 'StaffAvailabilityStated', data: { ownerId, schoolYear, cells: [], reason, was }, ...how }];
  },
};

function correctedCells(
  entries: Parameters<typeof restated<Cells>>[0],
  data: Parameters<typeof restated<Cells>>[1] & { readonly cells: readonly OnTop<StaffCell>[] },
  today: CivilDate,
) {
  const { standing, reason, how } = restated(entries, data, 'CORRECTED', today);
  const own = new Set(staffKeys(standing.content));
  const cells = cellsSeen(entries, staffCells(data.cells), staffKey, how.effectiveOn, own);
  const was = { cells: standing.content.cells, effectiveOn: standing.effectiveOn };
  return { reason, how, cells, was };
}

/** At least one staff group, none twice, no amount below zero; names without blanks around them. */
function staffCells(cells: readonly OnTop<StaffCell>[]): OnTop<StaffCell>[] {
  if (cells.length === 0) refuse('CELLS_MISSING', 'Say something about at least one staff group.', ['cells']);
  const keys = cells.map(staffKey);
  return cells.map((cell, index) => {
    const path = ['cells', String(index)];
    if (keys[index] === '') refuse('TITLE_MISSING', 'A staff group has a name.', [...path, 'staffGroup']);
    if (keys.indexOf(keys[index]!) !== index) {
      refuse('DUPLICATE_CELL', `${cell.staffGroup} stands twice in one entry. Keep one of the two.`, path);
    }
    if ((cell.fte ?? 0) < 0) refuse('QUANTITY_BELOW_ZERO', 'Staff is not below zero.', [...path, 'fte']);
    return { ...cell, staffGroup: cell.staffGroup.trim().replaceAll(/\s+/g, ' ') };
  });
}
