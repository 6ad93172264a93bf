export * from './organisation.events.js';
