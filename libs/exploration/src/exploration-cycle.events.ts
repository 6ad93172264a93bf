// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import {
  EventCatalogue,
  type EventId,
  type EventsOf,
  eventType,
  focusAreas,
  list,
  optional,
  type OrganisationId,
  type PersonId,
  plain,
  struct,
  variant,
} from '@waymark/kernel';

export const supportTypes = ['TRAINING', 'COACHING', 'DATA_COORDINATION', 'PLANNING'] as const;
export const assessments = ['NEEDS', 'FIT', 'CAPACITY'] as const;
export type Assessment = (typeof assessments)[number];
export const threeWay = ['YES', 'PARTLY', 'NO'] as const;
export const evidenceKinds = [
  'SURVEY',
  'FOCUS_GROUP',
  'INTERVIEW',
  'MEETING',
  'DOCUMENT',
  'PLAN',
  'DATA_SET',
  'OTHER',
] as const;
export const relationKinds = ['ENHANCES', 'CONFLICTS', 'OVER_EXTENDS_STAFF', 'NEUTRAL', 'UNKNOWN'] as const;
export const resourceKinds = ['FTE', 'PERSON', 'MONEY', 'OTHER'] as const;
export const micipGoalStates = ['ACTIVE', 'MAINTENANCE', 'ARCHIVED'] as const;

/** Where something was learned, and on which day. */
export const evidence = struct({
  kind: plain.oneOf(evidenceKinds),
  seenOn: plain.date(),
  reference: optional(plain.text(500)),
});

/** Value of one part of an answer (R-12: its kind must be the kind that the item declares for the part). */
export const answerValue = variant({
  TEXT: { text: plain.text() },
  THREE_WAY: { choice: plain.oneOf(threeWay) },
  SCALE5: { level: plain.integer(), focusArea: optional(plain.oneOf(focusAreas)) },
  CHOICE: { choice: plain.code() },
  CHOICES: { choices: list(plain.code()) },
  FOCUS_AREAS: { focusAreas: list(plain.oneOf(focusAreas)) },
  QUANTITY: { amount: plain.number(), unit: plain.code() },
  DATA_SET: { title: plain.text(300), finding: plain.text(), seenOn: plain.date() },
  PLAN: {
    planKind: plain.code(),
    title: plain.text(300),
    seenOn: optional(plain.date()),
    link: optional(plain.text(1000)),
  },
  /** The name stands for the initiative until the inventory exists; then its id stands beside it. */
  INITIATIVE: {
    name: plain.text(300),
    initiativeId: optional(plain.id()),
    ownerId: optional(plain.id<OrganisationId>()),
  },
  RELATION: {
    initiative: plain.text(300),
    focusArea: plain.oneOf(focusAreas),
    relation: plain.oneOf(relationKinds),
    staffGroups: optional(list(plain.text(100))),
    explanation: optional(plain.text()),
  },
  /** Amount as a decimal text; money in USD cents. */
  RESOURCE: {
    resource: plain.oneOf(resourceKinds),
    amount: plain.code(),
    unit: plain.code(),
    fundingSource: optional(plain.text(200)),
    from: optional(plain.date()),
    until: optional(plain.date()),
  },
  LEARNING_NEED: {
    staffRole: plain.text(200),
    topic: plain.text(300),
    audience: plain.code(),
    by: optional(plain.date()),
  },
  CHANGE: { change: plain.text(1000), ownerRole: plain.text(200), status: plain.code() },
});

/** What an item says: an answer in typed parts, or an explicit "unknown" or "not applicable" with its reason. */
export const itemAnswer = variant({
  ANSWERED: { parts: list(struct({ part: plain.code(), value: answerValue })) },
  UNKNOWN: { reason: plain.text(2000) },
  NOT_APPLICABLE: { reason: plain.text(2000) },
});

/** Subject, school year and lineage name the stream; `cycle` counts the cycles in it from 1. */
const place = {
  subjectId: plain.id<OrganisationId>(),
  schoolYear: plain.schoolYear(),
  lineage: plain.code(),
  cycle: plain.integer(),
};

const countyNeed = {
  needId: plain.id(),
  focusArea: plain.oneOf(focusAreas),
  statement: plain.text(2000),
  strength: optional(plain.integer()),
  sources: list(evidence),
};

