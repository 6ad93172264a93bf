import type { Recorded } from '@waymark/kernel';
import { type Ask, type Inputs, question, type RecordedChange } from './question.js';
import { recordedChanges } from './record-changes.js';
import { eventItem, eventItemOf, eventsOfRecord, oneRecord, pageInputs, pageOfInputs, shown } from './record.js';

interface Loaded {
  readonly events: readonly Recorded[];
  readonly shown: readonly RecordedChange[];
  readonly first: number;
}

async function eventsOf(ask: Ask, inputs: Inputs): Promise<{ events: readonly Recorded[]; first: number }> {
  const { first, after } = await pageOfInputs(ask, inputs);
  return { events: await eventsOfRecord(ask, after, first + 1), first };
}

export const recordHistory = question<Loaded>({
  slug: 'record-history',
  version: 2,
  plainWords: 'Show everything that happened to this record, in order, with who, when, from where, and what changed.',
  source: 'Events are never altered (R-88) and carry who, in which role, for whom, when and from where (R-89).',
  needs: 'read:events',
  about: oneRecord,
  inputs: pageInputs,
  figures: [
    {
      name: 'events-shown',
      label: 'Events shown',
      unit: 'events',
      dimensions: [],
      rule: 'Events of the stream, or all that name the organisation, in the order of the record. Partial when more follow.',
    },
  ],
  items: [eventItem],

  async load(ask, inputs) {
    const { events, first } = await eventsOf(ask, inputs);
    return { events, first, shown: await recordedChanges(ask, events.slice(0, first)) };
  },

  answer(loaded) {
    const figure = shown({ name: 'events-shown', dimensions: {} }, loaded.events, loaded.first);
    return { figures: [figure], items: loaded.shown.map((change) => eventItemOf(change)) };
  },

  async sources(ask, inputs) {
    const { events, first } = await eventsOf(ask, inputs);
    return [{ positions: events.slice(0, first).map((event) => event.position) }];
  },
});
