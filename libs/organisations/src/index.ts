export * from './identifier-formats.js';
export * from './organisation-commands.js';
export * from './organisation.basis.js';
export { organisationDecider, organisationStream } from './organisation.decider.js';
export * from './organisation.events.js';
