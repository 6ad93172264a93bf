// `npm run check`: each check in turn, all of them even when one fails, with its time. Exit code 1 when any failed.
import { spawnSync } from 'node:child_process';
import { root } from './setup.mjs';

const checks = [
  'format:check',
  'lint',
  'typecheck',
  'boundaries',
  'boundaries:selftest',
  'knip',
  'names',
  'words',
  'rules',
  'docs:paths',
];

const failed = checks.filter((check) => !passes(check));
if (failed.length > 0)
  process.stderr.write(`\nfailed: ${failed.join(', ')} (each is a script of its own: npm run <name>)\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes(check) {
  const began = Date.now();
  const shell = process.platform === 'win32';
  const run = spawnSync('npm', ['run', '--silent', check], {
    cwd: root,
    encoding: 'utf8',
    shell,
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stderr.write(`${run.status === 0 ? 'ok  ' : 'FAIL'} ${check} (${seconds} s)\n`);
  if (run.status !== 0) process.stderr.write(`${run.stdout}${run.stderr}\n`);
  return run.status === 0;
}
