import { openSqliteEventStore } from '../../../dist/libs/event-store/src/sqlite/index.js';
import { ourStore } from './our-store.mjs';

export async function open({ file }) {
  return ourStore(openSqliteEventStore({ file }));
}
