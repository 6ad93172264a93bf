import { EventCatalogue, type EventId, type OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { organisationCatalogue, type OrganisationEvent } from '@waymark/organisations';
import { projectionLaws, tablesAfter } from '@waymark/read-store/testing';
import { explorationSubjectProjection as projection } from './exploration.basis.js';

type Event = Extract<OrganisationEvent, { type: 'OrganisationRegistered' | 'OrganisationClosed' }>;
type Happened = Event &
  Pick<Parameters<typeof tablesAfter>[1][number], 'stream' | 'effectiveOn' | 'eventId' | 'act' | 'statement'>;

const catalogue = EventCatalogue.union(organisationCatalogue);
const named = (name: string) => idOf<OrganisationId>(name);

function registered(name: string, kind: 'SERVICE_AGENCY' | 'DISTRICT' | 'SCHOOL'): Happened {
  const particulars = { state: 'ZZ', name, timeZone: 'America/Detroit', identifiers: [], tagKey: `${'B'.repeat(43)}=` };
  const data = { organisationId: named(name), kind, ...particulars };
  return { type: 'OrganisationRegistered', data, stream: `organisation-${named(name)}` };
}
function closed(
  name: string,
  effectiveOn: string,
  more: Partial<Pick<Happened, 'eventId' | 'act' | 'statement'>> = {},
): Happened {
  const data = { organisationId: named(name), reason: 'merged' };
  return { type: 'OrganisationClosed', data, stream: `organisation-${named(name)}`, effectiveOn, ...more };
}

const history = [
  registered('agency', 'SERVICE_AGENCY'),
  registered('north', 'DISTRICT'),
  registered('school', 'SCHOOL'),
  registered('south', 'DISTRICT'),
  closed('north', '2025-06-30'),
  closed('school', '2025-06-30'),
  closed('south', '2025-06-30', { eventId: idOf<EventId>('end') }),
  closed('south', '2025-06-30', { act: 'WITHDRAWN', statement: idOf<EventId>('end') }),
];

projectionLaws('who explores', { projection, catalogue, events: history });

it('R-06 agencies and districts explore until their last day, unless it was called off; schools do not', async () => {
  const { exploration_subject: rows } = await tablesAfter(projection, history, catalogue);
  const byName = (name: string) => rows!.find(({ organisation }) => organisation === named(name));
  expect(rows).toHaveLength(3);
  expect(byName('agency')).toMatchObject({ kind: 'SERVICE_AGENCY', closed_on: null });
  expect(byName('north')).toMatchObject({ kind: 'DISTRICT', closed_on: '2025-06-30' });
  expect(byName('south')).toMatchObject({ kind: 'DISTRICT', closed_on: null });
  expect(byName('school')).toBeUndefined();
});
