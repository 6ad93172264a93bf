// Storage format of the record in PostgreSQL. The column `stored` is the record; all others are copies of it for finding.
// Steps are only ever added: a step that has run somewhere is never changed.
import { StoreUnavailableError } from '@waymark/kernel';
import type { ClientBase } from 'pg';
import { APPEND_BATCH, LOCK_CLASS, SETTLE } from './append-function.js';
import { namePostgres, type PostgresAddress } from '../postgres-address.js';

/** SQL that brings the schema of this name one version up. */
export type Migration = (schema: string) => string;

export const MIGRATIONS: readonly Migration[] = [
  (schema) => `
    CREATE TABLE ${schema}.event_log (
      position    bigint PRIMARY KEY CHECK (position BETWEEN 1 AND 8796093022207),
      stream      text   COLLATE "C" NOT NULL,
      revision    bigint NOT NULL CHECK (revision >= 0),
      event_id    uuid   NOT NULL UNIQUE,
      type        text   COLLATE "C" NOT NULL,
      agency      text   COLLATE "C",
      district    text   COLLATE "C",
      recorded_at bigint NOT NULL,
      stored      bytea  NOT NULL,
      UNIQUE (stream, revision)
    );
    COMMENT ON TABLE ${schema}.event_log IS 'The record. stored is the event; the other columns are copies of it.';
    COMMENT ON COLUMN ${schema}.event_log.recorded_at IS 'Milliseconds since 1970, UTC';
    CREATE INDEX event_log_type ON ${schema}.event_log (type, position);
    CREATE INDEX event_log_agency ON ${schema}.event_log (agency, position) WHERE agency IS NOT NULL;
    CREATE INDEX event_log_district ON ${schema}.event_log (district, position) WHERE district IS NOT NULL;
    CREATE TABLE ${schema}.settled (id int PRIMARY KEY CHECK (id = 1), instant bigint NOT NULL);
    COMMENT ON TABLE ${schema}.settled IS 'Nothing more is recorded at or before this instant';
    INSERT INTO ${schema}.settled VALUES (1, -9007199254740991);
    ${[APPEND_BATCH, SETTLE].join('').replaceAll('{schema}', schema)}`,
];

/**
 * Brings the schema to the version of this program, all steps in one transaction and one process at a time: it ends whole or not at all.
 * Throws StoreUnavailableError when the schema is newer than the program, or PostgreSQL's own errors; nothing is changed then.
 */
export async function migrate(
  client: ClientBase,
  address: PostgresAddress,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  if ((await versionOf(client, address, schema, migrations.length)) === migrations.length) return;
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK_CLASS}, hashtext($1))`, [`${schema} migration`]);
    // What another process did while this one waited for the lock.
    const version = await versionOf(client, address, schema, migrations.length);
    if (version === undefined) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      await client.query(
        `CREATE TABLE ${schema}.migration (version int PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < (version ?? 0)) continue;
      await client.query(migration(schema));
      await client.query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Version of the schema; undefined when there is none yet. Throws StoreUnavailableError when it is newer than the program (`known`).
 */
export async function versionOf(
  client: ClientBase,
  address: PostgresAddress,
  schema: string,
  known = MIGRATIONS.length,
): Promise<number | undefined> {
  // A scan of the catalog: a look-up by name may be answered from before this transaction waited for its turn.
  const { rowCount } = await client.query("SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'migration'", [
    schema,
  ]);
  if (rowCount === 0) return undefined;
  const { rows } = await client.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${schema}.migration`,
  );
  const version = rows[0]!.version ?? 0;
  if (version > known) {
    throw new StoreUnavailableError(
      `The record in schema ${schema} of the ${namePostgres(address)} has format ${version}, written by a newer release of ` +
        `Waymark; this one knows format ${known}. Install the newer release. Nothing was changed.`,
    );
  }
  return version;
}
