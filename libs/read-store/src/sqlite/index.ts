export * from './sqlite-read-database.js';
export * from './sqlite-read-store.js';
