// How even a mutation is answered at half of the load that the program can take at most, next to the raw commit of the same database at half
// of what that can take: p99 ÷ median of each. Half loads come at an even pace, whatever the answers take.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mintToken } from '../../dist/libs/identity/src/index.js';
import { Contest } from './contest.mjs';
import { bodies, Children } from './http.mjs';
import { table } from './measure.mjs';
import { startServer } from './postgres-server.mjs';
import { inRounds } from './rounds.mjs';

const CLIENTS = 50;
/** With fewer answers a p99 is little more than the slowest of them: no spread is told then. */
const FEWEST_ANSWERS = 100;
const sides = [
  { name: 'SQLite', raw: 'raw INSERT into SQLite', settings: async () => ({}) },
  { name: 'PostgreSQL', raw: 'raw INSERT into PostgreSQL', settings: onServer },
];

async function onServer(server) {
  const url = await server.database('program');
  return { EVENT_STORE_URL: url, READ_STORE_URL: url };
}

export async function steady({ folder, rounds, quick, progress }) {
  const milliseconds = quick ? 1_000 : 4_000;
  const longest = quick ? 6_000 : 30_000;
  const home = mkdtempSync(join(folder, 'steady-'));
  const server = await startServer(folder);
  const contest = new Contest({ folder, server, milliseconds });
  const children = new Children();
  try {
    const client = await children.client();
    const measurements = [];
    for (const { name, raw, settings } of sides) {
      const dataDir = join(home, name);
      const program = await children.program({ DATA_DIR: dataDir, ...(await settings(server)) });
      const token = await mintToken(dataDir, 'kent');
      const { mutation } = await bodies(program, token);
      const load = { port: program, connections: CLIENTS, milliseconds, bodies: mutation, token };
      measurements.push(atHalf(`${name} mutation`, (pace) => client({ ...load, ...pace }), longest));
      measurements.push(atHalf(`${name} raw`, (pace, round) => contest.load(raw, { writers: CLIENTS, round, ...pace }), longest));
    }
    return reported(await inRounds(measurements, { rounds, progress }));
  } finally {
    await children.end();
    await contest.end();
    await server.end();
    rmSync(home, { recursive: true, force: true });
  }
}

/** `load` without `perSecond` goes as fast as it can. At half of that it takes as long as several times the fewest answers need, `longest` at most. */
function atHalf(id, load, longest) {
  return {
    id,
    async measure(round) {
      const { rate: top } = await load({}, 2 * round);
      const perSecond = top / 2;
      const wanted = Math.max(1_000, (5 * FEWEST_ANSWERS * 1_000) / perSecond);
      const { count, rate, p50, p99 } = await load({ perSecond, milliseconds: Math.min(longest, wanted) }, 2 * round + 1);
      return { top, rate, p50, p99, count, spread: count < FEWEST_ANSWERS ? undefined : p99 / p50 };
    },
  };
}

function reported(samples) {
  const result = {};
  for (const { name } of sides) {
    const ratio = samples.ratio(`${name} mutation`, `${name} raw`, 'spread');
    result[name] = { mutation: samples.medians(`${name} mutation`), raw: samples.medians(`${name} raw`), ratio };
  }
  const row = (title, { top, rate, count, p50, p99, spread }, ratio) => [title, top, rate, count, p50, p99, spread, ratio];
  const rows = Object.entries(result).flatMap(([name, { mutation, raw, ratio }]) => [
    row(`${name}: a mutation`, mutation, ratio),
    row(`${name}: a raw commit`, raw, ''),
  ]);
  const heads = ['', 'most per second', 'then per second', 'answers', 'p50 ms', 'p99 ms', 'p99/p50', '× raw'];
  return {
    result,
    text: table(`Half of the top load, ${CLIENTS} clients, medians`, heads, rows),
    goals: Object.entries(result).map(([name, { ratio }]) => ({ goal: `${name}, mutation at half load: p99/p50 ÷ that of the raw commit`, value: ratio, most: 1.5 })),
  };
}
