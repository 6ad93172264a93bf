export * from './given.js';
export * from './golden.js';
export * from './until.js';
