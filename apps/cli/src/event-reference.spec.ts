import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordClockCatalogue } from '@waymark/event-store';
import { districtRequestCatalogue, explorationCycleCatalogue } from '@waymark/exploration';
import { accountCatalogue, personCatalogue } from '@waymark/identity';
import { initiativeCatalogue } from '@waymark/initiatives';
import { EventCatalogue, eventType, list, optional, plain, sealed, struct, variant } from '@waymark/kernel';
import { organisationCatalogue } from '@waymark/organisations';
import { catalogue, projections } from '../../projector/src/subscriptions.js';
import { eventReference } from './event-reference.js';

const slices = [
  { slice: 'identity', catalogues: [accountCatalogue, personCatalogue] },
  { slice: 'organisations', catalogues: [organisationCatalogue] },
  { slice: 'exploration', catalogues: [explorationCycleCatalogue, districtRequestCatalogue] },
  { slice: 'initiatives', catalogues: [initiativeCatalogue] },
  { slice: 'the record itself', catalogues: [recordClockCatalogue] },
];

describe('reference of events', () => {
  it('shows version, moment, readers, and each member with its privacy', () => {
    const book = new EventCatalogue({
      VisitorSigned: eventType({
        recorded: 'A visitor signs the book.',
        version: 2,
        upcasts: { 1: (data) => data },
        fields: {
          personId: plain.id(),
          name: optional(sealed.text()),
          parts: list(
            struct({ value: variant({ TEXT: { text: plain.text() }, MARK: { of: plain.oneOf(['A', 'B']) } }) }),
          ),
        },
      }),
      BookClosed: eventType({ recorded: 'The book is closed.', fields: {} }),
    });
    const text = eventReference(
      [{ slice: 'book', catalogues: [book] }],
      [{ name: 'visitors', handles: ['VisitorSigned'] }],
    );
    expect(text.slice(text.indexOf('## book'))).toBe(
      [
        '## book',
        '',
        '### VisitorSigned (version 2)',
        '',
        'A visitor signs the book.',
        'Read by `visitors`.',
        '',
        '| Member | Holds | |',
        '| --- | --- | --- |',
        '| `personId` | id |  |',
        '| `name` | text, sealed | optional, sealed |',
        '| `parts[].value.kind` | TEXT, MARK |  |',
        '| `parts[].value(TEXT).text` | text |  |',
        '| `parts[].value(MARK).of` | A, B |  |',
        '',
        '### BookClosed (version 1)',
        '',
        'The book is closed.',
        'Read by nobody yet.',
        '',
        'No members.',
        '',
      ].join('\n'),
    );
  });

  it('leaves no event type out', () => {
    const shown = slices.flatMap(({ catalogues }) => catalogues.flatMap(({ types }) => Object.keys(types)));
    expect(shown.sort()).toEqual(Object.keys(catalogue.types).sort());
  });

  it('stands in docs/events.md as the catalogues are (npm run generate)', () => {
    const file = join(__dirname, '../../../docs/events.md');
    const text = eventReference(slices, projections);
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
