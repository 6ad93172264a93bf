export * from './account.decider.js';
export * from './account.events.js';
export * from './keys/person-keys.js';
export * from './keys/private-file.js';
export { SealError, type SealFailure } from './keys/sealed-field.js';
export * from './person.decider.js';
export * from './person.events.js';
export * from './roles.js';
