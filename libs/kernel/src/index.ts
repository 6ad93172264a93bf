export * from './calendar.js';
export * from './command-runner.js';
export * from './decider.js';
export * from './errors.js';
export * from './event.js';
export * from './event-catalogue.js';
export * from './event-schema.js';
export * from './ids.js';
