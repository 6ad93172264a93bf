import type { StoredEvent } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { Answer } from '../asking/answer.js';
import { positionsBehind } from './comparison.js';
import { ask, type TestDesk } from './desk.js';
import { addDays, type Draw } from './draw.js';
import { agencyNames } from './history.js';
import { schools } from './schools.js';
import { expectedFigures } from './model.js';
import { BEGINNING, sayings, winnersAt } from './sayings.js';

/** A question about the record itself, at dials. */
export interface RecordPoint {
  readonly slug: 'record-history' | 'record-as-of' | 'corrections' | 'agency-page';
  /** Readable name of the organisation. */
  readonly organisation: string;
  /** One stream of the organisation, when it is asked about alone. */
  readonly stream: string | undefined;
  readonly event: StoredEvent;
  readonly day: string;
  readonly first: number;
  readonly after: StoredEvent | undefined;
}

export const recordSlugs = ['record-history', 'record-as-of', 'corrections', 'agency-page'] as const;

export function drawRecordPoint(draw: Draw, events: readonly StoredEvent[], slug = draw.one(recordSlugs)): RecordPoint {
  const event = draw.chance(25) ? events.at(-1)! : draw.one(events);
  const day = addDays(event.metadata.recordedAt.slice(0, 10), draw.below(60) - 30);
  const any = slug !== 'agency-page';
  const district = any && draw.chance(40);
  const other = any && !district && draw.chance(40);
  const organisation = district
    ? `d${draw.below(11)}`
    : other
      ? draw.one([...Object.keys(schools), 'mi'])
      : draw.one(agencyNames);
  const streams = new Set(events.map((recorded) => recorded.stream as string));
  const own = [...streams].filter((name) => name.includes(`-${idOf(organisation)}`));
  const stream = any && draw.chance(30) ? draw.one(own) : undefined;
  const before = draw.one(events);
  const after = before.position <= event.position && draw.chance(30) ? before : undefined;
  return { slug, organisation, stream, event, day, first: draw.one([1, 3, 50, 200]), after };
}

/** The codes by which a desk finds the districts of a history as districts, and the others as what they are. */
export const codesOfHistory = Object.fromEntries([
  ...Array.from({ length: 11 }, (_, i) => [`MI-d${i}`, { id: idOf(`d${i}`), kind: 'DISTRICT' }]),
  ...Object.entries(schools).map(([name, kind]) => [`MI-${name}`, { id: idOf(name), kind }]),
  ['MI-mi', { id: idOf('mi'), kind: 'STATE_AGENCY' }],
]) as Readonly<Record<string, { id: string; kind: string }>>;

type Data = Record<string, unknown>;
/** Whether an event belongs to what is asked about: to the stream, or else to whom it is tagged with or recorded of. */
const isOf = (event: StoredEvent, { id, stream }: { readonly id: string; readonly stream: string | undefined }) =>
  stream === undefined
    ? isTagged(event, id) || (!isCounty(id) && event.stream === `organisation-${id}`)
    : event.stream === stream;
const counties = new Set([...agencyNames, ...Array.from({ length: 11 }, (_, i) => `d${i}`)].map((name) => idOf(name)));
const isCounty = (id: string) => counties.has(id as never);
const isTagged = (event: StoredEvent, id: string) =>
  event.metadata.agency === id || (event.metadata.district as string | undefined) === id;

/** What an answer should say, in lines of text: the same lines are made of the answer. */
type Lines = string[];

/** Cells of a matrix by what they are about. */
function cellsIn(event: StoredEvent | undefined): Map<string, string> {
  const cells = ((event?.data as Data | undefined)?.['cells'] ?? []) as Data[];
  return new Map(
    cells.map((cell) =>
      'supportType' in cell
        ? [`cells[${String(cell['focusArea'])} ${String(cell['supportType'])}].amount`, String(cell['amount'])]
        : [`cells[${String(cell['focusArea'])}].answer`, String(cell['answer'])],
    ),
  );
}

/** The event that this one corrects, or else whose place it took on its day. */
function placeTaken(events: readonly StoredEvent[], event: StoredEvent): StoredEvent | undefined {
  const { corrects, effectiveOn } = event.metadata;
  if (corrects !== undefined) return events.find(({ eventId }) => eventId === corrects);
  const names = new Set(sayings(event).map(({ what, key }) => `${what} ${key.join('/')}`));
  const before = winnersAt(events, event.position - 1, effectiveOn).filter(({ what, key }) =>
    names.has(`${what} ${key.join('/')}`),
  );
  const latest = Math.max(...before.map(({ position }) => position));
  return events.find(({ position }) => position === latest);
}

