import type { PersonId } from '@waymark/kernel';
import { given, idOf, someMeta } from '@waymark/kernel/testing';
import { PersonKeys } from './keys/person-keys.js';
import { accountDecider, LinkAccount } from './account.decider.js';

const ada = idOf<PersonId>('ada');

describe('account', () => {
  const accountHash = PersonKeys.inMemory().accountHash('https://login.example.org', 'u-1');
  const link = (over: Partial<LinkAccount['data']> = {}) =>
    new LinkAccount({}, someMeta(), {
      personId: ada,
      issuer: 'https://login.example.org',
      accountHash,
      personKnown: true,
      ...over,
    });
  const linked = {
    type: 'AccountLinked' as const,
    data: { personId: ada, issuer: 'https://login.example.org', accountHash },
  };

  it('is linked to a person, without its subject', () => {
    given(accountDecider).when(link()).then(linked);
    expect(JSON.stringify(linked)).not.toContain('u-1');
  });

  it('stands for one person: the same link again changes nothing, another is refused', () => {
    given(accountDecider, linked).when(link()).thenNothing();
    given(accountDecider, linked)
      .when(link({ personId: idOf('ben') }))
      .thenRejected('ACCOUNT_LINKED');
  });

  it('is linked to nobody who is not in the record', () => {
    given(accountDecider)
      .when(link({ personKnown: false }))
      .thenRejected('PERSON_NOT_FOUND');
  });
});
