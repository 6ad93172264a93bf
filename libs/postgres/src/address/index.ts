// A door of its own: whoever reads a URL need not load the driver.
export * from './postgres-address.js';
