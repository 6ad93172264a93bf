// Keeps the PostgreSQL servers of one test run: started when first asked for, stopped and removed when the run ends, however it ends.
// It is told the end by its standard input, which the operating system closes with the process at the other end, even after kill -9.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PostgresServer } from './postgres-server.mjs';

const PREFIX = 'waymark-postgres-';
removeForgotten();
const home = mkdtempSync(join(tmpdir(), PREFIX));
writeFileSync(join(home, 'keeper'), String(process.pid));
// The account that PostgreSQL runs as goes through this folder to its own.
if (process.getuid?.() === 0) chmodSync(home, 0o755);

const servers = new Map();
const turns = new Map();

function server(name, options = {}) {
  let one = servers.get(name);
  if (one === undefined) {
    one = new PostgresServer({ folder: join(home, name), ...options });
    servers.set(name, one);
  }
  return one;
}

/** Where suites have their databases: a server that is there already, or one of ours. */
async function sharedServer() {
  const given = process.env.WAYMARK_TEST_POSTGRES_URL;
  if (given !== undefined) return given;
  await server('shared').start();
  return server('shared').url;
}

async function administer(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Databases of suites that are over. One is dropped as soon as nobody is connected to it: a suite may close its clients last. */
const finished = new Set();
setInterval(() => inTurn('drops', () => dropFinished('')), 1_000).unref();

async function dropFinished(force) {
  const url = finished.size === 0 ? undefined : await sharedServer();
  for (const database of finished) {
    const isDropped = administer(url, `DROP DATABASE IF EXISTS ${database} ${force}`).then(
      () => true,
      () => false,
    );
    if (await isDropped) finished.delete(database);
  }
}

/** Made ahead: a new database takes PostgreSQL a few tenths of a second. */
let inStock;

async function newDatabase() {
  const url = new URL(await sharedServer());
  const database = `waymark_test_${randomBytes(8).toString('hex')}`;
  await administer(url.href, `CREATE DATABASE ${database}`);
  url.pathname = `/${database}`;
  return { url: url.href, database };
}

/** What may be asked: POST /<server>/<act>, options as JSON. Each answers an object. */
const acts = {
  async start(name, options) {
    await server(name, options).start();
    return { url: server(name).url };
  },
  stop: (name, { how }) => server(name).stop(how),
  async remove(name) {
    await servers.get(name)?.remove();
    servers.delete(name);
  },
  async createDatabase() {
    const { url, database } = await (inStock ?? newDatabase());
    inStock = newDatabase();
    inStock.catch(() => undefined);
    return { url, database };
  },
  dropDatabase(_, { database }) {
    finished.add(database);
  },
};

// What is asked of one server happens in turn: two suites may want the shared one at once.
function inTurn(name, act) {
  const done = (turns.get(name) ?? Promise.resolve()).catch(() => undefined).then(act);
  turns.set(name, done);
  return done;
}

const door = createServer((request, response) => {
  const [, name, act] = new URL(request.url, 'http://keeper').pathname.split('/');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const options = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    inTurn(name, () => acts[act](name, options)).then(
      (answer = {}) => response.end(JSON.stringify(answer)),
      (error) => response.writeHead(500).end(JSON.stringify({ message: error.message })),
    );
  });
});
// One that waits long between two requests must not find its connection closed just then.
door.keepAliveTimeout = 0;
door.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${door.address().port}\n`));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => void end());

async function end() {
  door.close();
  if (process.env.WAYMARK_TEST_POSTGRES_URL !== undefined) {
    await inStock?.then(({ database }) => finished.add(database)).catch(() => undefined);
    await inTurn('drops', () => dropFinished('WITH (FORCE)'));
  }
  await Promise.allSettled([...servers.values()].map((one) => one.remove()));
  rmSync(home, { recursive: true, force: true });
  process.exit(0);
}

/** A server whose keeper was killed ends by itself within a minute of its data folder being gone. */
function removeForgotten() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      process.kill(Number(readFileSync(join(folder, 'keeper'), 'utf8')), 0);
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(folder, { recursive: true, force: true });
    }
  }
}
