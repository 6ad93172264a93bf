// Waymark's stores next to other event stores for Node, on the same disk and the same PostgreSQL server, with the same events, and next to
// what bounds them all. Each writer has a stream of its own and says which version he expects.
import { Contest, EVENT_BYTES, scanning } from './contest.mjs';
import { table } from './measure.mjs';
import { startServer } from './postgres-server.mjs';
import { inRounds } from './rounds.mjs';

const sqlite = { own: 'Waymark on SQLite', limits: ['raw INSERT into SQLite'], peers: ['emmett-sqlite'] };
const postgres = {
  own: 'Waymark on PostgreSQL',
  limits: ['raw INSERT into PostgreSQL'],
  peers: ['emmett-postgresql', 'castore-postgres', 'message-db'],
};
const heads = ['', '1 writer', '50 writers', 'p50 ms', 'p99 ms', 'scan', 'Waymark ÷ it: 1', '50', 'scan'];

export async function peers({ folder, rounds, quick, progress }) {
  const server = await startServer(folder);
  const contest = new Contest({ folder, server, milliseconds: quick ? 500 : 2_000 });
  const sides = [sqlite, postgres].map(({ own, limits, peers: others }) => [...limits, own, ...others]);
  try {
    for (const names of sides) await contest.fill(scanning(names), quick ? 5_000 : 20_000);
    const measurements = [
      contest.syncs(),
      ...[1, 50].flatMap((writers) => [...contest.pgbench(writers), ...sides.flat().map((name) => contest.appends(name, writers))]),
      ...scanning(sides.flat()).map((name) => contest.scan(name)),
    ];
    return reported(await inRounds(measurements, { rounds, progress }));
  } finally {
    await contest.end();
    await server.end();
  }
}

function reported(samples) {
  const tables = [
    compared(samples, { title: `SQLite: events per second, medians; an event has ${EVENT_BYTES} bytes`, ...sqlite }),
    compared(samples, { title: 'PostgreSQL: events per second, medians', ...postgres }),
  ];
  const sync = `raw write + fdatasync of ${EVENT_BYTES} bytes: ${Math.round(samples.median('sync'))} a second`;
  const text = [...tables.map((one) => one.text), sync].join('\n');
  return { result: { rawSyncPerSecond: samples.median('sync'), stores: Object.assign({}, ...tables.map((one) => one.rows)) }, text, goals: goals(samples) };
}

function compared(samples, { title, own, limits, peers: others }) {
  const pgbench = own === postgres.own && samples.has('pgbench 1') ? ['pgbench'] : [];
  const rows = Object.fromEntries([...pgbench, ...limits, own, ...others].map((name) => [name, figuresOf(samples, name, own)]));
  const cells = Object.entries(rows).map(([name, row]) => [name, row.one, row.fifty, row.p50ms, row.p99ms, row.scan, ...row.ownToIt]);
  const failures = Object.entries(rows).flatMap(([name, row]) => row.failures.map((failure) => `${name}, ${failure}`));
  return { rows, text: [table(title, heads, cells), ...failures].join('\n') };
}

function figuresOf(samples, name, own) {
  const failures = ['1', '50', 'scan'].flatMap((load) => {
    const failure = samples.failure(`${name} ${load}`);
    return failure === undefined ? [] : [`${load === 'scan' ? load : `${load} writers`}: ${failure}`];
  });
  return {
    one: samples.median(`${name} 1`),
    fifty: samples.median(`${name} 50`),
    p50ms: samples.median(`${name} 50`, 'p50'),
    p99ms: samples.median(`${name} 50`, 'p99'),
    scan: samples.median(`${name} scan`),
    ownToIt: ['1', '50', 'scan'].map((load) => samples.ratio(`${own} ${load}`, `${name} ${load}`)),
    failures,
  };
}

function goals(samples) {
  const ofPostgres = (load, other) => samples.ratio(`${postgres.own} ${load}`, `${other} ${load}`);
  const limit = samples.has('pgbench 50') ? 'pgbench' : postgres.limits[0];
  const next = postgres.peers.map((peer) => ofPostgres('50', peer)).filter((ratio) => !Number.isNaN(ratio));
  return [
    { goal: 'SQLite, one writer ÷ emmett-sqlite', value: samples.ratio(`${sqlite.own} 1`, 'emmett-sqlite 1'), least: 6 },
    { goal: 'PostgreSQL, 50 writers ÷ emmett-postgresql', value: ofPostgres('50', 'emmett-postgresql'), least: 2 },
    { goal: 'PostgreSQL, 50 writers ÷ the fastest peer', value: next.length === 0 ? Number.NaN : Math.min(...next), least: 1 },
    { goal: `PostgreSQL, 50 writers ÷ ${limit} with 50 clients`, value: ofPostgres('50', limit), least: 0.5 },
    { goal: 'PostgreSQL, full scan ÷ emmett-postgresql', value: ofPostgres('scan', 'emmett-postgresql'), least: 2 },
  ];
}
