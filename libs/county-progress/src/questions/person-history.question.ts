import { historyQuestion } from './history.js';

export const personHistory = historyQuestion({
  slug: 'person-history',
  version: 1,
  plainWords:
    'Show everything that was recorded of this person: name and contact, accounts and roles, with who, when, from where, and what changed.',
  source:
    'Events are never altered (R-88) and carry who, in which role, for whom, when and from where (R-89). Names and contacts are shown to those who may read them, and to nobody once the key of the person is gone.',
  needs: 'read:persons',
  about: ['PERSON'],
  rule: 'Events of the person and of the accounts that were linked to the person, or of one account alone, in the order of the record. Partial when more follow.',
});
