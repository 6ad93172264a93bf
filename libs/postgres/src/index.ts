export * from './address/index.js';
export * from './arrays.js';
export * from './errors.js';
export * from './migrations.js';
export * from './reading.js';
export * from './session.js';
export * from './steady-session.js';
export * from './usage-lock.js';
