// Storage format: what stands here is on disk for ever. Change it only by a new version with an upcaster.
import {
  EventCatalogue,
  type EventsOf,
  eventType,
  focusAreas,
  list,
  optional,
  type OrganisationId,
  plain,
  struct,
  variant,
} from '@waymark/kernel';

export const ownerLevels = ['AGENCY', 'DISTRICT', 'SCHOOL'] as const;
export type OwnerLevel = (typeof ownerLevels)[number];
export const initiativeKinds = ['INITIATIVE', 'INNOVATION', 'PROGRAM', 'ASSESSMENT', 'MANDATE', 'PROJECT'] as const;
export const mandates = ['NONE', 'FEDERAL', 'STATE', 'LOCAL', 'UNKNOWN'] as const;
/** Tiers of support to pupils: neither the tiers of service nor the levels of support of other states. */
export const studentSupportTiers = ['TIER_1', 'TIER_2', 'TIER_3'] as const;
export const mtssComponents = [
  'TEAM_BASED_LEADERSHIP',
  'TIERED_DELIVERY',
  'INSTRUCTION_AND_INTERVENTION',
  'SCREENING_AND_ASSESSMENT',
  'DATA_BASED_DECISIONS',
] as const;
export const scaleUnits = ['DISTRICTS', 'SCHOOLS', 'CLASSROOMS'] as const;
export const implementationStages = [
  'EXPLORATION',
  'INSTALLATION',
  'INITIAL_IMPLEMENTATION',
  'FULL_IMPLEMENTATION',
] as const;
export const sufficiencies = ['YES', 'PARTLY', 'NO', 'UNKNOWN'] as const;
export const measureStates = ['MEASURED', 'NOT_MEASURED', 'UNKNOWN'] as const;
export const outcomeEvidences = ['STRONG', 'SOME', 'NONE', 'UNKNOWN'] as const;
export const evidenceBases = ['ESSA_1', 'ESSA_2', 'ESSA_3', 'ESSA_4', 'NONE', 'UNKNOWN'] as const;
export const planKinds = ['STRATEGIC_PLAN', 'MICIP_GOAL', 'IMPROVEMENT_PLAN', 'MTSS_PLAN', 'OTHER'] as const;
/** PLANNED, ACTIVE and PAUSED are running; an initiative that ended, was merged or de-selected is over. */
export const initiativeStatuses = ['PLANNED', 'ACTIVE', 'PAUSED', 'ENDED', 'MERGED', 'DESELECTED'] as const;
export type InitiativeStatus = (typeof initiativeStatuses)[number];
export const initiativeRelations = [
  'ENHANCES',
  'DUPLICATES',
  'CONFLICTS',
  'OVER_EXTENDS_STAFF',
  'NEUTRAL',
  'UNKNOWN',
] as const;
export const reviewDecisions = ['KEEP', 'STRENGTHEN', 'MERGE', 'PAUSE', 'DESELECT', 'UNDECIDED'] as const;
export const hexagonIndicators = ['evidence', 'usability', 'supports', 'need', 'fit', 'capacity'] as const;

const measure = struct({ state: plain.oneOf(measureStates), name: optional(plain.text(300)) });

/** What is known about an initiative. A list without members says nothing about its field; codes have an UNKNOWN of their own. */
const description = {
  name: plain.text(300),
  summary: optional(plain.text(2000)),
  leadRole: optional(plain.text(200)),
  kind: plain.oneOf(initiativeKinds),
  mandate: plain.oneOf(mandates),
  mandateCitation: optional(plain.text(300)),
  focusAreas: list(plain.oneOf(focusAreas)),
  tiers: list(plain.oneOf(studentSupportTiers)),
  mtssComponents: list(plain.oneOf(mtssComponents)),
  expectedOutcomes: list(plain.text(500)),
  population: optional(
    struct({ grades: list(plain.text(20)), group: optional(plain.text(300)), staff: optional(plain.text(300)) }),
  ),
  scale: list(
    struct({ unit: plain.oneOf(scaleUnits), intended: optional(plain.integer()), actual: optional(plain.integer()) }),
  ),
  startsOn: optional(plain.date()),
  plannedEndOn: optional(plain.date()),
  stage: optional(plain.oneOf(implementationStages)),
  fundingSources: list(plain.text(200)),
  /** USD cents. */
  annualCost: optional(plain.integer()),
  resourceSufficiency: plain.oneOf(sufficiencies),
  training: optional(plain.text(1000)),
  coaching: optional(plain.text(1000)),
  fidelityMeasure: measure,
  fidelityLatest: optional(struct({ finding: plain.text(1000), seenOn: plain.date() })),
  outcomeMeasure: measure,
  outcomeEvidence: plain.oneOf(outcomeEvidences),
  alignedPlans: list(struct({ kind: plain.oneOf(planKinds), title: plain.text(300) })),
  evidenceBase: plain.oneOf(evidenceBases),
};

