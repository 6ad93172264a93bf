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
  (schema) => `
    CREATE TABLE ${schema}.projector_lease (
      name       text COLLATE "C" PRIMARY KEY,
      holder     text NOT NULL,
      epoch      bigint NOT NULL,
      expires_at timestamptz NOT NULL
    );
    COMMENT ON TABLE ${schema}.projector_lease IS 'Who writes the tables. A transaction of an earlier epoch is refused.';
    CREATE TABLE ${schema}.rebuild_request (
      id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      projections text[],
      asked_at    timestamptz NOT NULL DEFAULT now(),
      done_at     timestamptz,
      fault       text
    );
    COMMENT ON COLUMN ${schema}.rebuild_request.projections IS 'All, when NULL.';`,
  (schema) => `
    CREATE TABLE ${schema}.built_from (id int PRIMARY KEY CHECK (id = 1), record text NOT NULL);
    COMMENT ON TABLE ${schema}.built_from IS 'Id of the record that all tables are built from.';`,
];

/** Channel on which each commit of the tables, and each request, is announced. */
export function tablesChannel(schema: string): string {
  return `${schema}_tables`;
}
