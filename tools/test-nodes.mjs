// `npm run test:nodes [-- --smoke]`: the suites (or only one round of the built program) on every supported Node.
// The binaries are the npm packages of Node itself, kept under .cache/nodes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReady, root } from './setup.mjs';

const majors = ['22', '24'];
const smokeOnly = process.argv.includes('--smoke');
const folder = join(root, '.cache', 'nodes');
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

ensureReady();
for (const major of majors) {
  const binary = nodeBinary(major);
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
  process.stderr.write(`\nNode ${version}: ${smokeOnly ? 'one round of the built program' : 'all suites'}\n`);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = smokeOnly ? [join(root, 'tools', 'smoke.mjs'), binary] : [jest, ...process.argv.slice(2)];
  const run = spawnSync(binary, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

function nodeBinary(major) {
  const home = join(folder, major);
  const binary = join(
    home,
    'node_modules',
    `node-${platform}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(binary)) return binary;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const install = ['install', `node-${platform}@${major}`, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', install, { cwd: home, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) process.exit(1);
  return binary;
}
