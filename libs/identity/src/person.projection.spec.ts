import type { EventId, OrganisationId, PersonId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { projectionLaws, tablesAfter } from '@waymark/read-store/testing';
import type { AccountEvent } from './account.events.js';
import type { PersonEvent } from './person.events.js';
import { identityCatalogue, personProjection } from './person.projection.js';

const ada = idOf<PersonId>('ada');
const ben = idOf<PersonId>('ben');
const kent = idOf<OrganisationId>('kent');
const first = idOf<EventId>('first');
const second = idOf<EventId>('second');

type Given = (PersonEvent | AccountEvent) & { readonly eventId?: EventId; readonly stream?: string };
const history: Given[] = [
  {
    type: 'PersonRegistered',
    data: { personId: ada, name: 'sealed name', email: 'sealed e-mail', sample: true },
    eventId: first,
    stream: `person-${ada}`,
  },
  {
    type: 'PersonRegistered',
    data: { personId: ben, name: 'other name', email: 'other e-mail', phone: 'sealed phone' },
    stream: `person-${ben}`,
  },
  { type: 'AccountLinked', data: { personId: ada, issuer: 'urn:issuer', accountHash: 'aa' }, stream: 'account-aa' },
  {
    type: 'RoleGranted',
    data: { personId: ada, grantId: idOf('g1'), role: 'COORDINATOR', organisationId: kent, from: '2025-07-01' },
    stream: `person-${ada}`,
  },
  {
    type: 'RoleGranted',
    data: {
      personId: ben,
      grantId: idOf('g2'),
      role: 'COACH',
      organisationId: kent,
      from: '2025-07-01',
      until: '2026-07-01',
    },
    stream: `person-${ben}`,
  },
  {
    type: 'PersonNamed',
    data: { personId: ada, name: 'sealed anew', email: 'sealed anew too' },
    eventId: second,
    stream: `person-${ada}`,
  },
  {
    type: 'GrantEnded',
    data: { personId: ada, grantId: idOf('g1'), on: '2025-12-31', reason: 'Another position' },
    stream: `person-${ada}`,
  },
];

projectionLaws('persons', { projection: personProjection, catalogue: identityCatalogue, events: history });

describe('tables of persons', () => {
  it('hold name and contact as they were sealed, with the event in which they were', async () => {
    const { persons } = await tablesAfter(personProjection, history.slice(0, 2));
    expect(persons!.find((row) => row['person_id'] === ada)).toMatchObject({
      name: 'sealed name',
      phone: null,
      contact_event: first,
      sample: true,
    });
    expect(persons!.find((row) => row['person_id'] === ben)).toMatchObject({ phone: 'sealed phone', sample: false });
  });

  it('replace name and contact as a whole and keep the rest', async () => {
    const { persons } = await tablesAfter(personProjection, history);
    expect(persons!.find((row) => row['person_id'] === ada)).toMatchObject({
      name: 'sealed anew',
      contact_event: second,
      sample: true,
    });
  });

  it('link accounts, and date grants and their ends', async () => {
    const { accounts, role_grants: grants } = await tablesAfter(personProjection, history);
    expect(accounts).toMatchObject([{ account_hash: 'aa', person_id: ada, issuer: 'urn:issuer' }]);
    expect(grants!.find((row) => row['person_id'] === ada)).toMatchObject({
      role: 'COORDINATOR',
      valid_from: '2025-07-01',
      valid_until: '2025-12-31',
      end_reason: 'Another position',
    });
    expect(grants!.find((row) => row['person_id'] === ben)).toMatchObject({
      valid_until: '2026-07-01',
      end_reason: null,
    });
  });
});
