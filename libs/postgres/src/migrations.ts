import { StoreUnavailableError } from '@waymark/kernel';
import type { ClientBase } from 'pg';

import { namePostgres, type PostgresAddress } from './address/index.js';

/** "WYMK": first half of the keys of advisory locks; the other half is made of the schema’s name. */
export const LOCK_CLASS = 0x57594d4b;

/** SQL that brings the schema of this name one version up. */
export type Migration = (schema: string) => string;

/** A schema of ours, and the steps that make it what this program knows. */
export interface MigratedSchema {
  readonly schema: string;
  readonly migrations: readonly Migration[];
  /** What lies in it, for messages: "record". */
  readonly what: string;
}

/**
 * Brings the schema to the version of this program, all steps in one transaction and one process at a time: it ends whole or not at all.
 * Throws StoreUnavailableError when the schema is newer than the program, or PostgreSQL's own errors; nothing is changed then.
 */
export async function migrate(client: ClientBase, address: PostgresAddress, migrated: MigratedSchema): Promise<void> {
  const { schema, migrations } = migrated;
  if ((await versionOf(client, address, migrated)) === migrations.length) return;
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK_CLASS}, hashtext($1))`, [`${schema} migration`]);
    // What another process did while this one waited for the lock.
    const version = await versionOf(client, address, migrated);
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
  { schema, migrations: { length: known }, what }: MigratedSchema,
): Promise<number | undefined> {
  // A scan of the catalog: a look-up by name may be answered from before this transaction waited for its turn.
  const { rows: found } = await client.query<{ isPlain: boolean; isThere: boolean }>(
    `SELECT quote_ident($1::text) = $1::text AS "isPlain",
            EXISTS (SELECT FROM pg_tables WHERE schemaname = $1::text AND tablename = 'migration') AS "isThere"`,
    [schema],
  );
  const { isPlain, isThere } = found[0]!;
  if (!isPlain) {
    throw new StoreUnavailableError(`The schema ${schema} of the URL is a word of SQL. Name another with ?schema=.`);
  }
  if (!isThere) return undefined;
  const { rows } = await client.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${schema}.migration`,
  );
  const version = rows[0]!.version ?? 0;
  if (version > known) {
    throw new StoreUnavailableError(
      `The ${what} in schema ${schema} of the ${namePostgres(address)} has format ${version}, written by a newer release of ` +
        `Waymark; this one knows format ${known}. Install the newer release. Nothing was changed.`,
    );
  }
  return version;
}
