// A module of its own, so that the driver is loaded with it and not before.
export {
  openLeasedReadStore,
  openPostgresReadDatabase,
  openPostgresReadStore,
  Projector,
  tablesTurn,
  watchProjections,
} from '@waymark/read-store/postgres';
