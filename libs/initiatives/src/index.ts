export * from './initiative-commands.js';
export { initiativeDecider } from './initiative.decider.js';
export * from './initiative.events.js';
export { initiativeOwnerProjection } from './initiative.basis.js';
export { initiativeProjection } from './initiative.projection.js';
export { InitiativesModule } from './initiatives.module.js';
