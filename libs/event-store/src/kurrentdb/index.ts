export * from './kurrent-event-store.js';
export * from './record-use.js';
