export * from './postgres-key-store.js';
