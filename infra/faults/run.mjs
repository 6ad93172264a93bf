// `npm run faults`: node infra/faults/run.mjs [--store sqlite,postgres,kurrentdb-double,kurrentdb,kurrentdb-cluster] [--fault kill,…] [--rounds 20] [--writers 50] [--quick]
// The last two start nodes of the server program that KURRENTDB_PROGRAM names, and are left out without it.
// Harm under load, with real programs and servers. A table on stdout, the same as JSON in .cache/faults.json, progress on stderr.
// Ends with 1 when an acknowledged event is lost or there twice, when tables differ from the record, or when something did not heal by itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { percentile, table } from '../bench/measure.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, '.cache');
const prepared = spawnSync(process.execPath, [join(root, 'tools/prepare.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
if (prepared.status !== 0) process.exit(1);
const { faults } = await import('./faults.mjs');
const realKurrentdb = ['kurrentdb', 'kurrentdb-cluster'];
const storeNames = ['sqlite', 'postgres', 'kurrentdb-double', ...realKurrentdb];
const startable = storeNames.filter((name) => process.env.KURRENTDB_PROGRAM || !realKurrentdb.includes(name));
const usage = `npm run faults -- [--store ${storeNames.join(',')}] [--fault ${Object.keys(faults).join(',')}] [--rounds 200] [--writers 50] [--quick]`;

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: startable.join() },
    fault: { type: 'string' },
    rounds: { type: 'string' },
    writers: { type: 'string', default: '50' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const wanted = { stores: values.store.split(','), faults: values.fault?.split(',') ?? Object.keys(faults) };
const unknown = [...wanted.stores.filter((name) => !storeNames.includes(name)), ...wanted.faults.filter((name) => !(name in faults))];
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`There is no ${unknown.join(', ')}.\n`);
  process.stderr.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const { clearAway, stores } = await import('./places.mjs');
const { roundsOf } = await import('./rounds.mjs');

const began = performance.now();
const results = [];
const skipped = [];
try {
  for (const store of wanted.stores) await onStore(store);
} finally {
  await clearAway();
}
report();

async function onStore(store) {
  const chosen = wanted.faults.filter((name) => faults[name].stores.includes(store) && (!values.quick || faults[name].isQuick || values.fault !== undefined));
  if (chosen.length === 0) return;
  say(`${store}: first start …`);
  const maker = await stores[store]();
  for (const name of chosen) {
    const fault = faults[name];
    const reason = await fault.impossible?.();
    if (reason !== undefined) {
      skipped.push(`${store}, ${name}: ${reason}`);
      continue;
    }
    const rounds = Number(values.rounds ?? (values.quick ? 1 : fault.rounds));
    const progress = (done) => say(`${store}, ${name}: ${done} of ${rounds}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const result = await roundsOf({ fault, maker, rounds, writers: Number(values.writers), progress });
    if (result.failure !== undefined) say(`${store}, ${name}: ${result.failure}`);
    results.push({ store, name, ...result });
  }
}

function report() {
  const rows = results.map(({ store, name, rounds, acknowledged, lost, doubled, heal, troubles, failure, changed }) => [
    store,
    faults[name].what,
    rounds.toString(),
    acknowledged.toString(),
    lost.toString(),
    doubled.toString(),
    failure !== undefined ? 'no' : changed.length === 0 ? 'yes' : changed.join(),
    seconds(percentile(heal, 50)),
    seconds(Math.max(...heal)),
    Object.values(troubles).reduce((sum, count) => sum + count, 0).toString(),
  ]);
  const heads = ['store', 'fault', 'rounds', 'acknowledged', 'lost', 'doubled', 'rebuild = live', 'heal p50 s', 'heal max s', 'sent again'];
  process.stdout.write(`${table(`Faults under ${values.writers} writers, ${((performance.now() - began) / 1000).toFixed(0)} s`, heads, rows)}\n`);
  for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
  for (const { store, name, failure } of results) if (failure !== undefined) process.stdout.write(`FAILED: ${store}, ${name}: ${failure}\n`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'faults.json'), `${JSON.stringify({ at: new Date().toISOString(), results, skipped }, undefined, 2)}\n`);
  const isSound = ({ lost, doubled, changed, failure }) => lost + doubled + changed.length === 0 && failure === undefined;
  process.exitCode = results.length > 0 && results.every(isSound) ? 0 : 1;
}

function seconds(milliseconds) {
  return Number.isFinite(milliseconds) ? (milliseconds / 1000).toFixed(2) : '–';
}

function say(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
}
