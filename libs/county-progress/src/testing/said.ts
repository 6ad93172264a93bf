import type { Happened } from '@waymark/event-store/testing';
import type { Act, EventId, OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';

/** What a test says about when and how something was said. */
export interface When {
  readonly eff: string;
  readonly at?: string;
  readonly id?: string;
  /** Name of the first event of the statement that this one corrects or withdraws. */
  readonly statement?: string;
  readonly corrects?: string;
  readonly act?: Act;
  readonly agency?: string;
}

const source = { kind: 'SURVEY', on: '2024-01-01' };
let drawn = 0;

/** An event of these circumstances; organisations and events go by readable names. */
export function said(type: string, stream: string, data: object, when: When): Happened {
  const eventId = idOf<EventId>(when.id ?? `said-${(drawn += 1)}`);
  return {
    type,
    data,
    stream,
    eventId,
    act: when.act ?? 'STATED',
    statement: when.statement === undefined ? eventId : idOf<EventId>(when.statement),
    ...(when.act !== undefined &&
      when.act !== 'STATED' && { corrects: idOf<EventId>(when.corrects ?? when.statement ?? '') }),
    effectiveOn: when.eff,
    ...(when.at !== undefined && { recordedAt: when.at }),
    organisations: {
      ...(when.agency !== undefined && { agency: idOf<OrganisationId>(when.agency) }),
    },
  };
}

export function registered(name: string, kind: string, when: Partial<When> & { state?: string } = {}): Happened {
  const data = {
    organisationId: idOf(name),
    state: when.state ?? 'MI',
    kind,
    name,
    timeZone: 'America/Detroit',
    identifiers: [{ scheme: 'LOCAL', value: name }],
    tagKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  };
  return said('OrganisationRegistered', `organisation-${idOf(name)}`, data, { eff: '2023-07-01', ...when });
}

export function placed(district: string, agency: string, when: When & { was?: [string, string] }): Happened {
  const was = when.was && { parentId: idOf(when.was[0]), effectiveOn: when.was[1] };
  const data = { organisationId: idOf(district), kind: 'DISTRICT', parentId: idOf(agency), ...(was && { was }) };
  return said('OrganisationPlaced', `organisation-${idOf(district)}`, data, { agency, ...when });
}

export function closed(district: string, when: When): Happened {
  return said(
    'OrganisationClosed',
    `organisation-${idOf(district)}`,
    {
      ...{ organisationId: idOf(district), reason: 'ends' },
      ...(when.act === 'WITHDRAWN' && { was: { effectiveOn: when.eff } }),
    },
    when,
  );
}

type Cells = Readonly<Record<string, string>>;
const cellsOf = (cells: Cells) => Object.entries(cells).map(([focusArea, answer]) => ({ focusArea, answer }));

/** `need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' })`; a correction repeats the cells as they stood in `was`. */
export function need(district: string, cells: Cells, when: When & { was?: Cells; year?: string }): Happened {
  const was = when.was && { cells: cellsOf(when.was), effectiveOn: when.eff };
  const year = when.year ?? '2023-24';
  const data = {
    ...{ district: idOf(district), schoolYear: year, cells: cellsOf(cells), source, statedBy: 'DISTRICT' },
    ...(was && { was }),
  };
  return said('DistrictNeedStated', `districtRequest-${idOf(district)}_${year}`, data, when);
}

export function request(
  district: string,
  cells: readonly (readonly [string, string, string])[],
  when: When & { was?: readonly (readonly [string, string, string])[]; year?: string },
): Happened {
  const of = (list: typeof cells) =>
    list.map(([focusArea, supportType, amount]) => ({ focusArea, supportType, amount }));
  const was = when.was && { cells: of(when.was), effectiveOn: when.eff };
  const year = when.year ?? '2023-24';
  const data = {
    ...{ district: idOf(district), schoolYear: year, cells: of(cells), source, statedBy: 'DISTRICT' },
    ...(was && { was }),
  };
  return said('SupportRequested', `districtRequest-${idOf(district)}_${year}`, data, when);
}

/** A need of the county as a whole, in the first cycle of the agency's year. */
export function countyNeed(agency: string, focusArea: string, when: When & { year?: string }): Happened {
  const cycle = { subjectId: idOf(agency), schoolYear: when.year ?? '2023-24', lineage: 'mimtss-isd', cycle: 1 };
  const stated = { needId: idOf(`${agency} ${focusArea}`), focusArea, statement: 'text', sources: [] };
  return said('CountyNeedStated', `explorationCycle-${idOf(agency)}`, { ...cycle, need: stated }, { agency, ...when });
}
