export * from './projection.js';
export * from './table.js';
