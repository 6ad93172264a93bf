export * from './driver.js';
export * from './sqlite-event-store.js';
