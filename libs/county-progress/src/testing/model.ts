import { questionSets } from '@waymark/exploration';
import type { StoredEvent } from '@waymark/kernel';
import { text, type Winner, winnersAt } from './sayings.js';

/**
 * The questions once more, by folding events in plain arrays: no SQL, and no line shared with what it checks. It is slow and
 * says everything twice, on purpose.
 */
export interface Expected {
  readonly value: number | null;
  readonly state: string;
  /** Positions of the events behind the figure. */
  readonly sources: readonly number[];
}
export type ModelScope = { readonly agency: string } | { readonly state: string };

const AREAS = 'SEBH LITERACY DISTRICT_INFRASTRUCTURE PYRAMID_MODEL INTEGRATED ATTENDANCE_ENGAGEMENT OTHER'.split(' ');

/** The world at the dials, as far as a scope sees it. */
class World {
  readonly agencies: Set<string>;
  readonly members: Map<string, Winner>;

  constructor(
    readonly all: readonly Winner[],
    scope: ModelScope,
  ) {
    const inState = (state: string) =>
      this.of('organisation').filter(({ value }) => value['state'] === state && value['kind'] === 'SERVICE_AGENCY');
    this.agencies = new Set('agency' in scope ? [scope.agency] : inState(scope.state).map(({ key }) => key[0]!));
    const there = this.of('placement').filter(
      ({ value }) => value['kind'] === 'DISTRICT' && this.agencies.has(text(value['parent'])),
    );
    this.members = new Map(there.map((winner) => [winner.key[0]!, winner]));
  }

  of(what: string): Winner[] {
    return this.all.filter((winner) => winner.what === what);
  }

  /** Sayings of districts that the scope spans, about a school year. */
  ofMembers(what: string, year: string): Winner[] {
    return this.of(what).filter(({ key }) => this.members.has(key[0]!) && key[1] === year);
  }

  ofAgencies(what: string, year: string): Winner[] {
    return this.of(what).filter(({ key }) => this.agencies.has(key[0]!) && key[1] === year);
  }
}

function figure(value: number, of: number, known: number, sources: readonly Winner[]): Expected {
  const positions = [...new Set(sources.map(({ position }) => position))].sort((a, b) => a - b);
  if (of === 0) return { value: null, state: 'NOT_APPLICABLE', sources: positions };
  if (known === 0) return { value: null, state: 'NO_DATA', sources: positions };
  return { value, state: known < of ? 'PARTIAL' : 'KNOWN', sources: positions };
}

const subjects = (winners: readonly Winner[]) => new Set(winners.map(({ key }) => key[0]!)).size;
type Figures = Record<string, Expected>;

function needs(world: World, year: string, area: string): Expected {
  const said = world.ofMembers('need', year).filter(({ key }) => key[2] === area);
  const spoke = said.filter(({ value }) => value['answer'] !== 'UNKNOWN');
  const need = said.filter(({ value }) => value['answer'] === 'NEED');
  return figure(need.length, world.members.size, spoke.length, need);
}

function needsByFocusArea(world: World, year: string): Figures {
  const figures: Figures = {};
  const county = world.ofAgencies('countyNeed', year);
  for (const area of AREAS) {
    const asked = world.ofMembers('request', year).filter(({ key }) => key[2] === area);
    const wanted = asked.filter(({ value }) => value['amount'] !== 'NONE');
    const stated = county.filter(({ value }) => value['area'] === area);
    figures[`districts-with-need?focusArea=${area}`] = needs(world, year, area);
    figures[`districts-asking?focusArea=${area}`] = figure(
      subjects(wanted),
      world.members.size,
      subjects(asked),
      wanted,
    );
    figures[`county-needs?focusArea=${area}`] = figure(stated.length, world.agencies.size, subjects(county), stated);
  }
  return figures;
}

function silentDistricts(world: World, year: string): Figures {
  const spoke = world.ofMembers('need', year).filter(({ value }) => value['answer'] !== 'UNKNOWN');
  const heard = new Set(spoke.map(({ key }) => key[0]));
  const silent = [...world.members].filter(([district]) => !heard.has(district)).map(([, winner]) => winner);
  return { 'silent-districts': figure(silent.length, world.members.size, world.members.size, silent) };
}

