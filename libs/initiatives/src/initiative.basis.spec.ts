import type { Happened } from '@waymark/event-store/testing';
import { EventCatalogue, type EventId, type OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { organisationCatalogue } from '@waymark/organisations';
import { projectionLaws, tablesAfter } from '@waymark/read-store/testing';
import { initiativeOwnerProjection as projection } from './initiative.basis.js';

const catalogue = EventCatalogue.union(organisationCatalogue);
const named = (name: string) => idOf<OrganisationId>(name);

function registered(name: string, kind: string): Happened {
  const particulars = { state: 'ZZ', name, timeZone: 'America/Detroit', identifiers: [], tagKey: `${'B'.repeat(43)}=` };
  const data = { organisationId: named(name), kind, ...particulars };
  return { type: 'OrganisationRegistered', data, stream: `organisation-${named(name)}` };
}
function closed(name: string, effectiveOn: string, more: Partial<Happened> = {}): Happened {
  const data = { organisationId: named(name), reason: 'merged', ...(more.act && { was: { effectiveOn } }) };
  return { type: 'OrganisationClosed', data, stream: `organisation-${named(name)}`, effectiveOn, ...more };
}
function placed(name: string, parent: string, effectiveOn: string, more: Partial<Happened> = {}): Happened {
  const was = { parentId: named(parent), effectiveOn };
  const data = { organisationId: named(name), kind: 'SCHOOL', parentId: named(parent), ...(more.act && { was }) };
  return { type: 'OrganisationPlaced', data, stream: `organisation-${named(name)}`, effectiveOn, ...more };
}

const moved = idOf<EventId>('moved');
const over = idOf<EventId>('over');
const history = [
  registered('agency', 'SERVICE_AGENCY'),
  registered('north', 'DISTRICT'),
  registered('school', 'SCHOOL'),
  registered('preschool', 'PROGRAM'),
  placed('school', 'north', '2020-07-01'),
  placed('school', 'agency', '2025-07-01', { eventId: moved }),
  placed('school', 'agency', '2025-08-01', { act: 'CORRECTED', statement: moved, corrects: moved }),
  closed('north', '2025-06-30'),
  closed('school', '2025-06-30', { eventId: over }),
  closed('school', '2025-06-30', { act: 'WITHDRAWN', statement: over, corrects: over }),
];

projectionLaws('who keeps inventories', { projection, catalogue, events: history });

it('R-32 agencies, districts and schools keep inventories, until their last day (R-06)', async () => {
  const { initiative_owner: rows, initiative_school: schools } = await tablesAfter(projection, history, catalogue);
  const byName = (name: string) => rows!.find(({ organisation }) => organisation === named(name));
  expect(rows).toHaveLength(3);
  expect(byName('agency')).toMatchObject({ level: 'AGENCY', closed_on: null });
  expect(byName('north')).toMatchObject({ level: 'DISTRICT', closed_on: '2025-06-30' });
  expect(byName('school')).toMatchObject({ level: 'SCHOOL', closed_on: null });
  expect(schools!.map(({ parent, effective_from: from }) => [parent, from]).sort()).toEqual(
    [
      [named('north'), '2020-07-01'],
      [named('agency'), '2025-08-01'],
    ].sort(),
  );
});
