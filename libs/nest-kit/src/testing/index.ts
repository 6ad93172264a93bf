export * from './gate-app.js';
export * from './gates.js';
export * from './parity-probe.js';
export * from './port-app.js';
export * from './slice-app.js';