const commitment = {
  supports: plain.oneOf(threeWay),
  leaderRole: plain.text(200),
  committedOn: plain.date(),
  understandsResources: plain.oneOf([...threeWay, 'UNKNOWN']),
};

export const explorationCycleCatalogue = new EventCatalogue({
  ExplorationCycleOpened: eventType({
    recorded: 'A service agency or a district begins to weigh its needs, fit and capacity for a school year (R-09).',
    fields: { ...place, subjectKind: plain.oneOf(['AGENCY', 'DISTRICT']), questionSet: plain.code() },
  }),
  QuestionSetReplaced: eventType({
    recorded: 'Another question set of the lineage is taken before the first answer (R-10).',
    fields: { ...place, questionSet: plain.code(), reason: plain.text(2000) },
  }),
  ItemOwnerAssigned: eventType({
    recorded: 'Somebody becomes responsible for an item, answered or not.',
    fields: {
      ...place,
      item: plain.code(),
      ownerRole: plain.text(200),
      ownerId: optional(plain.id<PersonId>()),
      dueOn: optional(plain.date()),
    },
  }),
  ItemAnswered: eventType({
    recorded: 'An item gets an answer, another answer, or loses one that was wrong (act CORRECTED or WITHDRAWN).',
    fields: {
      ...place,
      assessment: plain.oneOf(assessments),
      item: plain.code(),
      answer: optional(itemAnswer),
      evidence: list(evidence),
      basedOn: optional(plain.id<EventId>()),
      reason: optional(plain.text(2000)),
      was: optional(struct({ answer: itemAnswer, effectiveOn: plain.date() })),
    },
  }),
  CountyNeedStated: eventType({
    recorded: 'A need of the whole county (or of the exploring district) is stated with focus area and sources (R-13).',
    fields: {
      ...place,
      need: optional(struct(countyNeed)),
      reason: optional(plain.text(2000)),
      was: optional(struct({ ...countyNeed, effectiveOn: plain.date() })),
    },
  }),
  LeadershipCommitmentStated: eventType({
    recorded: 'Leadership says whether it supports the work and whether it knows what that takes (R-17).',
    fields: {
      ...place,
      commitment: optional(struct(commitment)),
      reason: optional(plain.text(2000)),
      was: optional(struct({ ...commitment, effectiveOn: plain.date() })),
    },
  }),
  AssessmentSubmitted: eventType({
    recorded: 'An assessment with an answer, or a reason for none, to each of its items is handed in (R-11).',
    fields: { ...place, assessment: plain.oneOf(assessments), submission: plain.integer() },
  }),
  AssessmentReturned: eventType({
    recorded: 'A reviewer hands a submitted assessment back with reasons.',
    fields: {
      ...place,
      assessment: plain.oneOf(assessments),
      submission: plain.integer(),
      reasons: list(struct({ item: optional(plain.code()), reason: plain.text(2000) })),
    },
  }),
  AssessmentAccepted: eventType({
    recorded: 'A reviewer accepts a submitted assessment.',
    fields: {
      ...place,
      assessment: plain.oneOf(assessments),
      submission: plain.integer(),
      note: optional(plain.text(2000)),
    },
  }),
  AssessmentRevised: eventType({
    recorded: 'A submitted or accepted assessment is opened again with a reason; the submission stays readable (R-16).',
    fields: { ...place, assessment: plain.oneOf(assessments), submission: plain.integer(), reason: plain.text(2000) },
  }),
  ExplorationCycleClosed: eventType({
    recorded: 'The last of needs, fit and capacity was accepted: the cycle is complete (R-18).',
    fields: place,
  }),
  ExplorationCycleReopened: eventType({
    recorded: 'A revision of an accepted assessment opens a complete cycle again, with its reason (R-16, R-18).',
    fields: { ...place, reason: plain.text(2000) },
  }),
  ExplorationCycleAbandoned: eventType({
    recorded: 'A cycle ends without being complete, with the reason (R-18).',
    fields: { ...place, reason: plain.text(2000) },
  }),
});

export type ExplorationCycleEvent = EventsOf<typeof explorationCycleCatalogue.types>;
