// Locks of somebody who has nothing to do with the program. Each answers the way to let go.
import { DatabaseSync } from '@photostructure/sqlite';
import pg from 'pg';
import { LOCK_CLASS } from '../../dist/libs/postgres/src/index.js';

/** The lock for writing of the record's file. */
export async function holdFile(place) {
  const database = new DatabaseSync(place.events.replace('sqlite:', ''), { timeout: 5_000 });
  database.exec('BEGIN IMMEDIATE');
  return () => {
    database.exec('ROLLBACK');
    database.close();
  };
}

/** The advisory lock that puts appends in a row. */
export function holdTurn(place) {
  return heldOn(place.events, [`SELECT pg_advisory_xact_lock(${LOCK_CLASS}, hashtext('waymark_events'))`]);
}

/** Every table of a schema, against reading and writing. */
export function holdTables(place, schema) {
  return heldOn(place.events, [
    `DO $$ DECLARE one record; BEGIN
       FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' LOOP
         EXECUTE format('LOCK TABLE ${schema}.%I IN ACCESS EXCLUSIVE MODE', one.tablename);
       END LOOP; END $$`,
  ]);
}

async function heldOn(url, statements) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  for (const text of statements) await client.query(text);
  return () => client.end();
}
