// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import {
  EventCatalogue,
  type EventsOf,
  eventType,
  focusAreas,
  list,
  optional,
  type OrganisationId,
  type PersonId,
  plain,
  struct,
} from '@waymark/kernel';
import { evidenceKinds, micipGoalStates, supportTypes } from './exploration-cycle.events.js';

export const needAnswers = ['NEED', 'NO_NEED', 'UNKNOWN'] as const;
export const amounts = ['NONE', 'LIGHT', 'MODERATE', 'INTENSIVE'] as const;
export const speakers = ['DISTRICT', 'AGENCY'] as const;
export const quantityUnits = ['DAYS', 'SESSIONS', 'SCHOOLS'] as const;
export const followUpOutcomes = ['ANSWERED', 'NO_ANSWER', 'DROPPED'] as const;
export const followUpKinds = ['SURVEY', 'FOCUS_GROUP', 'INTERVIEW', 'MEETING'] as const;

/** District and school year name the stream. */
const place = { district: plain.id<OrganisationId>(), schoolYear: plain.schoolYear() };
const source = struct({ kind: plain.oneOf(evidenceKinds), on: plain.date(), reference: optional(plain.text(500)) });

const needCell = struct({
  focusArea: plain.oneOf(focusAreas),
  answer: plain.oneOf(needAnswers),
  /** 1 (slight) to 5 (pressing). */
  strength: optional(plain.integer()),
  /** Says which area OTHER means. */
  note: optional(plain.text(300)),
});
const requestCell = struct({
  focusArea: plain.oneOf(focusAreas),
  supportType: plain.oneOf(supportTypes),
  amount: plain.oneOf(amounts),
  quantity: optional(plain.number()),
  unit: optional(plain.oneOf(quantityUnits)),
  note: optional(plain.text(300)),
});
const plan = {
  /** Names the reference within the district; the same plan seen again keeps it. */
  planRef: plain.id(),
  planTitle: plain.text(300),
  goalTitle: plain.text(300),
  goalState: plain.oneOf(micipGoalStates),
  focusAreas: list(plain.oneOf(focusAreas)),
  seenOn: plain.date(),
  link: optional(plain.text(1000)),
};

export const districtRequestCatalogue = new EventCatalogue({
  DistrictNeedStated: eventType({
    recorded:
      'A district says, itself or through its service agency, what it needs by focus area; "unknown" is an answer (R-14).',
    fields: {
      ...place,
      /** No cells: the statement is withdrawn. */
      cells: list(needCell),
      source,
      statedBy: plain.oneOf(speakers),
      reason: optional(plain.text(2000)),
      was: optional(struct({ cells: list(needCell), effectiveOn: plain.date() })),
    },
  }),
  SupportRequested: eventType({
    recorded: 'A district asks for support, by focus area, support type and amount (R-15).',
    fields: {
      ...place,
      cells: list(requestCell),
      source,
      statedBy: plain.oneOf(speakers),
      reason: optional(plain.text(2000)),
      was: optional(struct({ cells: list(requestCell), effectiveOn: plain.date() })),
    },
  }),
  DistrictPlanRead: eventType({
    recorded: 'A goal of the local MICIP plan was read and its focus areas noted.',
    fields: {
      ...place,
      plan: optional(struct(plan)),
      reason: optional(plain.text(2000)),
      was: optional(struct({ ...plan, effectiveOn: plain.date() })),
    },
  }),
  FollowUpOpened: eventType({
    recorded: 'An unknown need opens the task to ask the district (R-14), with an owner.',
    fields: {
      ...place,
      followUpId: plain.id(),
      kind: plain.oneOf(followUpKinds),
      focusAreas: list(plain.oneOf(focusAreas)),
      ownerRole: plain.text(200),
      ownerId: optional(plain.id<PersonId>()),
      dueOn: optional(plain.date()),
    },
  }),
  FollowUpAsked: eventType({
    recorded: 'The district was asked, on a day and in a way.',
    fields: { ...place, followUpId: plain.id(), kind: plain.oneOf(followUpKinds), askedOn: plain.date() },
  }),
  FollowUpClosed: eventType({
    recorded: 'A follow-up ends: the district answered, or there is a reason why not.',
    fields: {
      ...place,
      followUpId: plain.id(),
      outcome: plain.oneOf(followUpOutcomes),
      reason: optional(plain.text(2000)),
    },
  }),
});

export type DistrictRequestEvent = EventsOf<typeof districtRequestCatalogue.types>;
