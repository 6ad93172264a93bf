// Rebuilding every read table from generated events, at two sizes, in a process of its own; and what a rebuild on the projection thread does
// to the event loop of the thread that answers.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startProjectionWorker } from '../../dist/libs/read-store/src/index.js';
import { fillHistory } from './filling.mjs';
import { median, table } from './measure.mjs';

const sizes = { small: 100_000, large: 1_000_000 };

export async function rebuild({ folder, quick, progress }) {
  const wanted = quick ? [sizes.small] : [sizes.small, sizes.large];
  const result = {};
  for (const size of wanted) {
    const events = historyUrl(folder, size);
    await fillHistory(events, size, (done) => progress(done, size, `generating ${size} events`));
    const runs = [];
    for (let round = 0; round < (size === sizes.small ? 3 : 1); round += 1) {
      const told = (done) => progress(done, size, `rebuilding ${size} events`);
      runs.push(await tablesInOwnProcess({ events, tables: emptyTables(folder), progress: told }));
    }
    result[size] = Object.fromEntries(Object.keys(runs[0]).map((member) => [member, median(runs.map((run) => run[member]))]));
  }
  const loop = await besideAnswering(historyUrl(folder, sizes.small), emptyTables(folder));
  const rows = wanted.map((size) => {
    const { perSecond, cpuMicrosecondsPerEvent, peakMiB, residentAfterFirst100kMiB, residentHighestMiB } = result[size];
    return [`${size.toLocaleString('en-US')} events`, perSecond, cpuMicrosecondsPerEvent, peakMiB, residentAfterFirst100kMiB, residentHighestMiB];
  });
  const heads = ['', 'events/s', 'µs CPU/event', 'peak MiB', 'MiB, first 100k', 'MiB, all'];
  const text = `${table('Rebuild of all read tables', heads, rows)}\nevent-loop delay of the answering thread during a rebuild, p99: ${loop.p99ms.toFixed(1)} ms, longest ${loop.longestMs.toFixed(1)} ms`;
  const largest = result[wanted.at(-1)];
  return {
    result: { ...result, loop },
    text,
    goals: [
      { goal: `rebuild of ${wanted.at(-1)} events, events/s`, value: largest.perSecond, least: 20_000 },
      { goal: 'rebuild: memory at its highest ÷ after the first 100 k events', value: largest.residentHighestMiB / largest.residentAfterFirst100kMiB, most: 1.2 },
      { goal: 'event-loop delay p99 during a rebuild, ms', value: loop.p99ms, most: 20 },
    ],
  };
}

/** Where the generated record of that size is kept for those who only read it. */
export function historyUrl(folder, size) {
  return `sqlite:${join(folder, `events-${size}.db`)}`;
}

/** A place for read tables with none in it. */
function emptyTables(folder) {
  const file = join(folder, 'tables.db');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  return `sqlite:${file}`;
}

/** What rebuild-process.mjs says of bringing the tables up to `end`, or to the end of the record. */
export function tablesInOwnProcess({ events, tables, end, progress }) {
  const script = fileURLToPath(new URL('./rebuild-process.mjs', import.meta.url));
  const args = [events, tables, ...(end === undefined ? [] : [String(end)])];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let said = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-4_000);
      const done = [...said.matchAll(/"done":(\d+)/g)].at(-1)?.[1];
      if (done !== undefined) progress(Number(done));
    });
    child.on('exit', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(said))));
  });
}

async function besideAnswering(events, tables) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const entry = new URL('../../dist/apps/projector/src/projection.worker.js', import.meta.url);
  const host = await startProjectionWorker({ entry, workerData: { events, tables } });
  delay.enable();
  await host.waitFor(sizes.small).catch(() => undefined);
  while (host.status().projections.some(({ lag }) => lag > 0)) await new Promise((resolve) => setTimeout(resolve, 50));
  delay.disable();
  await host.stop();
  return { p99ms: delay.percentile(99) / 1e6, longestMs: delay.max / 1e6 };
}
