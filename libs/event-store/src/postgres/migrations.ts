// Storage format of the record in PostgreSQL. The column `stored` is the record; all others are copies of it for finding.
// Steps are only ever added: a step that has run somewhere is never changed.
import type { Migration } from '@waymark/postgres';
import { APPEND_BATCH, SETTLE } from './append-function.js';

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
