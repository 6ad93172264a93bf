// Durable appends, one writer and fifty, next to the raw limits of the same disk (write + fdatasync of the same bytes) and of the same
// database (one INSERT of the same row a transaction). All in turn, round by round, so that a change of the machine's speed hits all alike.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { openSqliteEventStore } from '../../dist/libs/event-store/src/sqlite/index.js';
import { appendOf } from './history.mjs';
import { median, percentile, rawSyncsPerSecond, table } from './measure.mjs';

let slice = 1_500;

export async function appends({ folder, rounds, quick, progress }) {
  if (quick) slice = 500;
  const home = mkdtempSync(join(folder, 'appends-'));
  const samples = { sync: [], insert: [], one: [], fifty: [], oneDelay: [], delay: [], p50: [], p99: [] };
  const storedBytes = 1_000;
  for (let round = 0; round <= rounds; round += 1) {
    const sync = rawSyncsPerSecond(join(home, 'raw'), storedBytes, slice);
    const insert = await rawInserts(join(home, `insert-${round}.db`), storedBytes);
    const one = await writers(join(home, `one-${round}.db`), 1);
    const fifty = await writers(join(home, `fifty-${round}.db`), 50);
    progress(round + 1, rounds + 1);
    if (round === 0) continue; // warm-up
    samples.sync.push(sync);
    samples.insert.push(insert);
    samples.one.push(one.rate);
    samples.fifty.push(fifty.rate);
    samples.delay.push(fifty.loopDelayP99);
    samples.p50.push(fifty.p50);
    samples.p99.push(fifty.p99);
  }
  rmSync(home, { recursive: true, force: true });
  const sync = median(samples.sync);
  const insert = median(samples.insert);
  const one = median(samples.one);
  const fifty = median(samples.fifty);
  const result = {
    rawSyncPerSecond: sync,
    rawInsertPerSecond: insert,
    oneWriterPerSecond: one,
    fiftyWritersPerSecond: fifty,
    oneWriterToRawSync: median(samples.one.map((v, i) => v / samples.sync[i])),
    oneWriterToRawInsert: median(samples.one.map((v, i) => v / samples.insert[i])),
    fiftyToOne: median(samples.fifty.map((v, i) => v / samples.one[i])),
    fiftyWritersP50ms: median(samples.p50),
    fiftyWritersP99ms: median(samples.p99),
    loopDelayP99ms: median(samples.delay),
  };
  const text = table('Durable appends (one event each), medians', ['', 'per second', '× raw sync', '× raw insert'], [
    [`raw write + fdatasync of ${storedBytes} bytes`, sync, 1, sync / insert],
    ['raw INSERT + COMMIT, same driver and settings', insert, insert / sync, 1],
    ['1 writer', one, result.oneWriterToRawSync, result.oneWriterToRawInsert],
    [`50 writers (${result.fiftyToOne.toFixed(1)} × one writer)`, fifty, fifty / sync, fifty / insert],
  ]);
  return { result, text: `${text}\nevent-loop delay under 50 writers, p99: ${result.loopDelayP99ms.toFixed(1)} ms`, goals: goals(result) };
}

function goals(result) {
  return [
    { goal: 'one writer ÷ raw append + sync', value: result.oneWriterToRawSync, least: 0.9 },
    { goal: '50 writers ÷ one writer', value: result.fiftyToOne, least: 5 },
    { goal: 'event-loop delay p99 under 50 writers, ms', value: result.loopDelayP99ms, most: 20 },
  ];
}

async function rawInserts(file, bytes) {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, stored BLOB)');
  const insert = database.prepare('INSERT INTO t (stored) VALUES (?)');
  const block = Buffer.alloc(bytes, 7);
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < slice) {
    insert.run(block);
    count += 1;
  }
  const rate = count / ((performance.now() - began) / 1000);
  database.close();
  return rate;
}

async function writers(file, count) {
  const store = openSqliteEventStore({ file });
  const perWriter = Math.ceil((count === 1 ? 10_000 : 60_000) / count);
  const prepared = Array.from({ length: count }, (_, number) => Array.from({ length: perWriter }, (_, turn) => appendOf(number, turn)));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const latencies = [];
  delay.enable();
  const began = performance.now();
  const writer = async (number) => {
    for (let turn = 0; turn < perWriter && performance.now() - began < slice; turn += 1) {
      const { stream, events } = prepared[number][turn];
      const sent = performance.now();
      await store.append(stream, turn === 0 ? 'NO_STREAM' : turn - 1, events);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, number) => writer(number)));
  const elapsed = (performance.now() - began) / 1000;
  delay.disable();
  await store.close();
  return {
    rate: latencies.length / elapsed,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    loopDelayP99: delay.percentile(99) / 1e6,
  };
}
