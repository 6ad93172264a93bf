// What is asked of a record of some size: the reads that a person or a projection waits for, and appends behind its end.
import { randomUUID } from 'node:crypto';
import { openEventStore } from '../../dist/apps/projector/src/event-stores.js';
import { openReadDatabase } from '../../dist/apps/projector/src/read-stores.js';
import { questionDesk } from '../../dist/libs/county-progress/src/index.js';
import { RisingClock, streamName } from '../../dist/libs/kernel/src/index.js';
import { OrganisationReads } from '../../dist/libs/organisations/src/index.js';
import { agenciesIn, agencyId, districtId } from './history.mjs';
import { medianOfEach, PAGE } from './measure.mjs';
import { ready } from './startup.mjs';
import { closedLoop } from './writing.mjs';

const SCHOOL_YEAR = '2020-21';
const DISTRICTS = 4; // Every agency has at least so many.

/** Start-up in seconds, scan in events a second, the others in milliseconds: of one stream, of 100 events of one agency, of one answer. */
export async function readFigures(place, { size, round, samples, scanned }) {
  const startSeconds = await ready(place.settings);
  const store = await openEventStore(place.events, { readOnly: true });
  const database = await openReadDatabase(place.tables);
  const agencies = someAgencies(size, round, samples);
  const desk = questionDesk({
    reads: database,
    store,
    directory: new OrganisationReads(database),
    gate: { waitFor: async () => {} },
    clock: new RisingClock(),
  });
  const wanted = { inputs: [{ name: 'schoolYear', value: SCHOOL_YEAR }] };
  try {
    return {
      startSeconds,
      scanPerSecond: await scanFromTheMiddle(store, size, scanned),
      streamMs: await medianOfEach(agencies, (agency) => store.readStream(streamName('explorationCycle', agency, SCHOOL_YEAR, 'mimtss-isd'))),
      agencyMs: await medianOfEach(agencies, (organisation) => store.readAll({ after: 0, limit: 100, organisation })),
      questionMs: await medianOfEach(agencies, async (agency) => desk.answer(await desk.prepare('silent-districts', { agency, ...wanted }), {})),
    };
  } finally {
    await database.close();
    await store.close();
  }
}

/** Others in each round, so that what was read before helps none. */
function someAgencies(size, round, samples) {
  const count = agenciesIn(size);
  const numbers = new Set(Array.from({ length: samples }, (_, n) => (round * 7_919 + n * 104_729) % count));
  return [...numbers].map(agencyId);
}

async function scanFromTheMiddle(store, size, most) {
  const began = performance.now();
  let read = 0;
  for (let after = Math.floor(size / 2); read < most; ) {
    const page = await store.readAll({ after, limit: PAGE });
    if (page.length === 0) break;
    read += page.length;
    after = page.at(-1).position;
  }
  return read / ((performance.now() - began) / 1000);
}

/** Appends by one writer and by fifty, to districts of the record in years after its own. */
export async function appendFigures(place, { size, milliseconds }) {
  const store = await openEventStore(place.events);
  try {
    const one = await closedLoop(await behind(store, size), { writers: 1, milliseconds, run: 0 });
    const fifty = await closedLoop(await behind(store, size), { writers: 50, milliseconds, run: 1 });
    return { appendsOne: one.rate, appendsFifty: fifty.rate, appendsFiftyP99: fifty.p99 };
  } finally {
    await store.close();
  }
}

/** The store for writers who go on where the streams end; what they write has ids and an instant that no run before had. */
async function behind(store, size) {
  const recordedAt = new Date().toISOString();
  const streams = new Map();
  const streamFor = async (name) => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const target = targetOf(streams.size, size);
    streams.set(name, target);
    target.length = (await store.readStream(target.stream)).length;
    return target;
  };
  return {
    async append(name, expected, [event]) {
      const { stream, length, agency, district } = await streamFor(name);
      const eventId = randomUUID();
      const metadata = { ...event.metadata, recordedAt, agency, district, statement: eventId, commandId: eventId, causationId: eventId };
      const at = length + expected;
      await store.append(stream, at === 0 ? 'NO_STREAM' : at - 1, [{ ...event, eventId, metadata, data: { ...event.data, district } }]);
    },
  };
}

function targetOf(number, size) {
  const agencies = agenciesIn(size);
  const year = 2030 + Math.floor(number / (agencies * DISTRICTS));
  const district = districtId(number % agencies, Math.floor(number / agencies) % DISTRICTS);
  const schoolYear = `${year}-${year - 1999}`;
  return { stream: streamName('districtRequest', district, schoolYear), agency: agencyId(number % agencies), district, length: 0 };
}
