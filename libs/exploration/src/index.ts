export * from './district-request.events.js';
export * from './exploration-cycle.events.js';
