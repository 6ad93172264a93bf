import {
  type CivilDate,
  type CommandMeta,
  DomainError,
  requireNotClosed,
  requireNotInFuture,
  requireYearInReach,
  type Standing,
} from '@waymark/kernel';
import type {
  NeedCell,
  RequestCell,
  RequestSource,
  RequestSupport,
  StateDistrictNeed,
} from './district-request-commands.js';
import { type CellsContent, type DistrictState, type FollowUp, requestKey } from './district-request-state.js';

function refuse(code: string, message: string, path: readonly string[], rule?: string): never {
  throw new DomainError(code, message, { rule, path });
}

/** By the district itself, or through its service agency: the role of who enters it decides. */
export function speakerOf(meta: CommandMeta): 'DISTRICT' | 'AGENCY' {
  return meta.actor.role === 'DISTRICT_MEMBER' ? 'DISTRICT' : 'AGENCY';
}

/** The day from which a statement holds; and the reach of school years. */
export function dayOfStatement({ key, data, meta }: StateDistrictNeed | RequestSupport): CivilDate {
  requireYearInReach(key.schoolYear, meta.today);
  requireNotInFuture(data.source.on, meta.today, ['source', 'on']);
  const day = data.effectiveOn ?? data.source.on;
  requireNotInFuture(day, meta.today, ['effectiveOn']);
  requireNotClosed(data.basis.closedOn, day, 'entry');
  return day;
}

/** Source and day of a correction: as they stood where it does not say otherwise. */
export function corrected(
  data: { readonly source?: RequestSource | undefined; readonly effectiveOn?: CivilDate | undefined },
  standing: Standing<CellsContent<unknown>>,
  today: CivilDate,
): { source: RequestSource; effectiveOn: CivilDate } {
  const source = data.source ?? standing.content.source;
  const effectiveOn = data.effectiveOn ?? standing.effectiveOn;
  requireNotInFuture(source.on, today, ['source', 'on']);
  requireNotInFuture(effectiveOn, today, ['effectiveOn']);
  return { source, effectiveOn };
}

/** At least one cell, none twice, a strength only where there is a need. */
export function requireNeedCells(cells: readonly NeedCell[]): void {
  requireDistinct(
    cells.map((cell) => cell.focusArea),
    ['cells'],
  );
  cells.forEach((cell, index) => {
    const path = ['cells', String(index)];
    requireNoteForOther(cell, path);
    if (cell.strength === undefined) return;
    if (cell.answer !== 'NEED') refuse('STRENGTH_WITHOUT_NEED', 'A strength belongs to a need only.', path);
    if (cell.strength < 1 || cell.strength > 5) refuse('STRENGTH_OUT_OF_RANGE', 'The strength runs from 1 to 5.', path);
  });
}

/** focus area × training, coaching or data coordination, each pair once. */
export function requireRequestCells(cells: readonly RequestCell[]): void {
  requireDistinct(cells.map(requestKey), ['cells']);
  cells.forEach((cell, index) => {
    const path = ['cells', String(index)];
    requireNoteForOther(cell, path);
    if (cell.supportType === 'PLANNING') {
      refuse('WRONG_SUPPORT_TYPE', 'A district asks for training, coaching or data coordination.', path, 'R-15');
    }
    if ((cell.quantity === undefined) !== (cell.unit === undefined)) {
      refuse('QUANTITY_WITHOUT_UNIT', 'Give a quantity together with its unit (days, sessions, schools).', path);
    }
    if (cell.quantity !== undefined && cell.quantity < 0) {
      refuse('QUANTITY_BELOW_ZERO', 'A quantity is not below zero.', path);
    }
  });
}

function requireNoteForOther(cell: { focusArea: string; note?: string | undefined }, path: string[]): void {
  if (cell.focusArea !== 'OTHER' || (cell.note?.trim() ?? '') !== '') return;
  refuse('NOTE_MISSING', 'Say in the note which area OTHER means.', [...path, 'note']);
}

/** At least one key, none twice. */
export function requireDistinct(keys: readonly string[], path: readonly string[]): void {
  if (keys.length === 0) refuse('CELLS_MISSING', 'Say something about at least one focus area.', path);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) refuse('DUPLICATE_CELL', `${twice} stands twice in one entry. Keep one of the two.`, path);
}

/** The follow-up with this id, still open. */
export function requireOpenFollowUp(state: DistrictState, followUpId: string): FollowUp {
  const followUp = state.followUps[followUpId];
  if (followUp === undefined) {
    return refuse('FOLLOW_UP_NOT_FOUND', 'This district has no such follow-up in this school year.', ['followUpId']);
  }
  if (followUp.outcome !== undefined) {
    refuse('FOLLOW_UP_CLOSED', 'This follow-up is closed. Open another to ask again.', ['followUpId'], 'R-14');
  }
  return followUp;
}
