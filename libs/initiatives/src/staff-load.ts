import { type Entry, inForceByKey } from '@waymark/kernel';
import { type Cells, type InventoryState, isRunning, staffKey, staffKeys } from './initiative-state.js';
import type { InitiativeStatus } from './initiative.events.js';

/** Name and version of the rule by which {@link staffLoad} counts. */
export const STAFF_LOAD_RULE = 'staff-load@1';

/** What one staff group carries in one school year. FTE are full-time equivalents. */
export interface StaffLoadLine {
  readonly schoolYear: string;
  readonly staffGroup: string;
  /** Promised to initiatives that run, as far as it is known; null when none of it is. */
  readonly promised: number | null;
  /** Initiatives that run and name the group. */
  readonly initiatives: readonly string[];
  /** How many of them do not say how much. */
  readonly unknown: number;
  /** What there is; null when nobody said, or said that it is not known. */
  readonly available: number | null;
  readonly state: 'WITHIN' | 'OVER' | 'UNKNOWN';
  /** What the state rests on, in words. */
  readonly because: string;
}

/** An initiative whose promises may count. */
export interface StaffedInitiative {
  readonly initiativeId: string;
  readonly status: InitiativeStatus;
}

interface Named {
  readonly staffGroup: string;
  readonly fte?: number | undefined;
}

/** FTE promised to what is planned or active against FTE available, by school year and staff group; what is unknown is said. */
export function staffLoad(
  initiatives: readonly StaffedInitiative[],
  { promised, available }: Pick<InventoryState, 'promised' | 'available'>,
): StaffLoadLine[] {
  const counted = new Set(
    initiatives
      .filter(({ status }) => isRunning(status) && status !== 'PAUSED')
      .map(({ initiativeId }) => initiativeId),
  );
  const promises = new Map<string, { year: string; named: (Named & { initiativeId: string })[] }>();
  for (const [key, entries] of Object.entries(promised)) {
    const [initiativeId, year] = key.split(' ') as [string, string];
    if (!counted.has(initiativeId)) continue;
    for (const [group, cell] of cellsInForce(entries)) {
      const at = `${year} ${group}`;
      const known = promises.get(at) ?? { year, named: [] };
      promises.set(at, { year, named: [...known.named, { ...cell, initiativeId }] });
    }
  }
  const there = new Map<string, Named & { year: string }>();
  for (const [year, entries] of Object.entries(available)) {
    for (const [group, cell] of cellsInForce(entries)) there.set(`${year} ${group}`, { ...cell, year });
  }
  const keys = [...new Set([...promises.keys(), ...there.keys()])].sort();
  return keys.map((key) => lineOf(promises.get(key), there.get(key)));
}

function cellsInForce(entries: readonly Entry<Cells>[]): [group: string, cell: Named][] {
  return [...inForceByKey(entries, staffKeys)].map(([group, { content }]) => [
    group,
    content.cells.find((cell) => staffKey(cell) === group)!,
  ]);
}

function lineOf(
  promise: { year: string; named: readonly (Named & { initiativeId: string })[] } | undefined,
  there: (Named & { year: string }) | undefined,
): StaffLoadLine {
  const named = promise?.named ?? [];
  const known = named.flatMap(({ fte }) => fte ?? []);
  const promised = known.length === 0 && named.length > 0 ? null : hundredths(known.reduce((sum, fte) => sum + fte, 0));
  const unknown = named.length - known.length;
  const available = there?.fte ?? null;
  return {
    schoolYear: (promise ?? there)!.year,
    staffGroup: (named[0] ?? there)!.staffGroup,
    ...{ promised, unknown, available },
    initiatives: named.map(({ initiativeId }) => initiativeId),
    ...judged(promised, unknown, available),
  };
}

function judged(promised: number | null, unknown: number, available: number | null) {
  const missing = unknown === 0 ? '' : ` ${unknown} of the initiatives do not say how much.`;
  if (available === null) {
    return { state: 'UNKNOWN' as const, because: `Nobody said how much of the group there is.${missing}` };
  }
  const sum = `${promised ?? 'An unknown amount'} of ${available} FTE ${promised === null ? 'is' : 'are'} promised.`;
  if ((promised ?? 0) > available) return { state: 'OVER' as const, because: `${sum}${missing}` };
  return { state: unknown === 0 ? ('WITHIN' as const) : ('UNKNOWN' as const), because: `${sum}${missing}` };
}

function hundredths(fte: number): number {
  return Math.round(fte * 100) / 100;
}
