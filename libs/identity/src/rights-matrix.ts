import type { Role } from './person.events.js';

/**
 * How far a right reaches from the organisation of the grant. OWN_AGENCY: a service agency and what stands under it on the
 * day of the act. OWN_STATE: everything in the state, for grants of a state agency alone. ANYWHERE needs no organisation.
 */
export const scopes = ['OWN_ORGANISATION', 'OWN_AGENCY', 'OWN_STATE', 'ANYWHERE'] as const;
export type Scope = (typeof scopes)[number];

/** Mutations that keep the directory of organisations. */
const keepDirectory = [
  'registerOrganisation',
  'nameOrganisation',
  'identifyOrganisation',
  'describeOrganisation',
  'placeOrganisation',
  'correctPlacement',
  'withdrawPlacement',
  'closeOrganisation',
  'withdrawClosing',
  'importOrganisations',
] as const;

/** Running a cycle: what it asks, who answers, when it ends. */
const runCycle = ['openExplorationCycle', 'replaceQuestionSet', 'abandonExplorationCycle'] as const;
const answerItems = ['answerItem', 'correctItemAnswer', 'withdrawItemAnswer', 'assignItemOwner'] as const;
const stateCycleNeeds = ['stateCountyNeed', 'correctCountyNeed', 'withdrawCountyNeed'] as const;
const commitLeadership = ['stateLeadershipCommitment', 'correctLeadershipCommitment'] as const;
const handIn = ['submitAssessment', 'reviseAssessment'] as const;
/** Review acts: the only writes of a state reviewer, and nobody else's. */
export const reviewActs = ['returnAssessment', 'acceptAssessment'] as const;
/** What a district says of itself, or its agency for it. */
const speakForDistrict = [
  'stateDistrictNeed',
  'correctDistrictNeed',
  'withdrawDistrictNeed',
  'requestSupport',
  'correctSupportRequest',
  'withdrawSupportRequest',
  'noteDistrictPlan',
  'correctDistrictPlan',
  'withdrawDistrictPlan',
] as const;
const followUp = ['openFollowUp', 'recordFollowUpAsked', 'closeFollowUp'] as const;
const importSurvey = ['importDistrictSurvey'] as const;

/** The inventory: what is run, how it bears on each other, which staff it takes, what reviews decide. */
const keepInventory = [
  'registerInitiative',
  'describeInitiative',
  'correctInitiative',
  'withdrawInitiative',
  'stateInitiativeStatus',
  'withdrawInitiativeStatus',
  'relateInitiative',
  'correctRelation',
  'withdrawRelation',
  'resolveConflict',
  'promiseStaff',
  'correctStaffPromise',
  'withdrawStaffPromise',
  'stateStaffAvailability',
  'correctStaffAvailability',
  'withdrawStaffAvailability',
  'reviewInitiative',
  'correctReview',
  'withdrawReview',
  'rateInitiative',
  'correctRating',
  'withdrawRating',
  'importInitiatives',
] as const;

const keepPersons = ['registerPerson', 'namePerson', 'linkAccount', 'grantRole', 'endGrant'] as const;

/** Reads by what they show. `question:*` stands for every named question that has no line of its own. */
const readRecord = ['read:exploration', 'read:initiatives', 'read:events', 'question:*'] as const;

/** Every operation the matrix knows; what is not listed is denied to everybody. */
export const operations = [
  ...keepDirectory,
  ...runCycle,
  ...answerItems,
  ...stateCycleNeeds,
  ...commitLeadership,
  ...handIn,
  ...reviewActs,
  ...speakForDistrict,
  ...followUp,
  ...importSurvey,
  ...keepInventory,
  ...keepPersons,
  'read:organisation',
  ...readRecord,
  'read:persons',
  'operate',
] as const;
export type Operation = (typeof operations)[number];

/** Operations open to whoever is signed in, with or without a role. */
export const openToAnybody: readonly Operation[] = ['read:organisation'];

type Line = Partial<Record<Operation, readonly Scope[]>>;

function within(scope: Scope | readonly Scope[], ...groups: readonly (readonly Operation[])[]): Line {
  const reach = typeof scope === 'string' ? [scope] : scope;
  return Object.fromEntries(groups.flat().map((operation) => [operation, reach]));
}

const explore = [runCycle, answerItems, stateCycleNeeds, commitLeadership, handIn] as const;

/** Role × operation → scopes. What does not stand here is denied. */
export const rightsMatrix: Readonly<Record<Role, Line>> = {
  COORDINATOR: within('OWN_AGENCY', ...explore, speakForDistrict, followUp, importSurvey, keepInventory, readRecord, [
    'read:persons',
  ]),
  ISD_LEADER: within(
    'OWN_AGENCY',
    answerItems,
    keepInventory,
    commitLeadership,
    handIn,
    ['abandonExplorationCycle'],
    readRecord,
    ['read:persons'],
  ),
  DISTRICT_MEMBER: within('OWN_ORGANISATION', ...explore, speakForDistrict, keepInventory, readRecord),
  TA_PROVIDER: within('OWN_AGENCY', ['read:exploration', 'read:initiatives', 'question:*']),
  COACH: within('OWN_AGENCY', [
    'noteDistrictPlan',
    'correctDistrictPlan',
    'withdrawDistrictPlan',
    'recordFollowUpAsked',
    'read:exploration',
    'read:initiatives',
    'question:*',
  ]),
  STATE_REVIEWER: within('OWN_STATE', reviewActs, readRecord),
  ANALYST: within(['OWN_AGENCY', 'OWN_STATE'], ['question:*']),
  ADMIN: within('ANYWHERE', keepDirectory, keepPersons, readRecord, ['read:persons', 'operate']),
};

/** The scopes in which a role may do something; `question:<slug>` falls back to `question:*`. */
export function reachOf(role: string, operation: string): readonly Scope[] {
  const line = Object.hasOwn(rightsMatrix, role) ? rightsMatrix[role as Role] : {};
  const known = knownOperation(operation);
  return known === undefined ? [] : (line[known] ?? []);
}

/** The line of the matrix that an operation falls under; undefined when it is in none. */
export function knownOperation(operation: string): Operation | undefined {
  if ((operations as readonly string[]).includes(operation)) return operation as Operation;
  return operation.startsWith('question:') ? 'question:*' : undefined;
}
