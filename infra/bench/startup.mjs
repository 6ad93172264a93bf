// From the start of the process to the first request that can be answered: the program on a record with tables that show it, and an
// application of the same modules on an empty data folder.
import { fork } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillHistory } from './filling.mjs';
import { median, table } from './measure.mjs';
import { historyUrl } from './rebuild.mjs';

const main = fileURLToPath(new URL('../../dist/run/apps/api/src/main.js', import.meta.url));

export async function startup({ folder, rounds, quick, progress }) {
  const size = quick ? 100_000 : 1_000_000;
  const events = historyUrl(folder, size);
  await fillHistory(events, size, (done) => progress(done, size, `generating ${size} events`));
  const home = mkdtempSync(join(folder, 'startup-'));
  const full = join(home, 'full');
  mkdirSync(full, { mode: 0o700 });
  copyFileSync(events.slice('sqlite:'.length), join(full, 'events.db'));
  const samples = { empty: [], full: [] };
  try {
    await ready({ DATA_DIR: full }, { patient: true });
    for (let round = 0; round <= rounds; round += 1) {
      const empty = await ready({ DATA_DIR: join(home, `empty-${round}`) });
      const filled = await ready({ DATA_DIR: full });
      progress(round + 1, rounds + 1);
      if (round === 0) continue; // warm-up
      samples.empty.push(empty);
      samples.full.push(filled);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const ratio = median(samples.full.map((value, i) => value / samples.empty[i]));
  const result = { events: size, emptySeconds: median(samples.empty), fullSeconds: median(samples.full), ratio };
  const rows = [
    ['the same modules, empty folder', result.emptySeconds, 1],
    [`${size.toLocaleString('en-US')} events`, result.fullSeconds, ratio],
  ];
  return {
    result,
    text: table('Start-up: seconds until /health/ready says so', ['', 'seconds', '× empty'], rows),
    goals: [{ goal: `start-up with ${size} events ÷ empty`, value: ratio, most: 1.3 }],
  };
}

/** Seconds from the start of a process with these settings until it is ready; `patient`: ends only when the tables are no longer behind. */
export async function ready(settings, { patient = false } = {}) {
  const env = { ...process.env, NODE_ENV: 'test', PORT: '0', SAMPLE_DATA: 'off', LOG_LEVEL: 'error', EXPLORER: 'off', ...settings };
  const began = performance.now();
  const child = fork(main, [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const { listening } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}`)));
  });
  while ((await fetch(`${listening}/health/ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, patient ? 500 : 5));
  const seconds = (performance.now() - began) / 1000;
  if (patient) await caughtUp(listening);
  child.kill('SIGTERM');
  await ended;
  return seconds;
}

async function caughtUp(listening) {
  for (;;) {
    const metrics = await (await fetch(`${listening}/metrics`)).text();
    const lags = [...metrics.matchAll(/^waymark_projection_lag_events\{[^}]*\} (\d+)/gm)].map(([, lag]) => Number(lag));
    if (lags.length > 0 && lags.every((lag) => lag === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
