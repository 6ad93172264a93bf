// A module of its own, so that the driver is loaded with it and not before.
export {
  openLeasedReadStore,
  openPostgresReadDatabase,
  openPostgresReadStore,
  Projector,
  watchProjections,
} from '@waymark/read-store/postgres';
