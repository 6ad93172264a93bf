import { focusAreas } from '@waymark/kernel';
import { enumOf } from '@waymark/nest-kit';
import {
  amounts,
  followUpKinds,
  followUpOutcomes,
  needAnswers,
  quantityUnits,
  speakers,
} from './district-request.events.js';
import {
  assessments,
  evidenceKinds,
  micipGoalStates,
  relationKinds,
  resourceKinds,
  supportTypes,
  threeWay,
} from './exploration-cycle.events.js';

export const FocusAreaEnum = enumOf(focusAreas, 'FocusArea', 'Area of a multi-tiered system of supports.', {
  SEBH: 'Social, emotional and behavioral health.',
  LITERACY: 'Reading and literacy.',
  DISTRICT_INFRASTRUCTURE: 'The district’s own infrastructure for putting practices in place.',
  PYRAMID_MODEL: 'Early childhood, by the Pyramid Model.',
  INTEGRATED: 'Behavior and reading integrated.',
  ATTENDANCE_ENGAGEMENT: 'Attendance and engagement.',
  OTHER: 'Another area, named beside it.',
});
export const SupportTypeEnum = enumOf(supportTypes, 'SupportType', 'Form of support.');
export const AssessmentEnum = enumOf(assessments, 'AssessmentKind', 'The three parts of an exploration.');
export const ThreeWayEnum = enumOf(threeWay, 'ThreeWay', 'Yes, partly or no.');
export const UnderstandingEnum = enumOf(
  [...threeWay, 'UNKNOWN'],
  'ResourceUnderstanding',
  'Whether leadership knows which resources the work takes.',
);
export const EvidenceKindEnum = enumOf(evidenceKinds, 'EvidenceKind', 'Where something was learned.');
export const RelationKindEnum = enumOf(relationKinds, 'RelationKind', 'How MTSS in an area bears on an initiative.');
export const ResourceKindEnum = enumOf(resourceKinds, 'ResourceKind', 'Kind of resource.');
export const GoalStateEnum = enumOf(micipGoalStates, 'MicipGoalState', 'State of a goal in a local MICIP portfolio.');
export const NeedAnswerEnum = enumOf(needAnswers, 'NeedAnswer', 'What a district says about a focus area.', {
  UNKNOWN: 'Not known yet: an answer of its own, which opens a follow-up (R-14).',
});
export const AmountEnum = enumOf(amounts, 'SupportAmount', 'How much support.');
export const QuantityUnitEnum = enumOf(quantityUnits, 'QuantityUnit', 'Unit of a quantity of support.');
export const SpeakerEnum = enumOf(speakers, 'Speaker', 'Whether the district entered it itself, or its agency for it.');
export const FollowUpKindEnum = enumOf(followUpKinds, 'FollowUpKind', 'How a district is asked again.');
export const FollowUpOutcomeEnum = enumOf(followUpOutcomes, 'FollowUpOutcome', 'How a follow-up ended.');
export const SubjectKindEnum = enumOf(['AGENCY', 'DISTRICT'], 'ExplorationSubjectKind', 'Who explores.');
export const AnsweredByEnum = enumOf(
  ['PARTS', 'COUNTY_NEEDS', 'LEADERSHIP_COMMITMENT'],
  'AnsweredBy',
  'What answers an item: an answer in parts, or statements of their own.',
);
export const AnswerStateEnum = enumOf(
  ['ANSWERED', 'UNKNOWN', 'NOT_APPLICABLE'],
  'AnswerState',
  'An answer, or an explicit "unknown" or "not applicable" with its reason (R-11).',
);
export const ItemStatusEnum = enumOf(
  ['UNANSWERED', 'PARTLY_ANSWERED', 'ANSWERED', 'UNKNOWN', 'NOT_APPLICABLE'],
  'ItemStatus',
  'How far an item is answered. The first two are gaps.',
);
export const AssessmentStateEnum = enumOf(
  ['DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED'],
  'AssessmentState',
  'DRAFT → SUBMITTED ⇄ RETURNED → ACCEPTED; a revision leads back to DRAFT.',
);
export const CyclePhaseEnum = enumOf(
  ['OPEN', 'SUBMITTED', 'ACCEPTED', 'ABANDONED'],
  'ExplorationCycleState',
  'OPEN until all three assessments are submitted, ACCEPTED when all three are accepted.',
);
export const SubmissionStepEnum = enumOf(
  ['RETURNED', 'ACCEPTED', 'REVISED'],
  'SubmissionStepKind',
  'What became of a submission.',
);
export const AnswerKindEnum = enumOf(
  [
    'TEXT',
    'THREE_WAY',
    'SCALE5',
    'CHOICE',
    'CHOICES',
    'FOCUS_AREAS',
    'QUANTITY',
    'DATA_SET',
    'PLAN',
    'INITIATIVE',
    'RELATION',
    'RESOURCE',
    'LEARNING_NEED',
    'CHANGE',
  ],
  'AnswerKind',
  'Type of a part of an answer.',
);
