export * from './projection-laws.js';
export * from './tables-after.js';
