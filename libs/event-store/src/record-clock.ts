// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import { EventCatalogue, eventType } from '@waymark/kernel';

/** What a store records of its own accord, where its server has no other means to keep an answer as of an instant for ever (S14). */
export const recordClockCatalogue = new EventCatalogue({
  InstantSettled: eventType({
    recorded:
      'The record was asked as of an instant right before the one at which this is recorded. Whatever follows counts as recorded later, ' +
      'even when it was stamped earlier: the answer stands for ever.',
    fields: {},
  }),
});
