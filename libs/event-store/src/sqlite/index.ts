export * from './data-folder.js';
export * from './driver.js';
export * from './sqlite-event-store.js';