function micipPlans(world: World, year: string): Figures {
  const read = world.ofMembers('plan', year);
  const figures: Figures = { 'plans-read': figure(read.length, world.members.size, subjects(read), read) };
  for (const area of AREAS) {
    for (const goalState of ['ACTIVE', 'MAINTENANCE', 'ARCHIVED']) {
      const found = world
        .ofMembers('planArea', year)
        .filter(({ key, value }) => key[3] === area && value['goalState'] === goalState);
      const key = `plans-with-focus-area?focusArea=${area}&goalState=${goalState}`;
      figures[key] = figure(found.length, world.members.size, subjects(read), found);
    }
  }
  return figures;
}

function oneSided(world: World, year: string): Figures {
  const figures: Figures = {};
  for (const area of AREAS) {
    const asked = world
      .ofMembers('request', year)
      .filter(({ key }) => key[2] === area && (key[3] === 'TRAINING' || key[3] === 'COACHING'));
    const wants = (type: string) => asked.filter(({ key, value }) => key[3] === type && value['amount'] !== 'NONE');
    const only = (wanted: string, other: string) => {
      const others = new Set(wants(other).map(({ key }) => key[0]));
      const found = wants(wanted).filter(({ key }) => !others.has(key[0]));
      return figure(found.length, world.members.size, subjects(asked), found);
    };
    figures[`training-without-coaching?focusArea=${area}`] = only('TRAINING', 'COACHING');
    figures[`coaching-without-training?focusArea=${area}`] = only('COACHING', 'TRAINING');
  }
  return figures;
}

/** Of sayings about cycles, those of the latest cycle per subject and lineage. */
function ofLatestCycle(world: World, year: string, winners: readonly Winner[]): Winner[] {
  const latest = new Map<string, number>();
  for (const { key } of world.ofAgencies('cycle', year)) {
    const line = `${key[0]}/${key[2]}`;
    latest.set(line, Math.max(latest.get(line) ?? 0, Number(key[3])));
  }
  return winners.filter(({ key }) => Number(key[3]) >= (latest.get(`${key[0]}/${key[2]}`) ?? 0));
}

/** Who spoke, and what counts of it, about one thing in one year. */
interface Told {
  readonly who: readonly string[];
  readonly spoke: readonly Winner[];
  readonly found: readonly Winner[];
  readonly value: (found: readonly Winner[]) => number;
}

function change(now: World, before: World, year: string, lastYear: string): Figures {
  const figures: Figures = {};
  const trio = (name: string, query: string, tell: (world: World, year: string) => Told) => {
    const told = [tell(now, year), tell(before, lastYear)] as const;
    const [a, b] = told.map(({ who, spoke, found, value }) =>
      figure(Math.round(value(found) * 100) / 100, who.length, subjects(spoke), found),
    ) as [Expected, Expected];
    figures[`${name}?${query}&year=THIS`] = a;
    figures[`${name}?${query}&year=LAST`] = b;
    const speakers = told.map(({ spoke }) => new Set(spoke.map(({ key }) => key[0]!)));
    const inBoth = (winner: Winner) => speakers.every((set) => set.has(winner.key[0]!));
    const [mine, theirs] = told.map(({ found }) => found.filter(inBoth)) as [Winner[], Winner[]];
    const everybody = new Set([...told[0].who, ...told[1].who]).size;
    const both = [...speakers[0]!].filter((id) => speakers[1]!.has(id)).length;
    const { sources } = figure(0, 1, 1, [...mine, ...theirs]);
    const worst = [a, b].find(({ state }) => state === 'NOT_APPLICABLE') ?? [a, b].find(({ value }) => value === null);
    const none = worst?.state ?? (both === 0 ? 'NO_DATA' : undefined);
    const difference = Math.round((told[0].value(mine) - told[1].value(theirs)) * 100) / 100;
    figures[`${name}?${query}&year=CHANGE`] =
      none === undefined
        ? { value: difference, state: both < everybody ? 'PARTIAL' : 'KNOWN', sources }
        : { value: null, state: none, sources };
  };
  const count = (found: readonly Winner[]) => found.length;
  for (const area of AREAS) {
    trio('districts-with-need', `focusArea=${area}`, (world, y) => {
      const said = world.ofMembers('need', y).filter(({ key }) => key[2] === area);
      const spoke = said.filter(({ value }) => value['answer'] !== 'UNKNOWN');
      const found = spoke.filter(({ value }) => value['answer'] === 'NEED');
      return { who: [...world.members.keys()], spoke, found, value: count };
    });
  }
  for (const assessment of ['NEEDS', 'FIT', 'CAPACITY']) {
    trio('items-answered', `assessment=${assessment}`, (world, y) => {
      const all = ofLatestCycle(world, y, world.ofAgencies('item', y));
      const found = all.filter(({ value }) => value['assessment'] === assessment);
      return { who: [...world.agencies], spoke: found, found, value: count };
    });
  }
  const levels = (world: World, y: string) => ofLatestCycle(world, y, world.ofAgencies('level', y));
  const mean = (found: readonly Winner[]) =>
    found.reduce((sum, { value }) => sum + (value['level'] as number), 0) / Math.max(found.length, 1);
  const seen = new Set(
    [...levels(now, year), ...levels(before, lastYear)].map(
      ({ value }) => `${text(value['item'])}/${text(value['area'])}`,
    ),
  );
  for (const name of seen) {
    const [item, area] = name.split('/');
    trio('level', `item=${item}&focusArea=${area}`, (world, y) => {
      const found = levels(world, y).filter(({ value }) => value['item'] === item && value['area'] === area);
      return { who: [...world.agencies], spoke: found, found, value: mean };
    });
  }
  return figures;
}

