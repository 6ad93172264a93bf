// Durable appends to the embedded store, one writer and fifty, next to the raw limits of the same disk (write + fdatasync of the same bytes)
// and of the same database (one INSERT of the same bytes a transaction).
import { Contest, EVENT_BYTES } from './contest.mjs';
import { table } from './measure.mjs';
import { inRounds } from './rounds.mjs';

const [raw, own] = ['raw INSERT into SQLite', 'Waymark on SQLite'];

export async function appends({ folder, rounds, quick, progress }) {
  const contest = new Contest({ folder, milliseconds: quick ? 500 : 1_500 });
  const measurements = [contest.syncs(), contest.appends(raw, 1), contest.appends(own, 1), contest.appends(own, 50)];
  try {
    return reported(await inRounds(measurements, { rounds, progress }));
  } finally {
    await contest.end();
  }
}

function reported(samples) {
  const [one, fifty] = [`${own} 1`, `${own} 50`];
  const result = {
    rawSyncPerSecond: samples.median('sync'),
    rawInsertPerSecond: samples.median(`${raw} 1`),
    oneWriterPerSecond: samples.median(one),
    fiftyWritersPerSecond: samples.median(fifty),
    oneWriterToRawSync: samples.ratio(one, 'sync'),
    oneWriterToRawInsert: samples.ratio(one, `${raw} 1`),
    fiftyToOne: samples.ratio(fifty, one),
    fiftyWritersP50ms: samples.median(fifty, 'p50'),
    fiftyWritersP99ms: samples.median(fifty, 'p99'),
    cpuMicrosecondsPerAppend: samples.median(fifty, 'cpuMicroseconds'),
    loopDelayP99ms: samples.median(fifty, 'loopDelayP99'),
  };
  const row = (name, id) => [name, samples.median(id), samples.ratio(id, 'sync'), samples.ratio(id, `${raw} 1`)];
  const text = table('Durable appends (one event each), medians', ['', 'per second', '× raw sync', '× raw insert'], [
    row(`raw write + fdatasync of ${EVENT_BYTES} bytes`, 'sync'),
    row('raw INSERT + COMMIT, same driver and settings', `${raw} 1`),
    row('1 writer', one),
    row(`50 writers (${result.fiftyToOne.toFixed(1)} × one writer)`, fifty),
  ]);
  const below = `under 50 writers: ${result.cpuMicrosecondsPerAppend.toFixed(0)} µs of CPU an append, event-loop delay p99 ${result.loopDelayP99ms.toFixed(1)} ms`;
  return { result, text: `${text}\n${below}`, goals: goals(result) };
}

function goals(result) {
  return [
    { goal: 'one writer ÷ raw append + sync', value: result.oneWriterToRawSync, least: 0.9 },
    { goal: '50 writers ÷ one writer', value: result.fiftyToOne, least: 5 },
    { goal: 'event-loop delay p99 under 50 writers, ms', value: result.loopDelayP99ms, most: 20 },
  ];
}
