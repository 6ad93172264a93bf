// Format of the read tables in PostgreSQL: the engine's own tables, and generations of read tables behind views. Disposable.
// Steps are only ever added: a step that has run somewhere is never changed.
import type { Migration } from '@waymark/postgres';

/** Schema of the read tables unless the URL names another. */
export const READ_SCHEMA = 'waymark_read';

export const READ_MIGRATIONS: readonly Migration[] = [
  (schema) => `
    CREATE TABLE ${schema}.projection_state (
      name             text COLLATE "C" PRIMARY KEY,
      version          bigint NOT NULL,
      shape            text NOT NULL,
      generation       bigint NOT NULL,
      checkpoint       bigint NOT NULL,
      checkpoint_event text,
      state            text NOT NULL CHECK (state IN ('RUNNING', 'REBUILDING', 'STOPPED')),
      poison           text
    );
    CREATE TABLE ${schema}.projection_table (
      name       text COLLATE "C" NOT NULL,
      generation bigint NOT NULL,
      projection text COLLATE "C" NOT NULL,
      PRIMARY KEY (name, generation)
    );
    CREATE TABLE ${schema}.publication ();
    COMMENT ON TABLE ${schema}.publication IS 'Locked by snapshots, and against them while views pass to another generation.';`,
];