/** The owner names the stream: an inventory. */
const inventory = { ownerId: plain.id<OrganisationId>() };
const initiative = { ...inventory, initiativeId: plain.id() };

/** Another initiative, of whichever owner, or a focus area. */
const target = variant({
  INITIATIVE: { initiativeId: plain.id(), ownerId: plain.id<OrganisationId>() },
  FOCUS_AREA: { focusArea: plain.oneOf(focusAreas) },
});
const relation = {
  initiativeId: plain.id(),
  to: target,
  relation: plain.oneOf(initiativeRelations),
  explanation: plain.text(2000),
  staffGroups: list(plain.text(100)),
};

/** No `fte`: named, and how much is not known. */
const staffCell = struct({ staffGroup: plain.text(100), fte: optional(plain.number()) });

const evidence = struct({ what: plain.text(500), seenOn: plain.date() });
const review = {
  decision: plain.oneOf(reviewDecisions),
  explanation: plain.text(2000),
  /** What was looked at. */
  restsOn: list(evidence),
  /** What it has become part of; for MERGE. */
  mergedInto: optional(plain.id()),
  /** The status that follows; absent where the review changes none. */
  status: optional(plain.oneOf(initiativeStatuses)),
};

const indicator = () => plain.integer();
/** 1 (low) to 5 (high) each; no weights, no sum, no pass mark. */
const rating = {
  evidence: indicator(),
  usability: indicator(),
  supports: indicator(),
  need: indicator(),
  fit: indicator(),
  capacity: indicator(),
  roles: list(plain.text(200)),
  note: optional(plain.text(2000)),
};
const reason = optional(plain.text(2000));

export const initiativeCatalogue = new EventCatalogue({
  InitiativeRegistered: eventType({
    recorded:
      'An agency, a district or a school enters an initiative in its inventory, or takes back one that never was.',
    fields: {
      ...initiative,
      ownerLevel: plain.oneOf(ownerLevels),
      status: plain.oneOf(initiativeStatuses),
      reason,
      was: optional(struct({ status: plain.oneOf(initiativeStatuses), effectiveOn: plain.date() })),
    },
  }),
  InitiativeDescribed: eventType({
    recorded: 'What is known about an initiative is said, said anew, corrected or taken back.',
    fields: {
      ...initiative,
      description: optional(struct(description)),
      reason,
      was: optional(struct({ ...description, effectiveOn: plain.date() })),
    },
  }),
  InitiativeStatusStated: eventType({
    recorded: 'An initiative begins, goes on after a pause, or ends by itself; or such an entry is taken back.',
    fields: {
      ...initiative,
      status: plain.oneOf(initiativeStatuses),
      reason,
      was: optional(struct({ status: plain.oneOf(initiativeStatuses), effectiveOn: plain.date() })),
    },
  }),
  InitiativeRelated: eventType({
    recorded: 'Somebody judges how an initiative bears on another one or on a focus area (R-34, R-36).',
    fields: {
      ...inventory,
      relation: optional(struct(relation)),
      reason,
      was: optional(struct({ ...relation, effectiveOn: plain.date() })),
    },
  }),
  InitiativeConflictResolved: eventType({
    recorded: 'What is done about a conflict that was judged (R-31).',
    fields: { ...inventory, judgement: plain.id(), resolution: plain.text(2000) },
  }),
  InitiativeStaffPromised: eventType({
    recorded: 'Staff is promised to an initiative in a school year, by staff group; how much may be unknown.',
    fields: {
      ...initiative,
      schoolYear: plain.schoolYear(),
      /** No cells: the statement is withdrawn. */
      cells: list(staffCell),
      reason,
      was: optional(struct({ cells: list(staffCell), effectiveOn: plain.date() })),
    },
  }),
  StaffAvailabilityStated: eventType({
    recorded: 'An organisation says how much of a staff group it has in a school year.',
    fields: {
      ...inventory,
      schoolYear: plain.schoolYear(),
      cells: list(staffCell),
      reason,
      was: optional(struct({ cells: list(staffCell), effectiveOn: plain.date() })),
    },
  }),
  InitiativeReviewed: eventType({
    recorded: 'A review keeps, strengthens, merges, pauses or de-selects an initiative, with its reason (R-35).',
    fields: {
      ...initiative,
      reviewId: plain.id(),
      review: optional(struct(review)),
      reason,
      was: optional(struct({ ...review, effectiveOn: plain.date() })),
    },
  }),
  InitiativeRated: eventType({
    recorded: 'A team rates an initiative on the six indicators of the Hexagon tool, 1 to 5 each.',
    fields: {
      ...initiative,
      rating: optional(struct(rating)),
      reason,
      was: optional(struct({ ...rating, effectiveOn: plain.date() })),
    },
  }),
});

export type InitiativeEvent = EventsOf<typeof initiativeCatalogue.types>;
