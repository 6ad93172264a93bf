import type { Recorded } from '@waymark/kernel';
import type { Row } from '@waymark/read-store';
import { factKinds } from '../facts/fact-kinds.js';
import type { FactKind } from '../facts/fact-kind.js';
import { heardIn } from '../facts/facts-fold.js';
import { joined, raw, sql } from '../facts/sql.js';
import type { Ask, Change, RecordedChange } from './question.js';

/** Members that never leave through a read: keys of the audit log, and what repeats the earlier entry. */
const HIDDEN = new Set(['tagKey', 'was', 'basedOn']);
const SEALED = /^enc:\d+:/;

type Leaves = Map<string, string>;

/** Every leaf of an event's data by its path; sealed texts and hidden members are left out. */
export function leavesOf(data: unknown, path = '', leaves: Leaves = new Map()): Leaves {
  if (typeof data === 'object' && data !== null) {
    for (const [name, member] of Object.entries(data)) {
      if (!HIDDEN.has(name)) leavesOf(member, pathOf(path, name, Array.isArray(data)), leaves);
    }
  } else if (data !== undefined && data !== null && !SEALED.test(String(data))) {
    leaves.set(path, String(data));
  }
  return leaves;
}

function pathOf(path: string, name: string, inList: boolean): string {
  if (inList) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function leavesOfEvent(event: Recorded): Leaves {
  const leaves = leavesOf(event.data);
  leaves.delete('reason');
  return leaves.set('effectiveOn', event.metadata.effectiveOn);
}

/** What differs between an event and the one whose place it took; all of it when it took nobody's. */
export function changesBetween(before: Recorded | undefined, after: Recorded): Change[] {
  const now = leavesOfEvent(after);
  if (after.metadata.act === 'WITHDRAWN') {
    const gone = before === undefined ? leavesOf((after.data as { was?: unknown }).was) : leavesOfEvent(before);
    return [...gone].map(([path, text]) => ({ path, before: text, after: null }));
  }
  const then = before === undefined ? new Map<string, string>() : leavesOfEvent(before);
  const paths = before?.type === after.type ? new Set([...then.keys(), ...now.keys()]) : new Set(now.keys());
  return [...paths]
    .filter((path) => then.get(path) !== now.get(path))
    .map((path) => ({ path, before: then.get(path) ?? null, after: now.get(path) ?? null }));
}

function sameKey(kind: FactKind, key: Row) {
  return joined(
    kind.key.map((column) => sql`${raw(column)} = ${key[column] as string | number}`),
    ' and ',
  );
}

/** The event that was in force, for one of the keys that this event states anew, just before it and on its day. */
async function placeTakenFrom(ask: Ask, event: Recorded): Promise<number | undefined> {
  const before = event.position - 1;
  let latest: number | undefined;
  for (const { kind, saying } of heardIn(event, factKinds)) {
    if (saying.cells.length === 0) continue;
    const keys = joined(
      saying.cells.map((cell) => sql`(${sameKey(kind, cell.key)})`),
      ' or ',
    );
    const [row] = await ask.rows<{ position: number | null }>(sql`
      select max(event_position) as position from ${raw(kind.table.name)}
      where (${keys}) and from_position <= ${before} and until_position > ${before}
        and effective_from <= ${saying.effectiveFrom} and effective_until > ${saying.effectiveFrom}`);
    if (row?.position != null) latest = Math.max(latest ?? 0, Number(row.position));
  }
  return latest;
}

/** The events with what each changed: against the entry it corrects or withdraws, else against the one whose place it took. */
export async function recordedChanges(ask: Ask, events: readonly Recorded[]): Promise<RecordedChange[]> {
  const places = new Map<Recorded, number>();
  for (const event of events) {
    const place = event.metadata.corrects === undefined ? await placeTakenFrom(ask, event) : undefined;
    if (place !== undefined) places.set(event, place);
  }
  const taken = await ask.record.at([...new Set(places.values())]);
  const byPosition = new Map(taken.map((event) => [event.position, event]));
  const corrected = await ask.record.withIds(events.flatMap(({ metadata }) => metadata.corrects ?? []));
  const byId = new Map<string, Recorded>(corrected.map((event) => [event.eventId, event]));
  return events.map((event) => {
    const { corrects } = event.metadata;
    const before = corrects === undefined ? byPosition.get(places.get(event) ?? -1) : byId.get(corrects);
    return { event, changes: changesBetween(before, event) };
  });
}
