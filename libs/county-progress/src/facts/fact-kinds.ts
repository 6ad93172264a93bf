import {
  followUpAskedFact,
  followUpFact,
  followUpOutcomeFact,
  needFact,
  planFact,
  planFocusFact,
  requestFact,
} from './district-request.facts.js';
import {
  assessmentFact,
  commitmentFact,
  countyNeedFact,
  cycleFact,
  cycleQuestionsFact,
  itemFact,
  itemLevelFact,
  itemOwnerFact,
} from './exploration-cycle.facts.js';
import type { FactKind } from './fact-kind.js';
import { organisationCodeFact, organisationFact, organisationNameFact, placementFact } from './organisation.facts.js';

/** Every kind of fact. A further kind is one more entry here, beside the file that declares it. */
export const factKinds: readonly FactKind[] = [
  organisationFact,
  organisationNameFact,
  organisationCodeFact,
  placementFact,
  needFact,
  requestFact,
  planFact,
  planFocusFact,
  followUpFact,
  followUpAskedFact,
  followUpOutcomeFact,
  cycleFact,
  cycleQuestionsFact,
  itemFact,
  itemLevelFact,
  itemOwnerFact,
  countyNeedFact,
  commitmentFact,
  assessmentFact,
];
