// Appends to PostgreSQL, one writer and fifty, next to what the same server does for bare single-row commits of as many clients (pgbench; where it is
// not installed, as many loops of INSERT through the driver), and a full scan next to the bare read of the same bytes. The server is the one of the
// tests, with its own defaults for durability, on the disk of the cache folder. All in turn, round by round.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openPostgresEventStore } from '../../dist/libs/event-store/src/postgres/index.js';
import { startPostgresKeeper } from '../../libs/event-store/src/testing/postgres-setup.mjs';
import { appendOf } from './history.mjs';
import { median, percentile, table } from './measure.mjs';

const STORED_BYTES = 1_000;
const PAGE = 1_000;
let slice = 3_000;

export async function postgres({ folder, rounds, quick, progress }) {
  if (quick) slice = 1_500;
  const home = join(folder, 'postgres');
  mkdirSync(home, { recursive: true });
  const server = await startServer(home);
  const samples = { rawOne: [], rawFifty: [], one: [], fifty: [], p50: [], p99: [], cpu: [], scan: [], rawScan: [] };
  const filled = await filledSchema(server, quick ? 5_000 : 20_000);
  for (let round = 0; round <= rounds; round += 1) {
    const rawOne = await rawCommits(server, home, 1);
    const one = await writers(server, `one_${round}`, 1);
    const rawFifty = await rawCommits(server, home, 50);
    const fifty = await writers(server, `fifty_${round}`, 50);
    const scans = { raw: await rawScan(server, filled), own: await scan(server, filled) };
    progress(round + 1, rounds + 1);
    if (round === 0) continue; // warm-up
    samples.rawOne.push(rawOne);
    samples.one.push(one.rate);
    samples.rawFifty.push(rawFifty);
    samples.fifty.push(fifty.rate);
    samples.p50.push(fifty.p50);
    samples.p99.push(fifty.p99);
    samples.cpu.push(fifty.cpu);
    samples.rawScan.push(scans.raw);
    samples.scan.push(scans.own);
  }
  await server.end();
  return report(samples, server.limit);
}

function report(samples, limit) {
  const ratio = (own, raw) => median(samples[own].map((value, index) => value / samples[raw][index]));
  const result = {
    limit,
    rawOnePerSecond: median(samples.rawOne),
    rawFiftyPerSecond: median(samples.rawFifty),
    oneWriterPerSecond: median(samples.one),
    fiftyWritersPerSecond: median(samples.fifty),
    oneToRaw: ratio('one', 'rawOne'),
    fiftyToRaw: ratio('fifty', 'rawFifty'),
    fiftyP50ms: median(samples.p50),
    fiftyP99ms: median(samples.p99),
    cpuMicrosecondsPerAppend: median(samples.cpu),
    scanPerSecond: median(samples.scan),
    rawScanPerSecond: median(samples.rawScan),
    scanToRaw: ratio('scan', 'rawScan'),
  };
  const text = table(`PostgreSQL: durable appends (one event each) and scans, medians; raw = ${limit}`, ['', 'per second', 'raw', '× raw', 'p50 ms', 'p99 ms'], [
    ['1 writer', result.oneWriterPerSecond, result.rawOnePerSecond, result.oneToRaw, '', ''],
    ['50 writers', result.fiftyWritersPerSecond, result.rawFiftyPerSecond, result.fiftyToRaw, result.fiftyP50ms, result.fiftyP99ms],
    ['full scan, events', result.scanPerSecond, result.rawScanPerSecond, result.scanToRaw, '', ''],
  ]);
  const goals = [{ goal: 'PostgreSQL, 50 writers ÷ single-row commits of 50 clients', value: result.fiftyToRaw, least: 0.5 }];
  return { result, text: `${text}\nprocessor time of this process per append, 50 writers: ${result.cpuMicrosecondsPerAppend.toFixed(0)} µs`, goals };
}

async function startServer(home) {
  process.env.TMPDIR = home;
  const { address, end } = await startPostgresKeeper();
  const response = await fetch(`${address}/bench/start`, { method: 'POST', body: JSON.stringify({ durable: true }) });
  const { url, message } = await response.json();
  if (!response.ok) throw new Error(message);
  await query(url, 'CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stored bytea NOT NULL)');
  const hasPgbench = spawnSync('pgbench', ['--version']).status === 0;
  return { url, end, hasPgbench, limit: hasPgbench ? 'pgbench' : 'INSERT through the driver' };
}

