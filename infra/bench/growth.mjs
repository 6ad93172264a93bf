// The same figures with more and more events in the store, on SQLite and on PostgreSQL. Records and tables stay below the cache folder, and so do
// the figures: what was built once is gone on from, and sizes measured in different runs stand in one table and one picture.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReadDatabase } from '../../dist/apps/projector/src/read-stores.js';
import { curves } from './curves.mjs';
import { fillHistory } from './filling.mjs';
import { appendFigures, readFigures } from './growth-figures.mjs';
import { assertRoom, growthPlace } from './growth-places.mjs';
import { table } from './measure.mjs';
import { startServer } from './postgres-server.mjs';
import { tablesInOwnProcess } from './rebuild.mjs';
import { inRounds } from './rounds.mjs';
import { ready } from './startup.mjs';

const STORES = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
const USUAL = [100_000, 1_000_000];
const QUICK = [5_000, 20_000];
/** The newest events, whose way into tables that are there is timed by itself; half of them all where there are not more. */
const NEWEST = 100_000;
const FIGURES = [
  ['appendsOne', 'appends/s, 1 writer'],
  ['appendsFifty', 'appends/s, 50 writers'],
  ['appendsFiftyP99', 'p99 of an append, 50 writers, ms'],
  ['scanPerSecond', 'scan, events/s'],
  ['streamMs', 'one stream, ms'],
  ['agencyMs', '100 events of an agency, ms'],
  ['questionMs', 'silent-districts, ms'],
  ['startSeconds', 'start-up, s'],
  ['rebuildPerSecond', 'tables from nothing, events/s'],
  ['catchUpPerSecond', 'the newest into tables, events/s'],
  ['eventBytes', 'record, bytes per event'],
  ['tableBytes', 'tables, bytes per event'],
];

export async function growth({ folder, rounds, quick, events, store, progress }) {
  if (store !== undefined && STORES[store] === undefined) throw new Error(`--store takes ${Object.keys(STORES).join(' or ')}`);
  const usual = quick ? QUICK : USUAL;
  const sizes = events === undefined ? usual : [...usual.filter((size) => size < events), events];
  mkdirSync(join(folder, 'growth'), { recursive: true, mode: 0o755 });
  const book = new Book(join(folder, 'growth', quick ? 'figures-quick.json' : 'figures.json'));
  for (const name of store === undefined ? Object.keys(STORES) : [store]) {
    const server = name === 'postgres' ? await startServer(folder, { keep: 'growing' }) : undefined;
    try {
      await measured({ store: name, sizes, folder, server, rounds, quick, progress, book });
    } finally {
      await server?.end();
    }
  }
  const picture = join(folder, 'growth.svg');
  writeFileSync(picture, curves(book.series(STORES), FIGURES));
  return { result: book.all(), text: `${shown(book)}\nthe curves: .cache/growth.svg`, goals: [] };
}

async function measured({ store, sizes, folder, server, rounds, quick, progress, book }) {
  const places = new Map();
  for (const size of sizes) {
    const place = await growthPlace(store, { folder, server, size });
    places.set(size, place);
    const what = `${STORES[store]}, ${size.toLocaleString('en-US')} events:`;
    book.note(store, size, await built(place, { size, folder, progress: (done, step) => progress(done, size, `${what} ${step}`) }));
    // What earlier measurements appended is to be in the tables before anything is timed.
    await ready(place.settings, { patient: true });
  }
  const inTurn = async (what, count, measure) => {
    const measurements = sizes.map((size) => ({ id: size, measure: (round) => measure(places.get(size), { size, round }) }));
    const samples = await inRounds(measurements, { rounds: count, progress: (done, total) => progress(done, total, `${STORES[store]}, ${what}`) });
    for (const size of sizes) book.note(store, size, samples.medians(size));
  };
  const reading = { samples: quick ? 10 : 50, scanned: quick ? 20_000 : 200_000 };
  await inTurn('reads and start-up', quick ? 1 : rounds, (place, at) => readFigures(place, { ...at, ...reading }));
  // Last, because they make the record longer.
  await inTurn('appends', rounds, (place, { size }) => appendFigures(place, { size, milliseconds: quick ? 400 : 1_500 }));
}

/** Builds what is missing of record and tables, and answers the figures of what was built in this run. */
async function built({ events, tables, bytes }, { size, folder, progress }) {
  const checkpoint = await shownBy(tables);
  if (checkpoint < size) assertRoom(folder, size);
  const filled = await fillHistory(events, size, (done) => progress(done, 'generating'));
  const before = size - Math.min(NEWEST, size / 2);
  const figures = filled.written === size ? { fillPerSecond: filled.perSecond } : {};
  if (checkpoint < before) {
    const run = await tablesInOwnProcess({ events, tables, end: before, progress: (done) => progress(done, 'tables') });
    Object.assign(figures, { rebuildPerSecond: run.perSecond, rebuildCpuMicroseconds: run.cpuMicrosecondsPerEvent, rebuildPeakMiB: run.peakMiB });
  }
  if (checkpoint < size) {
    const run = await tablesInOwnProcess({ events, tables, end: size, progress: (done) => progress(done, 'the newest into tables') });
    const { eventBytes, tableBytes } = await bytes();
    const isWhole = run.events === size - before;
    Object.assign(figures, isWhole && { catchUpPerSecond: run.perSecond, catchUpCpuMicroseconds: run.cpuMicrosecondsPerEvent });
    Object.assign(figures, { eventBytes: eventBytes / size, tableBytes: tableBytes / size });
  }
  return figures;
}

/** Position up to which the tables speak; 0 when there are none. */
async function shownBy(tables) {
  let database;
  try {
    database = await openReadDatabase(tables);
    return await database.checkpoint('facts');
  } catch (error) {
    if (error.name === 'StoreUnavailableError') return 0;
    throw error;
  } finally {
    await database?.close();
  }
}

/** Figures by store and size, kept in a file. */
class Book {
  constructor(file) {
    this.file = file;
    this.entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  }

  note(store, size, figures) {
    let entry = this.entries.find((one) => one.store === store && one.size === size);
    if (entry === undefined) this.entries.push((entry = { store, size }));
    Object.assign(entry, figures);
    this.entries.sort((a, b) => b.store.localeCompare(a.store) || a.size - b.size);
    writeFileSync(this.file, `${JSON.stringify(this.entries, undefined, 2)}\n`);
  }

  all() {
    return this.entries;
  }

  series(names) {
    return Object.entries(names).map(([store, name]) => ({ name, points: this.entries.filter((entry) => entry.store === store) }));
  }
}

function shown(book) {
  const heads = ['', ...book.all().map(({ store, size }) => `${STORES[store]} ${size.toLocaleString('en-US')}`)];
  const rows = FIGURES.map(([member, name]) => [name, ...book.all().map((entry) => entry[member] ?? Number.NaN)]);
  return table('Growth: medians', heads, rows);
}
