import { historyQuestion } from './history.js';
import { oneRecord } from './record.js';

export const recordHistory = historyQuestion({
  slug: 'record-history',
  version: 2,
  plainWords: 'Show everything that happened to this record, in order, with who, when, from where, and what changed.',
  source: 'Events are never altered (R-88) and carry who, in which role, for whom, when and from where (R-89).',
  needs: 'read:events',
  about: oneRecord,
  rule: 'Events of the stream, or all that name the organisation, in the order of the record. Partial when more follow.',
});
