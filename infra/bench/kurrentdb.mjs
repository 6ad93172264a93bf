// Appends to KurrentDB through Waymark's adapter, next to the bare client with the same events, expected revisions and writers; both against
// the double (a process of its own), or against the server that KURRENTDB_URL names; and with ids claimed, as beside other writers. CPU is that of
// this process. Then what the index beside the server costs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { build } from 'esbuild';
import { openKurrentEventStore } from '../../dist/libs/event-store/src/kurrentdb/index.js';
import { appendOf } from './history.mjs';
import { median, percentile, table } from './measure.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const WRITERS = [1, 50];
let slice = 2_000;
let run = 0;

export async function kurrentdb({ folder, rounds, quick, progress }) {
  if (quick) slice = 700;
  const double = process.env['KURRENTDB_URL'] === undefined ? await startDouble(folder) : undefined;
  const url = process.env['KURRENTDB_URL'] ?? double.url;
  const samples = WRITERS.map(() => Object.fromEntries(WAYS.map(({ name }) => [name, []])));
  await round(url, 0); // warm-up
  progress(1, rounds + 1);
  for (let n = 1; n <= rounds; n += 1) {
    for (const { writers, way, ...measured } of await round(url, n)) samples[WRITERS.indexOf(writers)][way].push(measured);
    progress(n + 1, rounds + 1);
  }
  const index = await indexCosts(url);
  double?.process.stdin.end();
  return reported(samples, index, double !== undefined);
}

/** Each way once with each number of writers, turn and turn about, so that neither always runs on a server that has more to carry. */
async function round(url, n) {
  const ways = n % 2 === 0 ? WAYS : WAYS.toReversed();
  const measured = [];
  for (const writers of WRITERS)
    for (const way of ways) measured.push({ writers, way: way.name, ...(await way(url, writers)) });
  return measured;
}

function reported(samples, index, againstDouble) {
  const result = { againstDouble, index };
  const rows = WRITERS.flatMap((writers, n) => {
    const of = (way, member) => samples[n][way].map((measured) => measured[member]);
    const ratio = (way, member) => median(of(way, member).map((value, i) => value / of('bare', member)[i]));
    return WAYS.map(({ name: way }) => {
      const figures = { rate: median(of(way, 'rate')), ratio: ratio(way, 'rate'), cpu: median(of(way, 'cpu')), cpuRatio: ratio(way, 'cpu'), p50: median(of(way, 'p50')) };
      result[`writers${writers}`] = { ...result[`writers${writers}`], [way]: figures };
      return [`${writers} writer${writers === 1 ? '' : 's'}, ${way}`, ...Object.values(figures)];
    });
  });
  const title = `Appends to KurrentDB (${againstDouble ? 'the double' : 'a server'}), medians`;
  const text = table(title, ['', 'per second', '÷ bare', 'CPU µs each', '÷ bare', 'p50 ms'], rows);
  return { result, text: `${text}\n${JSON.stringify(index)}`, goals: WRITERS.map((writers) => ({ goal: `KurrentDB adapter ÷ bare client, ${writers} writer(s)`, value: result[`writers${writers}`].adapter.ratio, least: 0.87 })) };
}

