import { enumOf } from '@waymark/nest-kit';
import {
  evidenceBases,
  implementationStages,
  initiativeKinds,
  initiativeRelations,
  initiativeStatuses,
  mandates,
  measureStates,
  mtssComponents,
  outcomeEvidences,
  ownerLevels,
  planKinds,
  reviewDecisions,
  scaleUnits,
  studentSupportTiers,
  sufficiencies,
} from './initiative.events.js';

export const OwnerLevelEnum = enumOf(ownerLevels, 'OwnerLevel', 'At which level an inventory is kept.');
export const InitiativeKindEnum = enumOf(initiativeKinds, 'InitiativeKind', 'What kind of effort it is.');
export const MandateEnum = enumOf(mandates, 'Mandate', 'Who demands it.', {
  NONE: 'Nobody: it was chosen.',
  UNKNOWN: 'Not known yet.',
});
export const StudentSupportTierEnum = enumOf(studentSupportTiers, 'StudentSupportTier', 'Tier of support to pupils.');
export const MtssComponentEnum = enumOf(mtssComponents, 'MtssComponent', 'Component of the state’s practice profile.');
export const ScaleUnitEnum = enumOf(scaleUnits, 'ScaleUnit', 'What a scale counts.');
export const ImplementationStageEnum = enumOf(
  implementationStages,
  'ImplementationStage',
  'How far it is put in place.',
);
export const SufficiencyEnum = enumOf(sufficiencies, 'ResourceSufficiency', 'Whether its resources suffice.');
export const MeasureStateEnum = enumOf(measureStates, 'MeasureState', 'Whether something is measured.');
export const OutcomeEvidenceEnum = enumOf(outcomeEvidences, 'OutcomeEvidence', 'How well its outcome is shown.');
export const EvidenceBaseEnum = enumOf(evidenceBases, 'EvidenceBase', 'Level of evidence as federal law counts it.');
export const AlignedPlanKindEnum = enumOf(planKinds, 'AlignedPlanKind', 'Kind of plan it is aligned to.');
export const InitiativeStatusEnum = enumOf(initiativeStatuses, 'InitiativeStatus', 'Where an initiative stands.', {
  ENDED: 'Ended by itself.',
  MERGED: 'Has become part of another one.',
  DESELECTED: 'Given up after a review; it takes no new participants.',
});
export const RegisteredStatusEnum = enumOf(['PLANNED', 'ACTIVE'], 'RegisteredStatus', 'Where it stands at first.');
export const StatedStatusEnum = enumOf(['ACTIVE', 'ENDED'], 'StatedStatus', 'What may be said without a review.', {
  ACTIVE: 'It begins, or goes on after a pause.',
});
export const InitiativeRelationEnum = enumOf(
  initiativeRelations,
  'InitiativeRelationKind',
  'How an initiative bears on another one or on a focus area.',
  {
    ENHANCES: 'The first helps the other; the one relation with a direction.',
    UNKNOWN: 'Looked at, and not known yet.',
  },
);
export const ReviewDecisionEnum = enumOf(reviewDecisions, 'ReviewDecision', 'What a review decides.');
export const StaffLoadStateEnum = enumOf(
  ['WITHIN', 'OVER', 'UNKNOWN'],
  'StaffLoadState',
  'Whether the staff promised is there.',
  { UNKNOWN: 'Too little is known to say.' },
);