function eventLines(events: readonly StoredEvent[], shown: readonly StoredEvent[]): Lines {
  return shown.flatMap((event) => {
    const { act, effectiveOn, recordedAt, actor } = event.metadata;
    const line = [event.eventId, event.type, act, effectiveOn, recordedAt, actor.personId, actor.role].join(' ');
    if (event.type !== 'DistrictNeedStated' && event.type !== 'SupportRequested') return [line];
    const before = cellsIn(placeTaken(events, event));
    const after = act === 'WITHDRAWN' ? new Map<string, string>() : cellsIn(event);
    const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
    const changed = paths.filter((path) => before.get(path) !== after.get(path));
    return [line, ...changed.map((path) => `  ${path} ${before.get(path) ?? null} > ${after.get(path) ?? null}`)];
  });
}

function shownLines({ items }: Answer): Lines {
  return items.flatMap(({ event }) => {
    if (event === null) return [];
    const { id, type, act, effectiveOn, recordedAt, actor } = event;
    const line = [id, type, act, effectiveOn, recordedAt, actor.personId, actor.role].join(' ');
    if (type !== 'DistrictNeedStated' && type !== 'SupportRequested') return [line];
    const cells = event.changes.filter(({ path }) => /^cells\[.*\]\.(answer|amount)$/.test(path));
    const sorted = [...cells].sort((a, b) => (a.path < b.path ? -1 : 1));
    return [line, ...sorted.map(({ path, before, after }) => `  ${path} ${before} > ${after}`)];
  });
}

const counted = (name: string, n: number, most: number): string =>
  n === 0 ? `${name} null NO_DATA` : `${name} ${Math.min(n, most)} ${n > most ? 'PARTIAL' : 'KNOWN'}`;

const figureLines = ({ figures }: Answer, ...names: string[]): Lines =>
  figures.flatMap(({ key, value, state }) => (names.includes(key) ? [`${key} ${value} ${state}`] : []));

interface Asked extends RecordPoint {
  readonly id: string;
  /** Events up to the recorded dial. */
  readonly known: readonly StoredEvent[];
  readonly answer: Answer;
  readonly desk: TestDesk;
}
/** What is expected, and what was answered. */
type Both = { readonly expected: Lines; readonly said: Lines };

function history({ known, id, stream, first, after, answer }: Asked): Both {
  const all = known.filter((event) => isOf(event, { id, stream }) && event.position > (after?.position ?? -1));
  return {
    expected: [counted('events-shown', all.length, first), ...eventLines(known, all.slice(0, first))],
    said: [...figureLines(answer, 'events-shown'), ...shownLines(answer)],
  };
}

async function corrections(asked: Asked): Promise<Both> {
  const { known, id, stream, day, first, after, answer, event, desk, organisation } = asked;
  const under = winnersAt(known, event.position, day).filter(
    ({ what, value }) => what === 'placement' && value['kind'] === 'DISTRICT' && value['parent'] === id,
  );
  const districts = new Set(organisation.startsWith('d') ? [id] : under.map(({ key }) => key[0]!));
  const all = known.filter(
    (known) =>
      known.metadata.act !== 'STATED' &&
      (isOf(known, { id, stream }) || (stream === undefined && districts.has(known.metadata.district as string))),
  );
  const page = all.filter(({ position }) => position > (after?.position ?? -1)).slice(0, first);
  const positions = await positionsBehind(desk, answer.figures[0]!.sources);
  return {
    expected: [
      `corrections ${all.length} KNOWN`,
      ...all.map(({ position }) => `@${position}`),
      ...eventLines(known, page),
    ],
    said: [
      ...figureLines(answer, 'corrections'),
      ...positions.map((position) => `@${position}`),
      ...shownLines(answer),
    ],
  };
}

const FACTS: Readonly<Record<string, string>> = {
  ...{ planArea: 'plan_focus', set: 'cycle_questions', level: 'item_level', countyNeed: 'county_need' },
};

