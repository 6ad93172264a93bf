import type { Recorded } from '@waymark/kernel';
import { type Ask, type Inputs, type Question, question, type RecordedChange } from './question.js';
import { recordedChanges } from './record-changes.js';
import { eventItem, eventItemOf, eventsOfRecord, pageInputs, pageOfInputs, shown } from './record.js';

interface Loaded {
  readonly events: readonly Recorded[];
  readonly shown: readonly RecordedChange[];
  readonly first: number;
}

async function eventsOf(ask: Ask, inputs: Inputs): Promise<{ events: readonly Recorded[]; first: number }> {
  const { first, after } = await pageOfInputs(ask, inputs);
  return { events: await eventsOfRecord(ask, after, first + 1), first };
}

/** A question that shows the events of a record in order; `rule` says which these are. */
export function historyQuestion({
  rule,
  ...named
}: Pick<Question, 'slug' | 'version' | 'plainWords' | 'source' | 'needs' | 'about'> & {
  readonly rule: string;
}): Question {
  return question<Loaded>({
    ...named,
    inputs: pageInputs,
    figures: [{ name: 'events-shown', label: 'Events shown', unit: 'events', dimensions: [], rule }],
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
}
