import { openPostgresEventStore } from '../../../dist/libs/event-store/src/postgres/index.js';
import { ourStore } from './our-store.mjs';

export async function open({ url }) {
  return ourStore(await openPostgresEventStore({ url }));
}
