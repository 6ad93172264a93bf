export * from './postgres-read-database.js';
export * from './postgres-read-store.js';
