// A module of its own, so that the driver is loaded with it and not before.
export { openPostgresKeyStore } from '@waymark/identity/postgres';
export { UsageLock } from '@waymark/postgres';
