// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import {
  EventCatalogue,
  type EventsOf,
  eventType,
  list,
  optional,
  type OrganisationId,
  plain,
  struct,
} from '@waymark/kernel';

export const organisationKinds = [
  'STATE_AGENCY',
  'TA_PROVIDER',
  'SERVICE_AGENCY',
  'DISTRICT',
  'SCHOOL',
  'PROGRAM',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

/** The legal label an organisation goes by: of service agencies, and of districts. */
export const organisationLabels = ['ISD', 'ESA', 'RESA', 'RESD', 'ESD', 'ROE', 'ISC', 'LEA', 'PSA'] as const;
export type OrganisationLabel = (typeof organisationLabels)[number];

/** Identifier schemes. MI_* are EEM entity codes (R-01), RCDTS is Illinois' (R-04), LEAID and NCESSCH are federal. */
export const identifierSchemes = [
  'MI_ISD',
  'MI_DISTRICT',
  'MI_BUILDING',
  'IL_REGION',
  'RCDTS',
  'LEAID',
  'NCESSCH',
  'LOCAL',
] as const;
export type IdentifierScheme = (typeof identifierSchemes)[number];

const particulars = {
  city: optional(plain.text(200)),
  postalCode: optional(plain.text(20)),
  gradeLevels: optional(plain.text(200)),
  locale: optional(plain.text(80)),
};

const placement = { parentId: plain.id<OrganisationId>(), effectiveOn: plain.date() };

export const organisationCatalogue = new EventCatalogue({
  OrganisationRegistered: eventType({
    recorded: 'An organisation enters the record, by import or by hand.',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      /** Two letters; ZZ is the state of the sample county, outside every real total. */
      state: plain.code(),
      kind: plain.oneOf(organisationKinds),
      label: optional(plain.oneOf(organisationLabels)),
      name: plain.text(300),
      timeZone: plain.code(),
      /** The first one founded the organisation's id; the others are identifiers from the same day on. */
      identifiers: list(struct({ scheme: plain.oneOf(identifierSchemes), value: plain.code() })),
      /** 32 random bytes, base64: key of this organisation's tags in the audit log. Never leaves through a read. */
      tagKey: plain.text(44),
      ...particulars,
    },
  }),
  OrganisationNamed: eventType({
    recorded: 'An organisation goes by another name from a date on.',
    fields: { organisationId: plain.id<OrganisationId>(), name: plain.text(300), reason: optional(plain.text(2000)) },
  }),
  OrganisationIdentified: eventType({
    recorded: 'An organisation gets an identifier of a scheme, or another one from a date on.',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      scheme: plain.oneOf(identifierSchemes),
      value: plain.code(),
      reason: optional(plain.text(2000)),
    },
  }),
  OrganisationDescribed: eventType({
    recorded: 'Particulars of an organisation (place, grades, locale, label) are stated anew as a whole.',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      label: optional(plain.oneOf(organisationLabels)),
      ...particulars,
    },
  }),
  OrganisationPlaced: eventType({
    recorded:
      'A district comes under a service agency, a school or program under a district or service agency (R-02, R-05).',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      /** Kind of the organisation that is placed; for a DISTRICT the parent is always a service agency. */
      kind: plain.oneOf(organisationKinds),
      /** The parent; when the act is WITHDRAWN, the parent as it stood. */
      parentId: plain.id<OrganisationId>(),
      reason: optional(plain.text(2000)),
      /** A correction or withdrawal repeats the placement as it stood. */
      was: optional(struct(placement)),
    },
  }),
  OrganisationMovedAway: eventType({
    recorded: 'Pointer in the record of the former parent: the organisation was placed under another one.',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      fromId: plain.id<OrganisationId>(),
      toId: plain.id<OrganisationId>(),
    },
  }),
  OrganisationClosed: eventType({
    recorded:
      'An organisation ends or merges into its successor; the event is effective on the last day (R-06). Withdrawn: it never ended.',
    fields: {
      organisationId: plain.id<OrganisationId>(),
      successorId: optional(plain.id<OrganisationId>()),
      reason: plain.text(2000),
      /** A withdrawal repeats the closing as it stood. */
      was: optional(struct({ successorId: optional(plain.id<OrganisationId>()), effectiveOn: plain.date() })),
    },
  }),
});

export type OrganisationEvent = EventsOf<typeof organisationCatalogue.types>;
