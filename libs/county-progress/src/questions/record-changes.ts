import type { Recorded } from '@waymark/kernel';
import { SAMPLE_STATE } from '@waymark/organisations';
import type { Row } from '@waymark/read-store';
import { factKinds } from '../facts/fact-kinds.js';
import type { FactKind } from '../facts/fact-kind.js';
import { heardIn } from '../facts/facts-fold.js';
import { inForce } from '../facts/in-force.js';
import { organisationFact } from '../facts/organisation.facts.js';
import { joined, oneOf, raw, sql } from '../facts/sql.js';
import type { Ask, Change, RecordedChange } from './question.js';

/** Members that never leave through a read: keys of the audit log, and what repeats the earlier entry. */
const HIDDEN = new Set(['tagKey', 'was', 'basedOn']);
const SEALED = /^enc:\d+:/;

/** Members that tell the entries of a list apart, such as the cells of a matrix. */
const NAMING = ['scheme', 'part', 'item', 'focusArea', 'supportType', 'needId'];

type Leaves = Map<string, string>;

/** Every leaf of an event's data by its path; sealed texts and hidden members are left out. */
export function leavesOf(data: unknown, path = '', leaves: Leaves = new Map()): Leaves {
  if (Array.isArray(data)) {
    const names = entryNames(data);
    data.forEach((entry, index) => leavesOf(entry, `${path}[${names[index]!}]`, leaves));
  } else if (typeof data === 'object' && data !== null) {
    for (const [name, member] of Object.entries(data)) {
      if (!HIDDEN.has(name)) leavesOf(member, path === '' ? name : `${path}.${name}`, leaves);
    }
  } else if (isShown(data)) {
    leaves.set(path, String(data));
  }
  return leaves;
}

const isShown = (leaf: unknown): boolean => leaf !== undefined && leaf !== null && !SEALED.test(String(leaf));

/**
 * Names of the entries of a list: what they are about, such as `SEBH TRAINING`, so that a cell is compared with the same
 * cell wherever it stands. Entries that are about the same thing are counted; those that say nothing of the kind, numbered.
 */
function entryNames(entries: readonly unknown[]): string[] {
  const seen = new Map<string, number>();
  return entries.map((entry, index) => {
    const name = entryName(entry);
    if (name === '') return String(index);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  });
}

function entryName(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return isShown(entry) ? String(entry).slice(0, 80) : '';
  const { value, ...own } = entry as Record<string, unknown>;
  const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const named = NAMING.flatMap((name) => {
    const text = own[name] ?? inner[name];
    return typeof text === 'string' && isShown(text) ? [text] : [];
  });
  return named.join(' ');
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

/** The organisations that an event is tagged with, or is itself about. */
function organisationsOf({ data, metadata }: Recorded): string[] {
  const { organisationId } = data as { organisationId?: string };
  return [metadata.agency, metadata.district, organisationId].flatMap((id) => id ?? []);
}

/** Those among the organisations of the events that belong to the sample county. */
async function sampleOrganisations(ask: Ask, events: readonly Recorded[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(events.flatMap(organisationsOf))];
  if (ids.length === 0) return new Set();
  const ofSample = sql`organisation in ${oneOf(ids)} and state = ${SAMPLE_STATE}`;
  const rows = await ask.rows<{ organisation: string }>(
    sql`select organisation from ${inForce(ask.view, organisationFact, 'o', ofSample)}`,
  );
  return new Set(rows.map(({ organisation }) => organisation));
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
  const samples = await sampleOrganisations(ask, events);
  return events.map((event) => {
    const { corrects } = event.metadata;
    const before = corrects === undefined ? byPosition.get(places.get(event) ?? -1) : byId.get(corrects);
    const isSample = organisationsOf(event).some((organisation) => samples.has(organisation));
    return { event, changes: changesBetween(before, event), isSample };
  });
}
