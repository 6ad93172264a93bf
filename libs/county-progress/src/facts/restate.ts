import type { CivilDate } from '@waymark/kernel';
import { type FoldedRow, OPEN_END, STILL_BELIEVED } from './fact-kind.js';

/** What a restatement does to the rows of one key. */
export interface Restated {
  /** The rows believed afterwards, in the order of their truth. */
  readonly believed: readonly FoldedRow[];
  /** Rows no longer believed as they stood, closed at the event's position. */
  readonly closed: readonly FoldedRow[];
  /** Rows believed from the event's position on, the stated one itself among them; their `row_id` is yet to be given. */
  readonly opened: readonly FoldedRow[];
}

/** S2, S4: by the first effective day, on one day by the place of the statement, which a correction keeps. */
export function inOrderOfTruth(a: FoldedRow, b: FoldedRow): number {
  if (a.effective_from !== b.effective_from) return a.effective_from < b.effective_from ? -1 : 1;
  return a.root_position - b.root_position;
}

/** S3, S12: a row is true until the next one begins; one that is beaten on its own day stays, with an empty interval. */
function endOf(next: FoldedRow | undefined): CivilDate {
  return next === undefined ? OPEN_END : next.effective_from;
}

/**
 * Says anew what one statement holds about one key: `row` takes the place of the statement's believed row, or nothing
 * does. Neighbours whose end moves are closed and opened again as copies, so that what was believed before stays as it was.
 */
export function restate(
  believed: readonly FoldedRow[],
  statement: string,
  row: FoldedRow | undefined,
  position: number,
): Restated {
  if (believed.length === 0 && row !== undefined) {
    const first = opening(row, OPEN_END, position);
    return { believed: [first], closed: [], opened: [first] };
  }
  const others = believed.filter((candidate) => candidate.statement !== statement);
  const closed = believed
    .filter((candidate) => candidate.statement === statement)
    .map((candidate) => ({ ...candidate, until_position: position }));
  const opened: FoldedRow[] = [];
  const ordered = row === undefined ? others : [...others, row].sort(inOrderOfTruth);
  const after = ordered.map((candidate, index) => {
    const end = endOf(ordered[index + 1]);
    if (candidate !== row && candidate.effective_until === end) return candidate;
    if (candidate !== row) closed.push({ ...candidate, until_position: position });
    const open = opening(candidate === row ? candidate : { ...candidate }, end, position);
    opened.push(open);
    return open;
  });
  return { believed: after, closed, opened };
}

function opening(row: FoldedRow, end: CivilDate, position: number): FoldedRow {
  row.effective_until = end;
  row.from_position = position;
  row.until_position = STILL_BELIEVED;
  return row;
}
