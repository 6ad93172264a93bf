import { audienceCodes, byParts, byStatements, changeStates, part, type QuestionSet } from './question-set.js';

/** Guiding questions for a district that thinks about partnering with its service agency. */
export const mimtssDistrict: QuestionSet = {
  code: 'mimtss-district',
  lineage: 'mimtss-district',
  label: 'MTSS exploration of a district',
  subject: 'DISTRICT',
  items: [
    byStatements('NEEDS', 'DN1', 'Which needs show across the district as a whole?', 'COUNTY_NEEDS'),
    byParts(
      'NEEDS',
      'DN2',
      'Which patterns in the district’s data on reading, behavior and attendance show where support would help?',
      part('data', 'DATA_SET', 'A set of aggregate data and what it shows; never data about single pupils', {
        many: true,
      }),
    ),
    byParts(
      'NEEDS',
      'DN3',
      'What do the staff say they need?',
      part('summary', 'TEXT', 'The statements of the staff summed up'),
      part('areas', 'FOCUS_AREAS', 'Focus areas that the staff name', { optional: true }),
    ),
    byParts(
      'FIT',
      'DF1',
      'Which other initiatives are under way, and would MTSS help them, conflict with them or over-extend staff?',
      part('initiatives', 'INITIATIVE', 'An initiative of the district', { many: true }),
      part('relations', 'RELATION', 'Initiative and focus area', { many: true, optional: true }),
    ),
    byParts(
      'FIT',
      'DF2',
      'How does MTSS fit the district’s continuous improvement plan?',
      part('fits', 'THREE_WAY', 'Yes, partly or no'),
      part('plans', 'PLAN', 'The plan or goal', { many: true, optional: true, codes: ['MICIP_PLAN', 'MICIP_GOAL'] }),
    ),
    byParts(
      'FIT',
      'DF3',
      'What should be different in one year, and in five?',
      part('oneYear', 'TEXT', 'In one year'),
      part('fiveYears', 'TEXT', 'In five years'),
    ),
    byParts(
      'FIT',
      'DF4',
      'How does MTSS fit what families and the community value?',
      part('fits', 'THREE_WAY', 'Yes, partly or no'),
      part('explanation', 'TEXT', 'Which values, and how we know', { optional: true }),
    ),
    byParts(
      'CAPACITY',
      'DC1',
      'Which staff time, people and money can the district give?',
      part('resources', 'RESOURCE', 'A resource, its amount and where it comes from', { many: true }),
    ),
    byParts(
      'CAPACITY',
      'DC2',
      'Which policies, procedures and structures would have to change?',
      part('changes', 'CHANGE', 'A change, who sees to it, how far it is', { many: true, codes: changeStates }),
    ),
    byStatements('CAPACITY', 'DC3', 'Do the leaders support the work and know what it takes?', 'LEADERSHIP_COMMITMENT'),
    byParts(
      'CAPACITY',
      'DC4',
      'Can the staff put MTSS in place, and collect and use the data?',
      part('implement', 'SCALE5', 'Ready to put it in place, 1 to 5'),
      part('data', 'SCALE5', 'Ready to collect and use data, 1 to 5'),
      part('learning', 'LEARNING_NEED', 'What the staff must learn', {
        many: true,
        optional: true,
        codes: audienceCodes,
      }),
    ),
    byParts(
      'CAPACITY',
      'DC5',
      'What does the service agency offer the district?',
      part('offer', 'TEXT', 'Support that the agency offers'),
    ),
  ],
};
