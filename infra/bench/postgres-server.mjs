// The PostgreSQL server that measurements use: the one of the tests, with PostgreSQL's own defaults for durability, on the disk of the
// cache folder. It ends with this process.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgresKeeper } from '../../libs/event-store/src/testing/postgres-setup.mjs';

/** `keep`: a folder for the data of the server, which is there again next time; without it all is removed at the end. */
export async function startServer(folder, { keep, settings } = {}) {
  const home = join(folder, 'postgres');
  mkdirSync(home, { recursive: true });
  process.env.TMPDIR = home;
  const { address, end } = await startPostgresKeeper();
  const options = { durable: true, settings, ...(keep !== undefined && { folder: join(home, keep), isKept: true }) };
  const response = await fetch(`${address}/bench/start`, { method: 'POST', body: JSON.stringify(options) });
  const { url, message } = await response.json();
  if (!response.ok) throw new Error(message);
  return { url, end, database: (name) => database(url, name), pgbench: pgbench(home) };
}

/** URL of a database of this server, which is made when it is not there. */
async function database(url, name) {
  const [{ found }] = await query(url, 'SELECT count(*)::int AS found FROM pg_database WHERE datname = $1', [name]);
  if (found === 0) await query(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

/** Rows of one statement over a connection of its own. */
export async function query(url, text, values = []) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Single-row commits of so many clients, each a transaction of its own; undefined where pgbench is not installed. */
function pgbench(home) {
  if (spawnSync('pgbench', ['--version']).status !== 0) return undefined;
  return async (url, { clients, bytes, milliseconds }) => {
    await query(url, 'CREATE TABLE IF NOT EXISTS single (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stored bytea NOT NULL)');
    const script = join(home, 'insert.sql');
    writeFileSync(script, `INSERT INTO single (stored) VALUES (decode('${'ab'.repeat(bytes)}', 'hex'));\n`);
    const { hostname, port, username, pathname } = new URL(url);
    const seconds = `${Math.max(1, Math.round(milliseconds / 1_000))}`;
    const options = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '1', '-T', seconds, '-f', script];
    const { stdout, stderr } = spawnSync('pgbench', [...options, '-h', hostname, '-p', port, '-U', username, pathname.slice(1)], { encoding: 'utf8' });
    const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
    if (rate === undefined) throw new Error(stderr);
    return { rate: Number(rate) };
  };
}
