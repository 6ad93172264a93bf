// A module of its own, so that the client is loaded with it and not before.
export { openKurrentEventStore, RecordUse } from '@waymark/event-store/kurrentdb';
