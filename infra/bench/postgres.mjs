// Appends to PostgreSQL, one writer and fifty, next to what the same server does for bare single-row commits of as many clients (pgbench; where
// it is not installed, as many connections of the driver), and a full scan next to the bare read of the same bytes.
import { Contest } from './contest.mjs';
import { table } from './measure.mjs';
import { startServer } from './postgres-server.mjs';
import { inRounds } from './rounds.mjs';

const [raw, own] = ['raw INSERT into PostgreSQL', 'Waymark on PostgreSQL'];

export async function postgres({ folder, rounds, quick, progress }) {
  const server = await startServer(folder);
  const contest = new Contest({ folder, server, milliseconds: quick ? 1_000 : 3_000 });
  try {
    await contest.fill([raw, own], quick ? 5_000 : 20_000);
    const writing = [1, 50].flatMap((writers) => [...contest.pgbench(writers), contest.appends(raw, writers), contest.appends(own, writers)]);
    return reported(await inRounds([...writing, contest.scan(raw), contest.scan(own)], { rounds, progress }));
  } finally {
    await contest.end();
    await server.end();
  }
}

function reported(samples) {
  const limit = samples.has('pgbench 1') ? 'pgbench' : raw;
  const writers = (count) => {
    const id = `${own} ${count}`;
    const { p50, p99, cpu } = { p50: samples.median(id, 'p50'), p99: samples.median(id, 'p99'), cpu: samples.median(id, 'cpuMicroseconds') };
    const against = { toLimit: samples.ratio(id, `${limit} ${count}`), toDriver: samples.ratio(id, `${raw} ${count}`) };
    return { perSecond: samples.median(id), limitPerSecond: samples.median(`${limit} ${count}`), ...against, p50ms: p50, p99ms: p99, cpuMicroseconds: cpu };
  };
  const scan = { perSecond: samples.median(`${own} scan`), rawPerSecond: samples.median(`${raw} scan`), toRaw: samples.ratio(`${own} scan`, `${raw} scan`) };
  const result = { limit, one: writers(1), fifty: writers(50), scan };
  const row = (name, one) => [name, one.perSecond, one.limitPerSecond, one.toLimit, one.toDriver, one.p50ms, one.p99ms, one.cpuMicroseconds];
  const heads = ['', 'per second', limit, `× ${limit}`, '× driver', 'p50 ms', 'p99 ms', 'µs CPU'];
  const text = table('PostgreSQL: durable appends (one event each) and scans, medians', heads, [
    row('1 writer', result.one),
    row('50 writers', result.fifty),
    ['full scan, events', scan.perSecond, '', '', scan.toRaw, '', '', ''],
  ]);
  return { result, text, goals: [{ goal: 'PostgreSQL, 50 writers ÷ single-row commits of 50 clients', value: result.fifty.toLimit, least: 0.5 }] };
}
