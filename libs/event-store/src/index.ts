export * from './canonical-json.js';
export * from './copy-events.js';
export * from './event-store.js';
export * from './kurrent-address.js';
export * from './record-clock.js';
export * from './record-id.js';
export * from './stored-event.js';
