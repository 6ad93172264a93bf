export * from './inline-projections.js';
export * from './projection.js';
export * from './projection-engine.js';
export * from './projection-host.js';
export * from './read-database.js';
export * from './read-store.js';
export * from './row-projection.js';
export * from './table.js';
