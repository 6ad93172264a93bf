import type { EventId, OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { projectionLaws, tablesAfter } from '@waymark/read-store/testing';
import { organisationCatalogue, type OrganisationEvent, type OrganisationKind } from './organisation.events.js';
import { organisationProjection } from './organisation.projection.js';

type Happened = Parameters<typeof tablesAfter>[1][number];

const tagKey = `${'B'.repeat(43)}=`;
const kent = idOf<OrganisationId>('kent');
const allegan = idOf<OrganisationId>('allegan');
const plainwell = idOf<OrganisationId>('plainwell');

const of = (
  id: OrganisationId,
  event: OrganisationEvent,
  effectiveOn: string,
  more: Partial<Happened> = {},
): Happened => ({
  ...event,
  stream: `organisation-${id}`,
  effectiveOn,
  ...more,
});
const registered = (id: OrganisationId, kind: OrganisationKind, value: string): Happened => {
  const scheme = kind === 'DISTRICT' ? 'MI_DISTRICT' : 'MI_ISD';
  const data = { organisationId: id, state: 'MI', kind, name: `Name of ${value}`, timeZone: 'America/Detroit', tagKey };
  return of(id, { type: 'OrganisationRegistered', data: { ...data, identifiers: [{ scheme, value }] } }, '2020-07-01');
};
const placed = (parentId: OrganisationId, on: string, name: string, more: Partial<Happened> = {}): Happened =>
  of(plainwell, { type: 'OrganisationPlaced', data: { organisationId: plainwell, kind: 'DISTRICT', parentId } }, on, {
    eventId: idOf<EventId>(name),
    ...more,
  });
const named = (name: string, on: string): Happened =>
  of(plainwell, { type: 'OrganisationNamed', data: { organisationId: plainwell, name } }, on);

const beginning = [
  registered(allegan, 'SERVICE_AGENCY', '03'),
  registered(kent, 'SERVICE_AGENCY', '41'),
  registered(plainwell, 'DISTRICT', '03010'),
  placed(allegan, '2020-07-01', 'first'),
];
const correctionOfFirst = (parentId: OrganisationId, on: string) =>
  placed(parentId, on, `corrected-${on}`, { act: 'CORRECTED', statement: idOf<EventId>('first') });
const withdrawalOfMove = placed(kent, '2024-07-01', 'withdrawal', {
  act: 'WITHDRAWN',
  statement: idOf<EventId>('move'),
});

const closingWithdrawn = of(
  allegan,
  {
    type: 'OrganisationClosed',
    data: { organisationId: allegan, reason: 'Never', was: { successorId: kent, effectiveOn: '2025-06-30' } },
  },
  '2025-06-30',
  { act: 'WITHDRAWN', statement: idOf<EventId>('closing') },
);
const imported = { source: { kind: 'import' as const, ref: 'file' } };

async function rowOf(id: OrganisationId, events: readonly Happened[]) {
  const tables = await tablesAfter(organisationProjection, events, organisationCatalogue);
  return tables['organisations']!.find((row) => row['id'] === id)!;
}

async function parents(events: readonly Happened[]): Promise<unknown[]> {
  const tables = await tablesAfter(organisationProjection, events, organisationCatalogue);
  return tables['organisation_placements']!.toSorted((a, b) =>
    String(a['effective_from']) < String(b['effective_from']) ? -1 : 1,
  ).map((row) => [row['parent_id'], row['effective_from'], row['effective_until']]);
}

describe('the parents of an organisation over time', () => {
  it('R-02 a move ends the placement before on its first day', async () => {
    expect(await parents([...beginning, placed(kent, '2024-07-01', 'move')])).toEqual([
      [allegan, '2020-07-01', '2024-07-01'],
      [kent, '2024-07-01', '9999-12-31'],
    ]);
  });

  it('S3 a late entry slots in by its day', async () => {
    expect(
      await parents([...beginning, placed(kent, '2024-07-01', 'move'), placed(kent, '2022-01-01', 'late')]),
    ).toEqual([
      [allegan, '2020-07-01', '2022-01-01'],
      [kent, '2022-01-01', '2024-07-01'],
      [kent, '2024-07-01', '9999-12-31'],
    ]);
  });

  it('S18 a correction changes parent and day of its statement alone', async () => {
    const move = placed(kent, '2024-07-01', 'move');
    expect(await parents([...beginning, move, correctionOfFirst(kent, '2021-07-01')])).toEqual([
      [kent, '2021-07-01', '2024-07-01'],
      [kent, '2024-07-01', '9999-12-31'],
    ]);
  });

  it('S8 after a withdrawal the parent before holds again', async () => {
    expect(await parents([...beginning, placed(kent, '2024-07-01', 'move'), withdrawalOfMove])).toEqual([
      [allegan, '2020-07-01', '9999-12-31'],
    ]);
  });
});

describe('what was entered by hand', () => {
  const byFile = beginning.map((event) => ({ ...event, ...imported }));
  const described = (city: string, more: Partial<Happened> = {}) =>
    of(
      plainwell,
      { type: 'OrganisationDescribed', data: { organisationId: plainwell, label: 'LEA', city } },
      '2021-07-01',
      more,
    );
  it('is what no import said, member by member, until an import says something else about it', async () => {
    expect(await rowOf(plainwell, byFile)).toMatchObject({ by_hand: '' });
    expect(await rowOf(plainwell, beginning)).toMatchObject({ by_hand: 'name parent' });
    const start = [...byFile, described('Plainwell', imported)];
    const hand = [...start, named('By hand', '2024-07-01'), described('Otsego')];
    expect(await rowOf(plainwell, hand)).toMatchObject({ by_hand: 'name city' });
    const moved = [...hand, placed(kent, '2024-07-01', 'move')];
    expect(await rowOf(plainwell, moved)).toMatchObject({ by_hand: 'name city parent' });
    expect(await rowOf(plainwell, [...moved, { ...named('By file', '2024-08-01'), ...imported }])).toMatchObject({
      by_hand: 'city parent',
    });
  });
});

describe('a closing', () => {
  it('ends the organisation, until it is called off', async () => {
    const data = { organisationId: allegan, successorId: kent, reason: 'Merged' };
    const eventId = idOf<EventId>('closing');
    const closed = of(allegan, { type: 'OrganisationClosed', data }, '2025-06-30', { eventId });
    expect(await rowOf(allegan, [...beginning, closed])).toMatchObject({ last_day: '2025-06-30', successor_id: kent });
    expect(await rowOf(allegan, [...beginning, closed, closingWithdrawn])).toMatchObject({
      ...{ last_day: null, successor_id: null },
    });
  });
});

describe('names and codes of an organisation over time', () => {
  it('goes by the name of the latest day, not of the latest entry', async () => {
    const tables = await tablesAfter(
      organisationProjection,
      [...beginning, named('Newest', '2024-07-01'), named('Between', '2022-07-01')],
      organisationCatalogue,
    );
    expect(tables['organisations']!.find((row) => row['id'] === plainwell)).toMatchObject({
      name: 'Newest',
      version: 4,
    });
    expect(
      tables['organisation_names']!.filter((row) => row['organisation_id'] === plainwell).map((row) => [
        row['name'],
        row['effective_from'],
        row['effective_until'],
      ]),
    ).toEqual([
      ['Name of 03010', '2020-07-01', '2022-07-01'],
      ['Newest', '2024-07-01', '9999-12-31'],
      ['Between', '2022-07-01', '2024-07-01'],
    ]);
  });

  it('is called by its newest code, and the old one is kept with its days', async () => {
    const identified = of(
      plainwell,
      { type: 'OrganisationIdentified', data: { organisationId: plainwell, scheme: 'MI_DISTRICT', value: '03011' } },
      '2024-07-01',
    );
    const tables = await tablesAfter(organisationProjection, [...beginning, identified], organisationCatalogue);
    expect(tables['organisations']!.find((row) => row['id'] === plainwell)).toMatchObject({ code: 'MI-03011' });
    const codes = tables['organisation_codes']!.filter((row) => row['organisation_id'] === plainwell);
    expect(codes.map((row) => [row['value'], row['effective_until']])).toEqual([
      ['03010', '2024-07-01'],
      ['03011', '9999-12-31'],
    ]);
  });

  it('keeps tag keys out of all tables', async () => {
    expect(JSON.stringify(await tablesAfter(organisationProjection, beginning, organisationCatalogue))).not.toContain(
      tagKey,
    );
  });
});

projectionLaws('organisations', {
  projection: organisationProjection,
  catalogue: organisationCatalogue,
  events: [
    ...beginning,
    placed(kent, '2024-07-01', 'move'),
    named('Newest', '2024-07-01'),
    named('Between', '2022-07-01'),
    of(
      plainwell,
      { type: 'OrganisationIdentified', data: { organisationId: plainwell, scheme: 'LEAID', value: '2600001' } },
      '2021-07-01',
    ),
    of(
      plainwell,
      { type: 'OrganisationDescribed', data: { organisationId: plainwell, label: 'LEA', city: 'Plainwell' } },
      '2021-07-01',
    ),
    correctionOfFirst(allegan, '2020-08-01'),
    withdrawalOfMove,
    placed(kent, '2025-07-01', 'move again'),
    of(
      allegan,
      { type: 'OrganisationClosed', data: { organisationId: allegan, successorId: kent, reason: 'Merged' } },
      '2025-06-30',
      { eventId: idOf<EventId>('closing') },
    ),
    closingWithdrawn,
  ],
});