async function startDouble(folder) {
  const file = join(folder, 'kurrentdb-double.mjs');
  await build({
    entryPoints: [join(root, 'libs/event-store/src/testing/kurrentdb-double/index.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const child = spawn(process.execPath, [join(root, 'infra/bench/kurrentdb-process.mjs'), file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { process: child, url: String(line).trim() };
}

async function bare(url, writers) {
  const client = KurrentDBClient.connectionString(url);
  await client.appendToStream(`warm-${(run += 1)}`, fresh(appendOf(0, 0).events, Date.now()).map(plain), { streamState: 'no_stream' });
  const measured = await measure(writers, async (stream, turn, events) => {
    await client.appendToStream(stream, events.map(plain), { streamState: turn === 0 ? 'no_stream' : BigInt(turn - 1) });
  });
  await client.dispose();
  return measured;
}

const text = new TextEncoder();

/** An event as anybody would hand it to the client, in the shape that the adapter's log has. */
function plain({ eventId: id, type, data, metadata }) {
  return { id, type, contentType: 'application/octet-stream', data: text.encode(JSON.stringify(data)), metadata: text.encode(JSON.stringify(metadata)) };
}

const adapter = (url, writers) => through({ url }, writers);
const claiming = (url, writers) => through({ url, hasOtherWriters: true }, writers);
const WAYS = [bare, adapter, claiming];

async function through(options, writers) {
  const store = await openKurrentEventStore(options);
  const measured = await measure(writers, (stream, turn, events) => store.append(stream, turn === 0 ? 'NO_STREAM' : turn - 1, events));
  await store.close();
  return measured;
}

async function measure(writers, append) {
  const name = `bench-${Date.now()}-${(run += 1)}`;
  const perWriter = Math.ceil((writers === 1 ? 6_000 : 20_000) / writers);
  const latencies = [];
  const shift = Date.now();
  const prepared = Array.from({ length: writers }, (_, writer) => Array.from({ length: perWriter }, (_, turn) => fresh(appendOf(writer, turn).events, shift)));
  const began = performance.now();
  const cpu = process.cpuUsage();
  const write = async (writer) => {
    for (let turn = 0; turn < perWriter && performance.now() - began < slice; turn += 1) {
      const sent = performance.now();
      await append(`${name}-${writer}`, turn, prepared[writer][turn]);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const { user, system } = process.cpuUsage(cpu);
  return { rate: latencies.length / ((performance.now() - began) / 1_000), cpu: (user + system) / latencies.length, p50: percentile(latencies, 50) };
}

/** The same events with ids and instants that no run before had. */
function fresh(events, now) {
  return events.map((event) => ({ ...event, eventId: crypto.randomUUID(), metadata: { ...event.metadata, recordedAt: new Date(now).toISOString() } }));
}

/** What an index from nothing costs, and what it answers with. */
async function indexCosts(url) {
  const store = await openKurrentEventStore({ url });
  const [agency, stream] = [crypto.randomUUID(), `bench-index-${Date.now()}`];
  const events = Array.from({ length: 300 }, (_, turn) => fresh(appendOf(0, turn).events, Date.now())[0]);
  for (const [turn, event] of events.entries()) {
    const inStream = `${stream}-${turn % 10}`;
    const one = { ...event, metadata: { ...event.metadata, agency } };
    const expected = turn < 10 ? 'NO_STREAM' : Math.floor(turn / 10) - 1;
    await store.append(inStream, expected, [one]);
  }
  const began = performance.now();
  await store.readEvents([events[0].eventId]);
  const filled = performance.now();
  let total = 0;
  for (let after = 0; ;) {
    const page = await store.readAll({ after, limit: 1_000 });
    total += page.length;
    if (page.length < 1_000) break;
    after = page.at(-1).position;
  }
  const scanned = performance.now();
  const times = { id: [], unknown: [], page: [] };
  for (let n = 0; n < 20; n += 1) {
    times.id.push(await timed(() => store.readEvents([events[n].eventId])));
    times.unknown.push(await timed(() => store.readEvents([crypto.randomUUID()])));
    times.page.push(await timed(() => store.readAll({ after: 0, limit: 100, organisation: agency })));
  }
  await store.close();
  const seconds = (from, to) => (to - from) / 1_000;
  return {
    events: total,
    indexedPerSecond: Math.round(total / seconds(began, filled)),
    scannedPerSecond: Math.round(total / seconds(filled, scanned)),
    knownIdMs: median(times.id),
    unknownIdMs: median(times.unknown),
    pageOf100OfAnAgencyMs: median(times.page),
  };
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
