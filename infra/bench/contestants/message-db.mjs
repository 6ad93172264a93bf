// message-db: its own SQL from its package, called through the driver by one connection for each writer.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { PAGE } from '../measure.mjs';
import { pages } from '../writing.mjs';

const home = join(dirname(createRequire(import.meta.url).resolve('@eventide/message-db/package.json')), 'database');
/** In the order of its installer. */
const PARTS = [
  ...['schema/message-store', 'extensions/pgcrypto', 'tables/messages', 'types/message'],
  ...['message-store-version', 'hash-64', 'acquire-lock', 'category', 'is-category', 'id', 'cardinal-id', 'stream-version', 'write-message', 'get-category-messages'].map(
    (name) => `functions/${name}`,
  ),
  ...['messages-id', 'messages-stream', 'messages-category'].map((name) => `indexes/${name}`),
];
const WRITE = 'SELECT write_message($1, $2, $3, $4, $5, $6)';
/** All streams of the load are of one category, as all districts' requests are. */
const READ = `SELECT * FROM get_category_messages('districtRequest', $1, ${PAGE})`;

export async function open({ url }) {
  const pool = new pg.Pool({ connectionString: url, max: 50, options: '-c search_path=message_store,public -c client_min_messages=warning' });
  const { rows } = await pool.query("SELECT to_regclass('message_store.messages') IS NOT NULL AS there");
  if (!rows[0].there) for (const part of PARTS) await pool.query(readFileSync(join(home, `${part}.sql`), 'utf8'));
  return {
    append: (stream, expected, [{ eventId, type, data, metadata }]) =>
      pool.query({ name: 'write', text: WRITE, values: [eventId, stream, type, JSON.stringify(data), JSON.stringify(metadata), expected - 1] }),
    scan: () => pages(parsedPage(pool), ({ global_position }) => Number(global_position)),
    close: () => pool.end(),
  };
}

function parsedPage(pool) {
  return async (after) => {
    const { rows } = await pool.query({ name: 'read', text: READ, values: [after + 1] });
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data), metadata: JSON.parse(row.metadata) }));
  };
}
