// `npm run bench`: node infra/bench/run.mjs [--only appends,postgres,…] [--quick] [--events 10000000] [--store sqlite|postgres]
// Tables on stdout, the same figures as JSON in .cache/bench.json, progress on stderr. docs/performance.md says what is measured and why.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, '.cache');
const parts = ['appends', 'postgres', 'kurrentdb', 'peers', 'rebuild', 'catchup', 'startup', 'http', 'steady', 'growth'];
/** Those that need the packages of the bench. */
const withPackages = ['http', 'peers'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    store: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const wanted = values.only?.split(',') ?? parts;
const unknown = wanted.filter((part) => !parts.includes(part));
const events = values.events === undefined ? undefined : Number(values.events);
const isCount = events === undefined || (Number.isSafeInteger(events) && events >= 2_000);
if (values.help || unknown.length > 0 || !isCount) {
  if (unknown.length > 0) process.stderr.write(`No such measurement: ${unknown.join(', ')}\n`);
  if (!isCount) process.stderr.write('--events takes a number of events, 2000 at least\n');
  process.stderr.write(`npm run bench -- [--only ${parts.join(',')}] [--quick]\n  for catchup and growth: [--events <most>]; for growth: [--store sqlite|postgres]\n`);
  process.exit(values.help ? 0 : 2);
}

prepare();
const { machine, table } = await import('./measure.mjs');
const rounds = values.quick ? 2 : 5;
const report = { at: new Date().toISOString(), quick: values.quick, rounds, machine: machine(), parts: {}, goals: [] };
process.stdout.write(`Waymark, measured on: ${Object.values(report.machine).join(', ')}\n`);
for (const part of wanted) {
  const { [part]: measure } = await import(`./${part}.mjs`);
  const { result, text, goals } = await measure({ folder: cache, rounds, quick: values.quick, events, store: values.store, progress: meter(part) });
  process.stderr.write('\n');
  process.stdout.write(`${text}\n`);
  report.parts[part] = result;
  report.goals.push(...goals);
}
const isMet = ({ value, least, most }) => (least === undefined ? value <= most : value >= least);
const verdict = (one) => (Number.isNaN(one.value) ? 'not measured' : isMet(one) ? 'met' : 'missed');
const rows = report.goals.map((one) => [one.goal, one.value, one.least === undefined ? `≤ ${one.most}` : `≥ ${one.least}`, verdict(one)]);
if (rows.length > 0) process.stdout.write(`${table('Goals', ['', 'measured', 'goal', ''], rows)}\n`);
writeFileSync(join(cache, 'bench.json'), `${JSON.stringify(report, undefined, 2)}\n`);

/** A build of the sources as they are, and the packages of the bench. */
function prepare() {
  mkdirSync(cache, { recursive: true });
  run(process.execPath, [join(root, 'tools/prepare.mjs')]);
  const own = join(root, 'infra/bench');
  const lock = readFileSync(join(own, 'package-lock.json'), 'utf8');
  const stamp = join(own, 'node_modules', '.bench-lock');
  if (!withPackages.some((part) => wanted.includes(part)) || (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock)) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', own]);
  writeFileSync(stamp, lock);
}

function run(command, args) {
  const shell = process.platform === 'win32' && command === 'npm';
  if (spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell }).status !== 0) process.exit(1);
}

/** Reports how far a part has come, with the time that is left of the step in hand if it goes on as before. */
function meter(part) {
  let step = {};
  let saidAt = 0;
  return (done, total, what = '') => {
    const now = performance.now();
    if (step.what !== what) step = { what, began: now, from: done };
    else if (now - saidAt < (process.stderr.isTTY ? 200 : 5_000) && done < total) return;
    saidAt = now;
    const pace = (done - step.from) / (now - step.began);
    const left = pace > 0 ? `, ${Math.ceil((total - done) / pace / 1000)} s left` : '';
    const line = `${part} ${Math.floor((done / total) * 100)} %${left} ${what}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}
