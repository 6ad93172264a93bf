// One round of real life for the built program: first start on an empty folder, a question over HTTP and by CLI, a clean stop,
// a second start on the same folder. Usage: node tools/smoke.mjs [path of the node binary to use]. Exit code 1 on any miss.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program, root } from './setup.mjs';

const node = process.argv[2] ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'waymark-smoke-'));
const environment = { ...process.env, DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'development' };

try {
  const first = await start();
  const token = await cli(['token', '--as', 'ada']);
  const asked = await post(first.address, token.trim(), '{ questions { slug } viewer { contact { name } } }');
  expect(
    asked.errors === undefined && asked.data.questions.length >= 10,
    `questions over HTTP: ${JSON.stringify(asked)}`,
  );
  await stop(first.child);

  const answer = JSON.parse(await cli(['ask', 'needs-by-focus-area', '--agency', 'ZZ-90', '--json']));
  expect(answer.figures.length > 0, 'the sample county answers by CLI');

  const second = await start();
  expect(second.milliseconds < 30_000, 'second start');
  await stop(second.child);
  say(`first start ready after ${first.milliseconds} ms, second after ${second.milliseconds} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start() {
  const began = Date.now();
  const child = spawn(node, [program('api')], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 2],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  while (Date.now() - began < 180_000) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}: ${printed}`);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    if (
      address !== undefined &&
      (await fetch(`${address}/health/ready`).then(
        (r) => r.ok,
        () => false,
      ))
    ) {
      return { child, address, milliseconds: Date.now() - began };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not ready after 180 s: ${printed}`);
}

async function stop(child) {
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGINT');
  const code = await ended;
  expect(code === 0, `Ctrl-C ends with 0, not ${code}`);
}

async function post(address, token, query) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function cli(words) {
  const child = spawn(node, [program('cli'), ...words], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 2],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code === 0, `waymark ${words.join(' ')} ended with ${code}`);
  return printed;
}

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
