// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import { EventCatalogue, type EventsOf, eventType, type PersonId, plain } from '@waymark/kernel';

export const accountCatalogue = new EventCatalogue({
  AccountLinked: eventType({
    recorded: 'An account of an issuer is recognised as a person: whoever signs in with it acts as that person.',
    fields: {
      personId: plain.id<PersonId>(),
      issuer: plain.text(500),
      /**
       * HMAC-SHA-256 over issuer and subject, hexadecimal, under a key of the installation. The subject itself is not kept: it may
       * be an e-mail address, and without the key nobody can try addresses.
       */
      accountHash: plain.code(),
    },
  }),
});

export type AccountEvent = EventsOf<typeof accountCatalogue.types>;
