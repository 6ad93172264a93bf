// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import {
  EventCatalogue,
  type EventsOf,
  eventType,
  optional,
  type OrganisationId,
  type PersonId,
  plain,
  sealed,
} from '@waymark/kernel';

/** What a person can be entitled to be. The right of the system actor is no role: nobody can be granted it. */
export const roles = [
  'COORDINATOR',
  'ISD_LEADER',
  'DISTRICT_MEMBER',
  'TA_PROVIDER',
  'COACH',
  'STATE_REVIEWER',
  'ANALYST',
  'ADMIN',
] as const;
export type Role = (typeof roles)[number];

const contact = { name: sealed.text(200), email: sealed.text(254), phone: optional(sealed.text(40)) };

export const personCatalogue = new EventCatalogue({
  PersonRegistered: eventType({
    recorded: 'A member of staff enters the record, with the name and address under which colleagues know them.',
    fields: {
      personId: plain.id<PersonId>(),
      ...contact,
      /** An invented person of the sample data. */
      sample: optional(plain.boolean()),
    },
  }),
  PersonNamed: eventType({
    recorded: 'Name and contact of a person are stated anew as a whole.',
    fields: { personId: plain.id<PersonId>(), ...contact },
  }),
  RoleGranted: eventType({
    recorded: 'A person may act in a role for an organisation from a date on.',
    fields: {
      personId: plain.id<PersonId>(),
      grantId: plain.id(),
      role: plain.oneOf(roles),
      organisationId: plain.id<OrganisationId>(),
      from: plain.date(),
      /** The first day on which it no longer holds. */
      until: optional(plain.date()),
    },
  }),
  GrantEnded: eventType({
    recorded: 'A grant ends: `on` is the first day on which it no longer holds.',
    fields: { personId: plain.id<PersonId>(), grantId: plain.id(), on: plain.date(), reason: plain.text(2000) },
  }),
});

export type PersonEvent = EventsOf<typeof personCatalogue.types>;
