export * from './projection-laws.js';
export * from './tables-after.js';
export * from './test-tables.js';
