// Where records of growing size are kept below the cache folder, on SQLite and on PostgreSQL, from run to run.
import { mkdirSync, statSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { query } from './postgres-server.mjs';

/** Record and tables take about so much on each of the databases, for each event. */
const BYTES_PER_EVENT = 4_500;

/** `bytes()` answers what record and tables take on the disk. `settings`: of a program that is to serve them. */
export async function growthPlace(store, { folder, server, size }) {
  const home = join(folder, 'growth', `${store}-${size}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return store === 'sqlite' ? onSqlite(home) : onPostgres(home, await server.database(`growth_${size}`));
}

function onSqlite(home) {
  const files = { events: join(home, 'events.db'), tables: join(home, 'readmodel.db') };
  return {
    events: `sqlite:${files.events}`,
    tables: `sqlite:${files.tables}`,
    settings: { DATA_DIR: home },
    bytes: async () => ({ eventBytes: statSync(files.events).size, tableBytes: statSync(files.tables).size }),
  };
}

function onPostgres(home, url) {
  const sizeOf = `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float AS bytes FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`;
  const bytesOf = async (schema) => (await query(url, sizeOf, [schema]))[0].bytes;
  return {
    events: url,
    tables: url,
    settings: { DATA_DIR: home, EVENT_STORE_URL: url, READ_STORE_URL: url },
    bytes: async () => ({ eventBytes: await bytesOf('waymark_events'), tableBytes: await bytesOf('waymark_read') }),
  };
}

/** Throws before hours are spent on what the disk cannot hold. */
export function assertRoom(folder, size) {
  const { bavail, bsize } = statfsSync(folder);
  const gibibytes = (bytes) => `${(bytes / 2 ** 30).toFixed(0)} GiB`;
  const wanted = size * BYTES_PER_EVENT;
  if (bavail * bsize < wanted) throw new Error(`${size} events take about ${gibibytes(wanted)}; ${gibibytes(bavail * bsize)} are free.`);
}