async function asOf({ known, id, stream, day, answer, event, desk }: Asked): Promise<Both> {
  const own = new Set(known.filter((event) => isOf(event, { id, stream })).map(({ position }) => position));
  const facts = winnersAt(known, event.position, day).filter(
    ({ key, position }) => key[0] === id && (stream === undefined || own.has(position)),
  );
  const behind = await positionsBehind(desk, answer.figures[0]!.sources);
  const expected = facts.map(
    ({ what, from, position }) => `${FACTS[what] ?? what} ${from === BEGINNING ? '1900-01-01' : from} @${position}`,
  );
  const said: Lines = [];
  for (const { fields, sources } of answer.items) {
    const of = (name: string) => fields.find((field) => field.name === name)!.value;
    said.push(`${of('fact')} ${of('trueFrom')} @${(await positionsBehind(desk, sources!)).join()}`);
  }
  const count = counted('facts', facts.length, Number.POSITIVE_INFINITY);
  const rests = [...new Set(facts.map(({ position }) => position))].sort((a, b) => a - b);
  return {
    expected: [count, rests.join(), ...expected.sort()],
    said: [...figureLines(answer, 'facts'), behind.join(), ...said.sort()],
  };
}

function schoolYear(day: string): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5, 7) < '07' ? 1 : 0);
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
}

/** The page is what its parts say, with what was asked for and what happened in the last thirty days. */
function page({ known, id, day, answer, event }: Asked): Both {
  const year = schoolYear(day);
  const winners = winnersAt(known, event.position, day);
  const under = new Set(
    winners
      .filter(({ what, value }) => what === 'placement' && value['kind'] === 'DISTRICT' && value['parent'] === id)
      .map(({ key }) => key[0]),
  );
  const wishes = winners.filter(
    ({ what, key, value }) => what === 'request' && under.has(key[0]!) && key[1] === year && value['amount'] !== 'NONE',
  );
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Detroit' });
  const since = addDays(day, -30);
  const recent = known.filter(
    (event) => isTagged(event, id) && date.format(new Date(event.metadata.recordedAt)) >= since,
  );
  const dials = { position: event.position, day, lastYear: day };
  const parts = (['open-cycles', 'silent-districts', 'leadership-commitment'] as const).flatMap((slug) =>
    Object.entries(expectedFigures(slug, known, { agency: id }, dials, { now: year, before: year })),
  );
  const own = [
    counted('districts-asking-for-anything', new Set(wishes.map(({ key }) => key[0])).size, 999),
    counted('events-since', recent.length, 200),
  ];
  const requests = wishes.map(({ key, value }) => `${key[2]} ${key[3]} ${String(value['amount'])}`);
  const asked = answer.items.filter(({ kind }) => kind === 'REQUEST');
  return {
    expected: [
      ...[...parts.map(([key, { value, state }]) => `${key} ${value} ${state}`), ...own].sort(),
      ...requests.sort(),
      ...eventLines(known, recent.slice(-200).reverse()),
    ],
    said: [
      ...figureLines(answer, ...answer.figures.map(({ key }) => key)).sort(),
      ...asked
        .map(({ fields }) => fields.slice(1).map(({ value }) => value))
        .map((values) => values.join(' '))
        .sort(),
      ...shownLines(answer),
    ],
  };
}

const models = { 'record-history': history, 'record-as-of': asOf, corrections, 'agency-page': page };

/** Agencies and districts are named in either way; other records by `record` alone. */
export function scopeOf({ organisation, stream }: Pick<RecordPoint, 'organisation' | 'stream'>) {
  if (stream !== undefined) return { record: stream };
  if (organisation.startsWith('a')) return { agency: idOf(organisation) };
  return organisation.startsWith('d') ? { agency: `MI-${organisation}` } : { record: `MI-${organisation}` };
}

/** Where answer and model differ first at a point, or undefined. */
export async function recordDifferenceAt(
  desk: TestDesk,
  events: readonly StoredEvent[],
  point: RecordPoint,
): Promise<string | undefined> {
  const { slug, organisation, stream, event, day, first, after } = point;
  const isPaged = slug === 'record-history' || slug === 'corrections';
  const inputs = isPaged
    ? [{ name: 'first', value: String(first) }, ...(after ? [{ name: 'after', value: after.eventId as string }] : [])]
    : [];
  const answer = await ask(desk, slug, {
    ...scopeOf({ organisation, stream }),
    ...{ inputs, effectiveAsOf: day, recordedAsOf: event.eventId },
  });
  const known = events.filter(({ position }) => position <= event.position);
  const { expected, said } = await models[slug]({ ...point, id: idOf(organisation), known, answer, desk });
  const at = Array.from({ length: Math.max(expected.length, said.length) }, (_, i) => i);
  const wrong = at.find((i) => expected[i] !== said[i]);
  if (wrong === undefined) return undefined;
  const where = `${slug} of ${stream ?? organisation} @${event.position} ${day}, line ${wrong}`;
  return `${where}: should be "${expected[wrong]}", is "${said[wrong]}"`;
}
