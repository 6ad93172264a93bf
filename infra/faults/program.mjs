// A built program as a process of its own, always at the same port, with whoever watches over it: started again until it stays up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const kinds = {
  api: { app: 'api', port: 'PORT', ready: 'Waymark is ready: ' },
  projector: { app: 'projector', port: 'PROJECTOR_PORT', ready: 'Waymark projects; ' },
};
const living = new Set();
process.on('exit', () => living.forEach((child) => child.kill('SIGKILL')));

const LONGEST_START_MS = 120_000;
const PAUSE_BETWEEN_STARTS_MS = 250;

export class Program {
  #child;
  /** What the program printed at its last failed start. */
  lastWords = '';

  constructor({ env, port, kind = 'api' }) {
    this.kind = kinds[kind];
    this.env = env;
    this.port = port;
    this.address = `http://127.0.0.1:${port}`;
  }

  /** Starts it unless it runs, and again as often as it ends by itself, as a service manager does; resolves when it is ready. Answers the starts in vain. */
  async start() {
    const patience = performance.now() + LONGEST_START_MS;
    for (let inVain = 0; ; inVain += 1) {
      if (this.#child !== undefined || (await this.#startOnce())) return inVain;
      if (performance.now() > patience) throw new Error(`The program does not start: ${this.lastWords}`);
      await after(PAUSE_BETWEEN_STARTS_MS);
    }
  }

  /** Starts it and kills it outright after so many milliseconds, wherever it has come to by then. */
  async startAndKill(milliseconds) {
    const up = this.#startOnce();
    await after(milliseconds);
    await this.kill();
    await up;
  }

  kill() {
    return this.#end('SIGKILL');
  }

  stop() {
    return this.#end('SIGTERM');
  }

  /** Sends the process a signal that does not end it. */
  signal(name) {
    this.#child?.kill(name);
  }

  async #startOnce() {
    const entry = fileURLToPath(new URL(`../../dist/run/apps/${this.kind.app}/src/main.js`, import.meta.url));
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR ?? '/tmp', LOG_LEVEL: 'error', EXPLORER: 'off', ...this.env, [this.kind.port]: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    living.add(child);
    let said = '';
    const ready = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          said = (said + text).slice(-20_000);
          if (said.includes(this.kind.ready)) resolve(true);
        });
      }
      child.once('exit', () => {
        living.delete(child);
        if (this.#child === child) this.#child = undefined;
        this.lastWords = said;
        resolve(false);
      });
    });
    return ready;
  }

  async #end(signal) {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
