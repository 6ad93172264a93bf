export * from './leased-read-store.js';
export * from './postgres-read-database.js';
export * from './postgres-read-store.js';
export * from './projection-lease.js';
export * from './projector.js';
export { tablesTurn } from './tables-session.js';
export * from './watched-projections.js';
