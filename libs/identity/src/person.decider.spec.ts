import { unmarkedLeaves, personalMembers, type OrganisationId, type PersonId } from '@waymark/kernel';
import { given, idOf, someMeta } from '@waymark/kernel/testing';
import { EndGrant, GrantRole, NamePerson, personDecider, personIdOf, RegisterPerson } from './person.decider.js';
import { personCatalogue, type PersonEvent, type Role } from './person.events.js';

const ada = idOf<PersonId>('ada');
const kent = idOf<OrganisationId>('kent-isd');
const contact = { name: 'Ada Example', email: 'ada@example.org' };
const registered: PersonEvent = { type: 'PersonRegistered', data: { personId: ada, ...contact } };
const grantId = idOf('grant');
const granted: PersonEvent = {
  type: 'RoleGranted',
  data: { personId: ada, grantId, role: 'COORDINATOR', organisationId: kent, from: '2025-07-01' },
};

const grantRole = (over: Partial<GrantRole['data']> = {}) =>
  new GrantRole({ agency: kent }, someMeta(), {
    personId: ada,
    role: 'COORDINATOR',
    organisationId: kent,
    organisationKind: 'SERVICE_AGENCY',
    from: '2025-07-01',
    ...over,
  });
const endGrant = (over: Partial<EndGrant['data']> = {}) =>
  new EndGrant({ agency: kent }, someMeta(), {
    personId: ada,
    grantId,
    on: '2025-12-31',
    reason: 'moved to another position',
    ...over,
  });

describe('person', () => {
  it('is registered once, under an id that the repeated command gives again', () => {
    const meta = someMeta();
    const personId = personIdOf(meta.commandId);
    expect(personIdOf(meta.commandId)).toBe(personId);
    const register = new RegisterPerson({}, meta, { personId, ...contact, phone: '616 555 0100' });
    given(personDecider)
      .when(register)
      .then({ type: 'PersonRegistered', data: { personId, ...contact, phone: '616 555 0100' } });
    given(personDecider, registered)
      .when(new RegisterPerson({}, someMeta(), { personId: ada, ...contact }))
      .thenRejected('PERSON_EXISTS');
  });

  it('gets name and contact stated anew as a whole', () => {
    const named = { personId: ada, name: 'Ada Sample', email: 'a.sample@example.org' };
    given(personDecider, registered)
      .when(new NamePerson({}, someMeta(), named))
      .then({ type: 'PersonNamed', data: named });
  });

  it('must be registered before anything else', () => {
    given(personDecider).when(grantRole()).thenRejected('PERSON_NOT_FOUND');
    given(personDecider).when(endGrant()).thenRejected('PERSON_NOT_FOUND');
    given(personDecider)
      .when(new NamePerson({}, someMeta(), { personId: ada, ...contact }))
      .thenRejected('PERSON_NOT_FOUND');
  });

  it('R-07 gets a role for an organisation from a day on, effective on that day', () => {
    given(personDecider, registered)
      .when(grantRole({ until: '2026-07-01' }))
      .then({
        type: 'RoleGranted',
        data: { personId: ada, role: 'COORDINATOR', organisationId: kent, from: '2025-07-01', until: '2026-07-01' },
        effectiveOn: '2025-07-01',
      });
  });

  it.each<[Role, string]>([
    ['COORDINATOR', 'DISTRICT'],
    ['DISTRICT_MEMBER', 'SERVICE_AGENCY'],
    ['STATE_REVIEWER', 'SERVICE_AGENCY'],
    ['ADMIN', 'SERVICE_AGENCY'],
    ['COACH', 'STATE_AGENCY'],
  ])('R-07 is no %s for an organisation of kind %s', (role, organisationKind) => {
    given(personDecider, registered)
      .when(grantRole({ role, organisationKind }))
      .thenRejected('ROLE_NOT_FOR_ORGANISATION', 'R-07');
  });

  it('holds a role for an organisation once at a time', () => {
    given(personDecider, registered, granted)
      .when(grantRole({ from: '2026-01-01' }))
      .thenRejected('GRANT_EXISTS');
    given(personDecider, registered, granted)
      .when(grantRole({ organisationId: idOf('allegan') }))
      .decided();
    const ended: PersonEvent = {
      type: 'GrantEnded',
      data: { personId: ada, grantId, on: '2026-01-01', reason: 'leave' },
    };
    const again = given(personDecider, registered, granted, ended);
    again.when(grantRole({ from: '2025-12-31' })).thenRejected('GRANT_EXISTS');
    again.when(grantRole({ from: '2026-01-01' })).then({ type: 'RoleGranted', data: { from: '2026-01-01' } });
  });

  it('cannot be granted a role that ends before it begins', () => {
    given(personDecider, registered)
      .when(grantRole({ until: '2025-07-01' }))
      .thenRejected('GRANT_EMPTY');
  });

  it('loses a role on a day, with the reason', () => {
    given(personDecider, registered, granted)
      .when(endGrant())
      .then({
        type: 'GrantEnded',
        data: { personId: ada, grantId, on: '2025-12-31', reason: 'moved to another position' },
        effectiveOn: '2025-12-31',
      });
  });

  it('cannot lose what is not held, was lost, or has not begun', () => {
    const ended: PersonEvent = {
      type: 'GrantEnded',
      data: { personId: ada, grantId, on: '2025-12-31', reason: 'leave' },
    };
    given(personDecider, registered, granted)
      .when(endGrant({ grantId: idOf('no grant') }))
      .thenRejected('GRANT_NOT_FOUND');
    given(personDecider, registered, granted)
      .when(endGrant({ grantId: 'constructor' }))
      .thenRejected('GRANT_NOT_FOUND');
    given(personDecider, registered, granted, ended)
      .when(endGrant({ on: '2025-10-01' }))
      .thenRejected('GRANT_ENDED');
    given(personDecider, registered, granted)
      .when(endGrant({ on: '2025-06-30' }))
      .thenRejected('GRANT_EMPTY');
  });
});

describe('personal members', () => {
  it('are marked, every leaf of them', () => {
    for (const [type, { fields }] of Object.entries(personCatalogue.types)) {
      expect({ type, unmarked: unmarkedLeaves(fields) }).toEqual({ type, unmarked: [] });
    }
  });

  it('are name, e-mail and phone, and nothing else', () => {
    expect(personalMembers(personCatalogue.types.PersonRegistered.fields)).toEqual(['name', 'email', 'phone']);
    expect(personalMembers(personCatalogue.types.RoleGranted.fields)).toEqual([]);
  });
});
