import { LOCK_CLASS } from '@waymark/postgres';
import type { StreamName } from '@waymark/kernel';
import type { Pool, PoolClient } from 'pg';
import { assertFollows, assertNew, type CopiedEvent } from '../pending-append.js';

/**
 * Commits events of another store behind the event at `after`, all or none, under the lock that orders appends; answers the position
 * of the last. Throws WrongExpectedRevisionError, StoreUnavailableError (DAMAGED) and PostgreSQL's own errors.
 */
export async function appendStored(
  pool: Pool,
  schema: string,
  { after, events }: { after: number; events: readonly CopiedEvent[] },
): Promise<number> {
  const session = await pool.connect();
  try {
    await session.query('BEGIN; SET LOCAL synchronous_commit = on');
    const position = await write(session, schema, { after, events });
    await session.query('COMMIT');
    session.release();
    return position;
  } catch (error) {
    session.release(true);
    throw error;
  }
}

async function write(
  session: PoolClient,
  schema: string,
  { after, events }: { after: number; events: readonly CopiedEvent[] },
): Promise<number> {
  await session.query(`SELECT pg_advisory_xact_lock(${LOCK_CLASS}, hashtext($1))`, [schema]);
  const { rows: head } = await session.query<{ position: number }>(
    `SELECT position FROM ${schema}.event_log ORDER BY position DESC LIMIT 1`,
  );
  const { rows: last } = await session.query<{ stream: StreamName; revision: number | null }>(
    `SELECT s.stream, (SELECT l.revision FROM ${schema}.event_log l WHERE l.stream = s.stream ORDER BY l.revision DESC LIMIT 1)
     FROM unnest($1::text[]) s(stream)`,
    [[...new Set(events.map(({ stream }) => stream))]],
  );
  const revisions = new Map(last.map(({ stream, revision }) => [stream, revision ?? -1]));
  const newest = head[0]?.position ?? 0;
  assertFollows({ after, newest }, events, (stream) => revisions.get(stream)!);
  const ids = events.map(({ eventId }) => eventId.toString('hex'));
  const { rows: taken } = await session.query<{ id: string }>(
    `SELECT replace(l.event_id::text, '-', '') AS id FROM ${schema}.event_log l WHERE l.event_id = ANY ($1::uuid[])`,
    [ids],
  );
  const there = new Set(taken.map(({ id }) => id));
  assertNew(events, ({ eventId }) => there.has(eventId.toString('hex')));
  await session.query(
    `INSERT INTO ${schema}.event_log
     SELECT $1 + e.n, e.stream, e.revision, e.id, e.type, e.agency, e.district, e.recorded, e.stored
     FROM unnest($2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])
       WITH ORDINALITY e(stream, revision, id, type, agency, district, recorded, stored, n)`,
    [
      newest,
      events.map(({ stream }) => stream),
      events.map(({ revision }) => revision),
      ids,
      events.map(({ type }) => type),
      events.map(({ agency }) => agency),
      events.map(({ district }) => district),
      events.map(({ recordedAt }) => recordedAt),
      events.map(({ stored }) => stored),
    ],
  );
  const position = newest + events.length;
  await session.query('SELECT pg_notify($1, $2)', [schema, String(position)]);
  return position;
}
