export * from './canonical-json.js';
export * from './event-store.js';
export * from './stored-event.js';
