import { evidenceKinds, supportTypes } from './exploration-cycle.events.js';
import {
  agencyPlanKinds,
  amountCodes,
  audienceCodes,
  byParts,
  byStatements,
  changeStates,
  part,
  type QuestionSet,
} from './question-set.js';

/** Guiding questions for a service agency, the earlier of two versions; the label is ours, the published page has no date. */
export const mimtssIsd2022: QuestionSet = {
  code: 'mimtss-isd-2022',
  lineage: 'mimtss-isd',
  label: 'MTSS exploration of a service agency, first version',
  subject: 'AGENCY',
  items: [
    byParts(
      'NEEDS',
      'N0',
      'In a few sentences: what does the region need most from a multi-tiered system of supports?',
      part('summary', 'TEXT', 'The need, as a headline for readers in a hurry'),
      part('strength', 'SCALE5', 'How pressing it is, 1 (slight) to 5 (pressing)'),
    ),
    byStatements('NEEDS', 'N1', 'Which needs show across the county as a whole?', 'COUNTY_NEEDS'),
    byParts(
      'NEEDS',
      'N2',
      'Which MTSS needs do the continuous improvement plans (MICIP) of the local districts show?',
      part('plans', 'PLAN', 'A local plan or goal that was read', { many: true, codes: ['MICIP_PLAN', 'MICIP_GOAL'] }),
      part('areas', 'FOCUS_AREAS', 'Focus areas that the plans name'),
      part('summary', 'TEXT', 'What the plans have in common', { optional: true }),
    ),
    byParts(
      'NEEDS',
      'N3',
      'Which patterns in county data (reading and behavior, for example) show where support would help?',
      part('data', 'DATA_SET', 'A set of aggregate data and what it shows; never data about single pupils', {
        many: true,
      }),
    ),
    byParts(
      'NEEDS',
      'N4',
      'What do the districts themselves say they need, and how do we know?',
      part('summary', 'TEXT', 'The districts’ statements summed up; each stands on its own in the district requests'),
      part('ways', 'CHOICES', 'Ways in which the districts were asked', { codes: evidenceKinds }),
    ),
    byParts(
      'NEEDS',
      'N5',
      'In which focus areas do districts want support?',
      part('areas', 'FOCUS_AREAS', 'Focus areas in which districts ask for support'),
      part('note', 'TEXT', 'Where districts differ', { optional: true }),
    ),
    byParts(
      'NEEDS',
      'N6',
      'How much support do the districts ask for?',
      part('amount', 'CHOICE', 'The amount asked for over all', { codes: amountCodes }),
      part('quantity', 'QUANTITY', 'The amount in days, sessions or schools', {
        many: true,
        optional: true,
        codes: ['DAYS', 'SESSIONS', 'SCHOOLS'],
      }),
    ),
    byParts(
      'NEEDS',
      'N7',
      'Which forms of support do the districts ask for?',
      part('types', 'CHOICES', 'Training, coaching, data coordination', {
        codes: supportTypes.filter((type) => type !== 'PLANNING'),
      }),
      part('note', 'TEXT', 'Which districts ask for which form', { optional: true }),
    ),
    byParts(
      'FIT',
      'F1',
      'Does the region share one understanding of MTSS as a framework?',
      part('shared', 'THREE_WAY', 'Yes, partly or no'),
      part('clarity', 'SCALE5', 'How clear the understanding is, 1 to 5'),
      part('grounds', 'TEXT', 'What this rests on', { optional: true }),
    ),
    byParts(
      'FIT',
      'F2',
      'How does MTSS fit what the agency has set out to do?',
      part('aligned', 'CHOICES', 'Plans and statements of the agency that MTSS fits', { codes: agencyPlanKinds }),
      part('plans', 'PLAN', 'The plan, with the day it was read', {
        many: true,
        optional: true,
        codes: agencyPlanKinds,
      }),
      part('explanation', 'TEXT', 'How it fits, plan by plan', { many: true, optional: true }),
    ),
    byParts(
      'FIT',
      'F3a',
      'Which other initiatives does the agency itself support?',
      part('initiatives', 'INITIATIVE', 'An initiative of the agency', { many: true }),
    ),
    byParts(
      'FIT',
      'F3b',
      'Where would MTSS in a focus area strengthen the agency’s initiatives?',
      part('relations', 'RELATION', 'Initiative and focus area', {
        many: true,
        codes: ['ENHANCES', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'FIT',
      'F3c',
      'Where would it conflict with the agency’s initiatives?',
      part('relations', 'RELATION', 'Initiative and focus area', {
        many: true,
        codes: ['CONFLICTS', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'FIT',
      'F3d',
      'Would the agency’s staff be over-extended, and which groups?',
      part('relations', 'RELATION', 'Initiative, focus area and staff groups', {
        many: true,
        codes: ['OVER_EXTENDS_STAFF', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'FIT',
      'F4a',
      'Which other initiatives are the districts trying to put in place?',
      part('initiatives', 'INITIATIVE', 'An initiative and the district that owns it', { many: true }),
    ),
    byParts(
      'FIT',
      'F4b',
      'Where would MTSS in a focus area strengthen the districts’ initiatives?',
      part('relations', 'RELATION', 'Initiative and focus area', {
        many: true,
        codes: ['ENHANCES', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'FIT',
      'F4c',
      'Where would it conflict with the districts’ initiatives?',
      part('relations', 'RELATION', 'Initiative and focus area', {
        many: true,
        codes: ['CONFLICTS', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'FIT',
      'F4d',
      'Would the districts’ staff be over-extended, and which groups?',
      part('relations', 'RELATION', 'Initiative, focus area and staff groups', {
        many: true,
        codes: ['OVER_EXTENDS_STAFF', 'NEUTRAL', 'UNKNOWN'],
      }),
    ),
    byParts(
      'CAPACITY',
      'C1',
      'In which focus areas can the agency support districts, and how well?',
      part('areas', 'SCALE5', 'A focus area and the strength of support in it, 1 to 5', { many: true }),
    ),
    byParts(
      'CAPACITY',
      'C2',
      'Which staff time, people and money can the agency give?',
      part('resources', 'RESOURCE', 'A resource, its amount and where it comes from', { many: true }),
    ),
    byParts(
      'CAPACITY',
      'C3',
      'What must the agency’s staff learn in order to support districts, programs and early childhood sites?',
      part('learning', 'LEARNING_NEED', 'Who learns what, for whom, by when', { many: true, codes: audienceCodes }),
    ),
    byParts(
      'CAPACITY',
      'C4',
      'What would have to change in the organisation?',
      part('changes', 'CHANGE', 'A change, who sees to it, how far it is', { many: true, codes: changeStates }),
    ),
    byStatements(
      'CAPACITY',
      'C5a',
      'Does leadership support starting and sustaining the work?',
      'LEADERSHIP_COMMITMENT',
    ),
    byStatements('CAPACITY', 'C5b', 'Does leadership know which resources that takes?', 'LEADERSHIP_COMMITMENT'),
  ],
};
