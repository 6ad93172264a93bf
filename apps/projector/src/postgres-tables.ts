export { openPostgresReadDatabase, openPostgresReadStore } from '@waymark/read-store/postgres';
