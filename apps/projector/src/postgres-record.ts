// A module of its own, so that the driver is loaded with it and not before.
export { openPostgresEventStore } from '@waymark/event-store/postgres';
