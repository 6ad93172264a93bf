import { evidenceKinds, supportTypes } from './exploration-cycle.events.js';
import { byParts, byStatements, part, type QuestionSet } from './question-set.js';

/** Guiding questions for a service agency, the later version, as far as it is known; the label is ours. */
export const mimtssIsd2025: QuestionSet = {
  code: 'mimtss-isd-2025',
  lineage: 'mimtss-isd',
  label: 'MTSS exploration of a service agency, second version (as far as known)',
  subject: 'AGENCY',
  items: [
    byStatements('NEEDS', 'N1', 'Which needs show across the county as a whole?', 'COUNTY_NEEDS'),
    byParts(
      'NEEDS',
      'N2',
      'Which patterns in county data on literacy, SEBH and attendance show where support would help?',
      part('data', 'DATA_SET', 'A set of aggregate data and what it shows; never data about single pupils', {
        many: true,
      }),
    ),
    byParts(
      'NEEDS',
      'N3',
      'Where do districts, schools and the agency’s own programs ask for support?',
      part('summary', 'TEXT', 'What they ask for, summed up'),
      part('askers', 'CHOICES', 'Who asks', { codes: ['DISTRICT', 'SCHOOL', 'AGENCY_PROGRAM'] }),
      part('ways', 'CHOICES', 'Ways in which they were asked', { optional: true, codes: evidenceKinds }),
    ),
    byParts(
      'NEEDS',
      'N4',
      'Which MTSS needs do the continuous improvement plans (MICIP) of the local districts show?',
      part('plans', 'PLAN', 'A local plan or goal that was read', { many: true, codes: ['MICIP_PLAN', 'MICIP_GOAL'] }),
      part('areas', 'FOCUS_AREAS', 'Focus areas that the plans name'),
    ),
    byParts(
      'FIT',
      'F1',
      'How does MTSS fit the priorities and values of the agency and of the county?',
      part('fits', 'THREE_WAY', 'Yes, partly or no'),
      part('explanation', 'TEXT', 'Which priorities and values, and how'),
    ),
    byParts(
      'FIT',
      'F2',
      'Which initiatives does the agency run, and does MTSS in a focus area strengthen them or conflict with them?',
      part('initiatives', 'INITIATIVE', 'An initiative of the agency', { many: true }),
      part('relations', 'RELATION', 'Initiative and focus area', { many: true, optional: true }),
    ),
    byParts(
      'FIT',
      'F3',
      'Which initiatives do the districts run, and does MTSS in a focus area strengthen them or conflict with them?',
      part('initiatives', 'INITIATIVE', 'An initiative and the district that owns it', { many: true }),
      part('relations', 'RELATION', 'Initiative and focus area', { many: true, optional: true }),
    ),
    byParts(
      'CAPACITY',
      'C1',
      'Which kinds of support does leadership want to give?',
      part('types', 'CHOICES', 'Kinds of support', { codes: supportTypes }),
      part('explanation', 'TEXT', 'What leadership has in mind', { optional: true }),
    ),
    byStatements(
      'CAPACITY',
      'C2',
      'Does leadership support the work and know which resources it takes?',
      'LEADERSHIP_COMMITMENT',
    ),
  ],
};
