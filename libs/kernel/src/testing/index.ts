export * from './given.js';
export * from './golden.js';
