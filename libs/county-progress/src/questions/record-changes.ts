import type { CivilDate, Recorded } from '@waymark/kernel';
import { SAMPLE_STATE } from '@waymark/organisations';
import type { KeyTuple } from '@waymark/read-store';
import { factKinds } from '../facts/fact-kinds.js';
import type { FactKind } from '../facts/fact-kind.js';
import { heardIn } from '../facts/facts-fold.js';
import { inForce } from '../facts/in-force.js';
import { organisationFact } from '../facts/organisation.facts.js';
import { joined, oneOf, raw, type Sql, sql } from '../facts/sql.js';
import { personIn, personStream } from './person-streams.js';
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

/** One key that an event states anew, with where and when: its place taken is the row believed just before it, on its day. */
interface Taking {
  readonly event: Recorded;
  readonly key: KeyTuple;
  readonly from: CivilDate;
}

/** Keys looked up by one select; a page of events has fewer, unless they are whole surveys. */
const MOST_KEYS = 1024;

/** For each event the one that was in force, for one of the keys that it states anew, just before it and on its day. */
async function placesTaken(ask: Ask, events: readonly Recorded[]): Promise<ReadonlyMap<number, number>> {
  const takings = new Map<FactKind, Taking[]>();
  for (const event of events) {
    for (const { kind, saying } of heardIn(event, factKinds)) {
      const ofKind = takings.get(kind) ?? [];
      for (const { key } of saying.cells) ofKind.push({ event, key, from: saying.effectiveFrom });
      takings.set(kind, ofKind);
    }
  }
  const places = new Map<number, number>();
  for (const [kind, ofKind] of takings) {
    for (let start = 0; start < ofKind.length; start += MOST_KEYS) {
      for (const { taker, position } of await ask.rows<{ taker: number; position: number }>(
        placesSelect(kind, ofKind.slice(start, start + MOST_KEYS)),
      )) {
        places.set(Number(taker), Math.max(places.get(Number(taker)) ?? 0, Number(position)));
      }
    }
  }
  return places;
}

/** The keys as a list of values, joined with the rows of their kind: `taker` is the event that states, `position` the one before. */
function placesSelect(kind: FactKind, takings: readonly Taking[]): Sql {
  const types = [...kind.key.map((column) => kind.table.columns[column]!.type), 'integer', 'text'];
  const value = (given: string | number, column: number) =>
    types[column] === 'integer' ? sql`cast(${given} as bigint)` : sql`cast(${given} as text)`;
  // As many values as the next power of two, the last one again and again: few texts of selects, and the same rows.
  const length = 2 ** Math.ceil(Math.log2(takings.length));
  const values = Array.from({ length }, (_, index) => {
    const { event, key, from } = takings[Math.min(index, takings.length - 1)]!;
    const members = [...key, event.position, from];
    return sql`(${joined(members.map(value), ', ')})`;
  });
  const names = [...kind.key.map((_, index) => `key_${index}`), 'taker', 'day'].join(', ');
  const same = kind.key.map((column, index) => `f.${column} = t.key_${index}`).join(' and ');
  return sql`with taking (${raw(names)}) as (values ${joined(values, ', ')})
    select t.taker, max(f.event_position) as position from taking as t cross join ${raw(kind.table.name)} as f
    where ${raw(same)} and f.from_position < t.taker and f.until_position >= t.taker
      and f.effective_from <= t.day and f.effective_until > t.day
    group by t.taker`;
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
  if (ask.scope.kind === 'PERSON') return personChanges(ask, events);
  const places = await placesTaken(
    ask,
    events.filter(({ metadata }) => metadata.corrects === undefined),
  );
  const taken = await ask.record.at([...new Set(places.values())]);
  const byPosition = new Map(taken.map((event) => [event.position, event]));
  const corrected = await ask.record.withIds(events.flatMap(({ metadata }) => metadata.corrects ?? []));
  const byId = new Map<string, Recorded>(corrected.map((event) => [event.eventId, event]));
  const samples = await sampleOrganisations(ask, events);
  return events.map((event) => {
    const { corrects } = event.metadata;
    const before = corrects === undefined ? byPosition.get(places.get(event.position) ?? -1) : byId.get(corrects);
    const isSample = organisationsOf(event).some((organisation) => samples.has(organisation));
    return { event, changes: changesBetween(before, event), isSample };
  });
}

/** The events of a person with what each changed: name and contact against those stated before. */
async function personChanges({ record }: Ask, events: readonly Recorded[]): Promise<RecordedChange[]> {
  if (events.length === 0) return [];
  const all = await record.inStream(personStream(personIn(events)));
  const isSample = all.some(({ data }) => (data as { sample?: boolean }).sample === true);
  return events.map((event) => ({ event, changes: changesBetween(contactBefore(all, event), event), isSample }));
}

/** The event by which name and contact were stated before, as far as it states them; undefined where the event states none. */
function contactBefore(all: readonly Recorded[], { type, position }: Recorded): Recorded | undefined {
  if (type !== 'PersonNamed') return undefined;
  const stating = all.filter((event) => event.position < position && /^Person(Registered|Named)$/.test(event.type));
  const last = stating.at(-1);
  if (last === undefined) return undefined;
  const { sample: _, ...data } = last.data as { sample?: boolean };
  return { ...last, type, data };
}
