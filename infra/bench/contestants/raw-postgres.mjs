// The limit of the driver: one INSERT of the event's bytes a transaction, by as many connections as there are writers; and the bare read.
import pg from 'pg';
import { PAGE, storedBytes } from '../measure.mjs';
import { pages } from '../writing.mjs';

const CREATE = 'CREATE TABLE IF NOT EXISTS raw (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stored bytea NOT NULL)';
const INSERT = 'INSERT INTO raw (stored) VALUES ($1)';
const SELECT = `SELECT position::int, stored FROM raw WHERE position > $1 ORDER BY position LIMIT ${PAGE}`;

export async function open({ url }) {
  const pool = new pg.Pool({ connectionString: url, max: 50 });
  await pool.query(CREATE);
  return {
    append: (stream, expected, [event]) => pool.query({ name: 'insert', text: INSERT, values: [storedBytes(stream, expected, event)] }),
    scan: () => pages(async (after) => (await pool.query({ name: 'scan', text: SELECT, values: [after] })).rows),
    close: () => pool.end(),
  };
}