async function connected(url, count) {
  const { default: pg } = await import('pg');
  const clients = Array.from({ length: count }, () => new pg.Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  return clients;
}

async function query(url, text, values = []) {
  const [client] = await connected(url, 1);
  const { rows } = await client.query(text, values);
  await client.end();
  return rows;
}

/** Single-row commits per second of so many clients. */
async function rawCommits({ url, hasPgbench }, home, clients) {
  if (!hasPgbench) return rawInserts(url, clients);
  const script = join(home, 'insert.sql');
  writeFileSync(script, `INSERT INTO raw (stored) VALUES (decode('${'ab'.repeat(STORED_BYTES)}', 'hex'));\n`);
  const { hostname, port, username, pathname } = new URL(url);
  const options = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '1', '-T', `${Math.ceil(slice / 1_000)}`, '-f', script];
  const { stdout } = spawnSync('pgbench', [...options, '-h', hostname, '-p', port, '-U', username, pathname.slice(1)], { encoding: 'utf8' });
  return Number(/tps = ([\d.]+)/.exec(stdout)[1]);
}

async function rawInserts(url, count) {
  const clients = await connected(url, count);
  const statement = { name: 'insert', text: 'INSERT INTO raw (stored) VALUES ($1)', values: [Buffer.alloc(STORED_BYTES, 7)] };
  let done = 0;
  const began = performance.now();
  const loop = async (client) => {
    for (; performance.now() - began < slice; done += 1) await client.query(statement);
  };
  await Promise.all(clients.map(loop));
  const rate = done / ((performance.now() - began) / 1000);
  await Promise.all(clients.map((client) => client.end()));
  return rate;
}

async function writers({ url }, schema, count) {
  const store = await openPostgresEventStore({ url: `${url}?schema=${schema}` });
  const perWriter = Math.ceil((count === 1 ? 10_000 : 60_000) / count);
  const prepared = Array.from({ length: count }, (_, number) => Array.from({ length: perWriter }, (_, turn) => appendOf(number, turn)));
  const latencies = [];
  const cpu = process.cpuUsage();
  const began = performance.now();
  const writer = async (number) => {
    for (let turn = 0; turn < perWriter && performance.now() - began < slice; turn += 1) {
      const { stream, events } = prepared[number][turn];
      const sent = performance.now();
      await store.append(stream, turn === 0 ? 'NO_STREAM' : turn - 1, events);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(prepared.map((_, number) => writer(number)));
  const elapsed = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  return { rate: latencies.length / elapsed, p50: percentile(latencies, 50), p99: percentile(latencies, 99), cpu: (user + system) / latencies.length };
}

async function filledSchema({ url }, events) {
  const store = await openPostgresEventStore({ url: `${url}?schema=filled` });
  for (let turn = 0; turn < events / 500; turn += 1) {
    const appends = Array.from({ length: 500 }, (_, writer) => appendOf(writer, turn));
    await Promise.all(appends.map((append) => store.append(append.stream, turn === 0 ? 'NO_STREAM' : turn - 1, append.events)));
  }
  await store.close();
  return 'filled';
}

/** Events per second of a reader that pages through the whole record. */
async function scan({ url }, schema) {
  const store = await openPostgresEventStore({ url: `${url}?schema=${schema}`, readOnly: true });
  const rate = await paged((after) => store.readAll({ after, limit: PAGE }));
  await store.close();
  return rate;
}

async function rawScan({ url }, schema) {
  const [client] = await connected(url, 1);
  const text = `SELECT position::int, stored FROM ${schema}.event_log WHERE position > $1 ORDER BY position LIMIT ${PAGE}`;
  const rate = await paged(async (after) => (await client.query({ name: 'scan', text, values: [after] })).rows);
  await client.end();
  return rate;
}

async function paged(read) {
  const began = performance.now();
  let count = 0;
  for (let after = 0; ;) {
    const page = await read(after);
    if (page.length === 0) return count / ((performance.now() - began) / 1000);
    count += page.length;
    after = page.at(-1).position;
  }
}
