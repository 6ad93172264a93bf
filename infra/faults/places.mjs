// Where a record and its tables lie for a while: a data folder, and (on PostgreSQL) a database of a server of our own. Both are copies of
// one that went through its first start.
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { startPostgresKeeper } from '../../libs/event-store/src/testing/postgres-setup.mjs';
import { freePort, Program } from './program.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Ends, and clears away what was made, in the order opposite to that of making. */
const undo = [];

export async function clearAway() {
  for (const step of undo.splice(0).reverse()) await step();
}

const home = () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-faults-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  undo.push(remove);
  // Ctrl-C skips the steps of `undo`.
  process.once('exit', remove);
  return folder;
};

/** Starts a program once on an empty place, so that Michigan, the sample county and the demo persons are there. */
async function firstStart(env) {
  const program = new Program({ env, port: await freePort() });
  await program.start();
  await program.stop();
}

/** Answers a maker of places on SQLite. */
async function sqlite() {
  const all = home();
  const template = join(all, 'template');
  await firstStart({ DATA_DIR: template });
  return {
    /** `folder`: where it is made, instead of a folder of the harness. */
    async place({ folder = join(all, randomBytes(4).toString('hex')) } = {}) {
      mkdirSync(folder, { recursive: true });
      cpSync(template, folder, { recursive: true, preserveTimestamps: true });
      return {
        folder,
        env: { DATA_DIR: folder },
        events: `sqlite:${join(folder, 'events.db')}`,
        tables: `sqlite:${join(folder, 'readmodel.db')}`,
        end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
      };
    },
  };
}

/** Answers a maker of places on PostgreSQL, with the server that they all lie on. */
async function postgres() {
  const all = home();
  const server = await startServer();
  const folder = join(all, 'template');
  const template = await server.database('template');
  await firstStart({ DATA_DIR: folder, EVENT_STORE_URL: template, READ_STORE_URL: template });
  return {
    server,
    /** `line`: a line to reach the server by, instead of directly. `folder`: where the database lies, instead of with the others. */
    async place({ line, folder: elsewhere } = {}) {
      const name = `faults_${randomBytes(4).toString('hex')}`;
      const copy = join(all, name);
      cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
      if (elsewhere !== undefined) await server.tablespace(name, elsewhere);
      const url = await server.database(name, `TEMPLATE template ${elsewhere === undefined ? '' : `TABLESPACE ${name}`}`);
      const reached = new URL(url);
      if (line !== undefined) {
        await line.open(Number(reached.port));
        reached.port = String(line.port);
      }
      return {
        folder: copy,
        env: { DATA_DIR: copy, EVENT_STORE_URL: reached.href, READ_STORE_URL: reached.href },
        events: url,
        tables: url,
        server,
        async end() {
          line?.close();
          await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
          if (elsewhere !== undefined) await server.query(`DROP TABLESPACE ${name}`);
          rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
        },
      };
    },
  };
}

/** Answers a maker of places on a double of KurrentDB, which runs in this process. Its log cannot be copied: all rounds share one place. */
async function kurrentdbDouble() {
  const { KurrentDouble } = await built('kurrentdb-double/index');
  const double = await KurrentDouble.start();
  undo.push(() => double.stop());
  return onKurrentdb(double.url, double.port);
}

/** Answers a maker of places on a real server of so many nodes, of the program that KURRENTDB_PROGRAM names. Here too all rounds share one place. */
async function kurrentdb(size) {
  const { KurrentNodes } = await built('kurrentdb-nodes');
  const nodes = await KurrentNodes.start(size);
  undo.push(() => nodes.remove());
  let ended;
  const server = {
    /** Ends the node that leads: `fast` cleanly, `kill` outright. */
    async stop(how) {
      ended = await nodes.leader();
      await nodes.endNode(ended, how === 'fast' ? 'SIGTERM' : 'SIGKILL');
    },
    async start() {
      nodes.startNode(ended);
      await nodes.leader();
    },
  };
  return onKurrentdb(nodes.url, nodes.ports[0], server);
}

async function onKurrentdb(url, port, server) {
  const folder = join(home(), 'place');
  const tables = `sqlite:${join(folder, 'readmodel.db')}`;
  await firstStart({ DATA_DIR: folder, EVENT_STORE_URL: url });
  return {
    async place({ line } = {}) {
      if (line !== undefined) await line.open(port);
      const env = { DATA_DIR: folder, EVENT_STORE_URL: line === undefined ? url : url.replace(`:${port}`, `:${line.port}`) };
      return { folder, env, events: url, tables, server, end: () => line?.close() };
    },
  };
}

/** What is part of the tests and not of the build is built here. */
async function built(name) {
  const { build } = await import('esbuild');
  const outfile = join(root, '.cache', `${name.replace('/', '-')}.mjs`);
  const entry = join(root, 'libs/event-store/src/testing', `${name}.ts`);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' });
  return import(pathToFileURL(outfile).href);
}

async function startServer() {
  const { address, end } = await startPostgresKeeper();
  undo.push(end);
  const tell = async (act, options) => {
    const response = await fetch(`${address}/faults/${act}`, { method: 'POST', body: JSON.stringify(options ?? {}) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  };
  const { url } = await tell('start', { durable: true });
  return {
    url,
    /** Starts the server again, or waits until it is up. */
    start: () => tell('start'),
    /** `fast`, `immediate` or `kill`. */
    stop: (how) => tell('stop', { how }),
    query: (text) => query(url, text),
    /** A place for databases, in a folder that is handed over to the account of the server. */
    async tablespace(name, folder) {
      const [{ data_directory: data }] = await query(url, 'SHOW data_directory');
      const { uid, gid } = statSync(data);
      chownSync(folder, uid, gid);
      await query(url, `CREATE TABLESPACE ${name} LOCATION '${folder}'`);
    },
    async database(name, how = '') {
      await query(url, `CREATE DATABASE ${name} ${how}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
  };
}

/** Does something over a connection of its own. */
export async function connected(url, work) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const query = (url, text) => connected(url, async (client) => (await client.query(text)).rows);

export const stores = {
  sqlite,
  postgres,
  'kurrentdb-double': kurrentdbDouble,
  'kurrentdb': () => kurrentdb(1),
  'kurrentdb-cluster': () => kurrentdb(3),
};
