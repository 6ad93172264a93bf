export * from './district-request.events.js';
export * from './exploration-cycle.events.js';
export * from './exploration-cycle-commands.js';
export * from './exploration-cycle.decider.js';
export { type AssessmentState, type CycleState } from './exploration-cycle-state.js';
export { type ItemStatus } from './exploration-cycle-answers.js';
export * from './question-set.js';
export * from './question-sets.js';
