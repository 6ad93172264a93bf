// What `npm start`, `npm test` and `npx waymark` need before they can run: the packages of the lock file and a build of the
// sources as they are now. Node built-ins only, since nothing else may be there yet. Says what it does on stderr.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockStamp = join(root, 'node_modules', '.waymark-lock');
const buildStamp = join(root, 'dist', '.waymark-build.json');
const builtFrom = [
  'apps',
  'libs',
  'tools/bundle.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package-lock.json',
];

/** The built program of an application: `api` or `cli`. */
export function program(name) {
  return join(root, 'dist', 'run', 'apps', name, 'src', 'main.js');
}

/** Ends the process with a plain sentence when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Waymark needs Node 20.19 or newer (24 is recommended); this is ${process.versions.node}.\n`);
  process.exit(1);
}

/** Whether this is a checkout with sources (and not an installed package, which carries its build). */
export function isCheckout() {
  return existsSync(join(root, 'nest-cli.json')) && existsSync(join(root, 'libs'));
}

/** Installs the packages of the lock file when they are missing or another lock file's. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(lockStamp) && readFileSync(lockStamp, 'utf8') === wanted) return;
  say('Installing packages (npm ci) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(lockStamp, wanted);
}

/** Builds when a source file is newer, gone or new since the last build. */
export function ensureBuilt() {
  const now = sourceFiles();
  const last = existsSync(buildStamp) ? JSON.parse(readFileSync(buildStamp, 'utf8')) : {};
  const names = Object.keys(now);
  if (names.length === Object.keys(last).length && names.every((name) => now[name] === last[name])) return;
  say('Building …');
  if (Object.keys(last).some((name) => now[name] === undefined) || !existsSync(buildStamp)) {
    rmSync(join(root, 'dist'), { recursive: true, force: true });
  }
  run(process.execPath, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  run(process.execPath, [join(root, 'tools', 'bundle.mjs')]);
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, JSON.stringify(now));
}

/** Everything above, in order. */
export function ensureReady() {
  requireNode();
  if (!isCheckout()) return;
  ensureInstalled();
  ensureBuilt();
}

function sourceFiles() {
  const files = {};
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path)) if (name !== 'node_modules' && name !== 'e2e') visit(join(path, name));
    } else if (!/\.(spec|e2e-spec)\.ts$/.test(path)) {
      files[relative(root, path)] = `${stat.size}:${Math.round(stat.mtimeMs)}`;
    }
  };
  for (const name of builtFrom) visit(join(root, name));
  return files;
}

function run(command, args) {
  const shell = process.platform === 'win32' && command === 'npm';
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (done.status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')} failed; see above.\n`);
  process.exit(done.status ?? 1);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
