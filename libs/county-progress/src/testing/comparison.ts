import { oneYearEarlier, previousSchoolYear, schoolYearOf, type StoredEvent } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { ask, type TestDesk } from './desk.js';
import { addDays, type Draw } from './draw.js';
import { agencyNames } from './history.js';
import { expectedFigures, modelled, type ModelScope } from './model.js';

/** A question at dials, drawn at random. */
export interface Point {
  readonly slug: (typeof modelled)[number];
  readonly scope: ModelScope;
  readonly event: StoredEvent | undefined;
  /** Whether the place is named by the instant of the event instead of its id. */
  readonly byInstant: boolean;
  readonly day: string;
}

/** Any question, agency or state, place in the record (the newest in one of four) and day, from before the first to after the last. */
export function drawPoint(draw: Draw, events: readonly StoredEvent[]): Point {
  const scope = draw.chance(30) ? { state: draw.one(['MI', 'IL']) } : { agency: idOf(draw.one(agencyNames)) };
  const event = draw.chance(25) ? undefined : draw.one(events);
  const about = (event ?? events.at(-1)!).metadata.recordedAt.slice(0, 10);
  const day = draw.chance(50) ? addDays(about, draw.below(60) - 30) : addDays('2023-06-20', draw.below(900));
  return { slug: draw.one(modelled), scope, event, byInstant: draw.chance(30), day };
}

/** What differs between tables and model at a point, sources included; empty when they agree. */
export async function differencesAt(desk: TestDesk, events: readonly StoredEvent[], point: Point): Promise<string[]> {
  const { slug, scope, day } = point;
  const { recordedAsOf, event } = placeOf(events, point);
  const answer = await ask(desk, slug, { ...scope, effectiveAsOf: day, recordedAsOf });
  const year = schoolYearOf(day);
  const { position } = event;
  const dials = { position, day, lastYear: oneYearEarlier(day) };
  const expected = expectedFigures(slug, events, scope, dials, { now: year, before: previousSchoolYear(year) });
  const differences: string[] = [];
  const say = (what: string) => differences.push(`${slug} ${JSON.stringify(scope)} @${position} ${day}: ${what}`);
  if (answer.asOf.eventId !== event.eventId) say(`stands at ${answer.asOf.eventId}, should stand at ${event.eventId}`);
  for (const figure of answer.figures) {
    const should = expected[figure.key];
    if (should === undefined) {
      say(`${figure.key} is not in the model`);
      continue;
    }
    if (should.value !== figure.value || should.state !== figure.state) {
      say(`${figure.key} is ${figure.value} ${figure.state}, should be ${should.value} ${should.state}`);
    }
    if (should.sources.length === 0 && !figure.value) continue;
    const sources = await positionsBehind(desk, figure.sources);
    if (sources.join() !== should.sources.join()) {
      say(`${figure.key} rests on ${sources.join()}, should rest on ${should.sources.join()}`);
    }
  }
  const missing = Object.keys(expected).filter((key) => answer.figures.every((figure) => figure.key !== key));
  for (const key of missing) say(`${key} is missing`);
  return differences;
}

/** The recorded dial as it is given, and the event that it stands for (S13). */
function placeOf(events: readonly StoredEvent[], { event, byInstant }: Point) {
  if (event === undefined) return { recordedAsOf: undefined, event: events.at(-1)! };
  if (!byInstant) return { recordedAsOf: event.eventId as string, event };
  const { recordedAt } = event.metadata;
  return {
    recordedAsOf: recordedAt,
    event: events.filter(({ metadata }) => metadata.recordedAt <= recordedAt).at(-1)!,
  };
}

/** Positions of all events that a handle opens to. */
export async function positionsBehind({ desk }: TestDesk, handle: string, history = false): Promise<number[]> {
  const prepared = await desk.prepareSources(handle);
  const { events } = await desk.sources(handle, prepared, { first: 1000, history });
  return events.map(({ event }) => event.position);
}

/** Sweeps a short history: every place in it on every other day, every scope. The first difference, or undefined. */
export async function firstDifferenceIn(
  desk: TestDesk,
  events: readonly StoredEvent[],
  days: readonly string[],
): Promise<string | undefined> {
  const slugs = ['needs-by-focus-area', 'silent-districts', 'change-against-last-year'] as const;
  const scopes = [{ state: 'MI' }, ...['a1', 'a2'].map((name) => ({ agency: idOf(name) }))];
  const points = events.slice(10).flatMap((event, e) =>
    days.flatMap((day, d) => {
      const slug = event === events.at(-1) ? slugs[0] : slugs[(e + d) % 3]!;
      const isTurn = event === events.at(-1) || (e + d) % 2 === 0;
      return isTurn ? scopes.map((scope) => ({ slug, scope, event, day, byInstant: d % 4 === 0 })) : [];
    }),
  );
  for (const point of points) {
    const [first] = await differencesAt(desk, events, point);
    if (first !== undefined) return first;
  }
  return undefined;
}