function commitment(world: World, year: string): Figures {
  const last = new Map<string, Winner>();
  const order = ({ key }: Winner) => `${key[3]!.padStart(6, '0')} ${key[2]}`;
  for (const winner of world.ofAgencies('commitment', year)) {
    const rival = last.get(winner.key[0]!);
    if (rival === undefined || order(winner) > order(rival)) last.set(winner.key[0]!, winner);
  }
  const said = [...last.values()];
  const yes = said.filter(({ value }) => value['supports'] === 'YES');
  const unaware = yes.filter(({ value }) => value['understandsResources'] !== 'YES');
  return {
    committed: figure(yes.length, world.agencies.size, said.length, yes),
    'committed-without-resources': figure(unaware.length, world.agencies.size, said.length, unaware),
  };
}

function openCycles(world: World): Figures {
  const mine = (winner: Winner) => world.agencies.has(winner.key[0]!) || world.members.has(winner.key[0]!);
  const known = world.of('cycle').filter(mine);
  const open = known.filter(({ value }) => value['state'] === 'OPEN');
  const nothing: Expected = { value: null, state: 'NO_DATA', sources: [] };
  const figures: Figures = {
    'open-cycles': known.length === 0 ? nothing : figure(open.length, known.length, known.length, open),
  };
  for (const cycle of open) {
    const same = (what: string) =>
      world.of(what).filter(({ key }) => key.slice(0, 4).join('/') === cycle.key.join('/'));
    const set = same('set')[0];
    const items = questionSets.find(({ code }) => code === set?.value['set'])?.items ?? [];
    const answered = new Set(same('item').map(({ value }) => value['item']));
    const gaps = items.filter(({ answeredBy, item }) => {
      if (answeredBy === 'COUNTY_NEEDS') return same('countyNeed').length === 0;
      if (answeredBy === 'LEADERSHIP_COMMITMENT') return same('commitment').length === 0;
      return !answered.has(item);
    });
    const [organisation, schoolYear, lineage, number] = cycle.key;
    const key = new URLSearchParams({
      organisation: organisation!,
      schoolYear: schoolYear!,
      lineage: lineage!,
      cycle: number!,
    });
    figures[`unanswered-items?${key.toString()}`] = figure(gaps.length, items.length, items.length, [
      cycle,
      ...(set === undefined ? [] : [set]),
    ]);
  }
  return figures;
}

export const modelled = [
  'open-cycles',
  'needs-by-focus-area',
  'silent-districts',
  'micip-plans',
  'training-without-coaching',
  'change-against-last-year',
  'leadership-commitment',
] as const;

/** The figures of a question, by their keys. */
export function expectedFigures(
  slug: (typeof modelled)[number],
  events: readonly StoredEvent[],
  scope: ModelScope,
  dials: { readonly position: number; readonly day: string; readonly lastYear: string },
  years: { readonly now: string; readonly before: string },
): Figures {
  const world = new World(winnersAt(events, dials.position, dials.day), scope);
  switch (slug) {
    case 'open-cycles':
      return openCycles(world);
    case 'needs-by-focus-area':
      return needsByFocusArea(world, years.now);
    case 'silent-districts':
      return silentDistricts(world, years.now);
    case 'micip-plans':
      return micipPlans(world, years.now);
    case 'training-without-coaching':
      return oneSided(world, years.now);
    case 'leadership-commitment':
      return commitment(world, years.now);
    case 'change-against-last-year':
      return change(
        world,
        new World(winnersAt(events, dials.position, dials.lastYear), scope),
        years.now,
        years.before,
      );
  }
}
