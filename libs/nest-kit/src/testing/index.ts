export * from './gate-app.js';
export * from './gates.js';
