import { LOCK_CLASS } from '@waymark/postgres';

/**
 * Takes a batch of appends: each is checked against its own stream and answered on its own. The lock is held to the commit, so that
 * positions rise in commit order. Per append: stream, last revision expected (-1: no stream), number of events; per event its columns,
 * with the place of its bytes in `blob`. `is_plain`: no stream and no id twice, and time does not fall within the batch.
 * Answers one number, the newest position before the batch, when all was recorded in order; else two per append: 0 and the position of
 * its last event (recorded), 1 and that position (recorded earlier), 2 and the stream's last revision (conflict), 3 and the instant
 * that it lies before, 4 and 0 (an id stands elsewhere).
 */
export const APPEND_BATCH = `
CREATE FUNCTION {schema}.append_batch(
  is_plain boolean, streams text[], expected bigint[], sizes int[], event_streams text[], revisions bigint[], ids uuid[],
  types text[], agencies text[], districts text[], recorded bigint[], starts int[], lengths int[], blob bytea
) RETURNS bigint[] LANGUAGE plpgsql AS $append$
DECLARE
  newest bigint;
  newest_recorded bigint;
  before bigint;
  outcomes bigint[] := '{}';
  lo int;
  hi int := 0;
  actual bigint;
  highest bigint;
  found int;
  place bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK_CLASS}, hashtext('{schema}'));
  SELECT l.position, l.recorded_at INTO newest, newest_recorded FROM {schema}.event_log l ORDER BY l.position DESC LIMIT 1;
  newest := coalesce(newest, 0);
  SELECT greatest(newest_recorded, s.instant + 1) INTO newest_recorded FROM {schema}.settled s;
  before := newest;
  IF is_plain AND recorded[1] >= newest_recorded
    AND NOT EXISTS (
      SELECT FROM unnest(streams, expected) a(stream, revision) WHERE a.revision <> coalesce(
        (SELECT l.revision FROM {schema}.event_log l WHERE l.stream = a.stream ORDER BY l.revision DESC LIMIT 1), -1))
    AND NOT EXISTS (
      SELECT FROM unnest(ids) e(id) WHERE EXISTS (SELECT FROM {schema}.event_log l WHERE l.event_id = e.id))
  THEN
    INSERT INTO {schema}.event_log
      SELECT newest + e.n, e.stream, e.revision, e.id, e.type, e.agency, e.district, e.recorded,
             substring(blob FROM e.start FOR e.length)
      FROM unnest(event_streams, revisions, ids, types, agencies, districts, recorded, starts, lengths)
        WITH ORDINALITY e(stream, revision, id, type, agency, district, recorded, start, length, n);
    PERFORM pg_notify('{schema}', (newest + cardinality(ids))::text);
    RETURN ARRAY[newest];
  END IF;
  FOR a IN 1 .. cardinality(streams) LOOP
    lo := hi + 1;
    hi := hi + sizes[a];
    actual := coalesce(
      (SELECT l.revision FROM {schema}.event_log l WHERE l.stream = streams[a] ORDER BY l.revision DESC LIMIT 1), -1);
    IF actual <> expected[a] THEN
      SELECT count(*), max(l.position) INTO found, place FROM generate_series(lo, hi) n
        JOIN {schema}.event_log l ON l.event_id = ids[n] AND l.stream = streams[a] AND l.revision = revisions[n];
      outcomes := outcomes || CASE WHEN found = sizes[a] THEN ARRAY[1, place] ELSE ARRAY[2, actual] END;
      CONTINUE;
    END IF;
    highest := newest_recorded;
    FOR n IN lo .. hi LOOP
      EXIT WHEN recorded[n] < highest;
      highest := recorded[n];
      place := n;
    END LOOP;
    IF recorded[lo] < newest_recorded OR place < hi THEN
      outcomes := outcomes || ARRAY[3, highest];
      CONTINUE;
    END IF;
    IF EXISTS (SELECT FROM unnest(ids[lo:hi]) e(id) WHERE EXISTS (SELECT FROM {schema}.event_log l WHERE l.event_id = e.id)) THEN
      outcomes := outcomes || ARRAY[4, 0]::bigint[];
      CONTINUE;
    END IF;
    INSERT INTO {schema}.event_log
      SELECT newest + e.n, streams[a], e.revision, e.id, e.type, e.agency, e.district, e.recorded,
             substring(blob FROM e.start FOR e.length)
      FROM unnest(event_streams[lo:hi], revisions[lo:hi], ids[lo:hi], types[lo:hi], agencies[lo:hi], districts[lo:hi],
        recorded[lo:hi], starts[lo:hi], lengths[lo:hi]) WITH ORDINALITY e(stream, revision, id, type, agency, district, recorded, start, length, n);
    newest := newest + sizes[a];
    newest_recorded := recorded[hi];
    outcomes := outcomes || ARRAY[0, newest];
  END LOOP;
  IF newest > before THEN PERFORM pg_notify('{schema}', newest::text); END IF;
  RETURN outcomes;
END $append$;`;

/** From here on no event is recorded at or before the instant (S14): what was stamped earlier and arrives later must be stamped again. */
export const SETTLE = `
CREATE FUNCTION {schema}.settle(past bigint) RETURNS void LANGUAGE plpgsql AS $settle$
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK_CLASS}, hashtext('{schema}'));
  UPDATE {schema}.settled SET instant = past WHERE instant < past;
END $settle$;`;
