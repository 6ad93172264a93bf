// The read tables of a record, brought up in a process of its own, as `waymark rebuild` and a projector do it: events read-only, tables as
// their one writer, both by URL. Goes on from what the tables show already, up to a position or to the end of the record.
// Prints one line of JSON: events a second, and the memory of the process along the way.
import { openEventStore } from '../../dist/apps/projector/src/event-stores.js';
import { openReadStore } from '../../dist/apps/projector/src/read-stores.js';
import { catalogue, projections } from '../../dist/apps/projector/src/subscriptions.js';
import { ProjectionEngine } from '../../dist/libs/read-store/src/index.js';

const [eventsUrl, tablesUrl, end] = process.argv.slice(2);
const whole = await openEventStore(eventsUrl, { readOnly: true });
const events = end === undefined ? whole : endingAt(whole, Number(end));
const readStore = await openReadStore(tablesUrl);
const memory = [];
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
const onProgress = ({ done, total }) => {
  memory.push({ done, residentMiB: mebibytes(process.memoryUsage.rss()) });
  process.stderr.write(`${JSON.stringify({ done, total })}\n`);
};
const cpuBefore = process.cpuUsage();
const began = performance.now();
const engine = await ProjectionEngine.open({ projections, catalogue, events, readStore, onProgress });
const from = Math.min(...engine.statuses().map(({ checkpoint }) => checkpoint));
await engine.catchUp();
const elapsed = (performance.now() - began) / 1000;
const stopped = engine.statuses().filter(({ state }) => state !== 'RUNNING');
if (stopped.length > 0) throw new Error(`Stopped: ${JSON.stringify(stopped)}`);
const { position } = await events.head();
const upTo = (most) => Math.max(...memory.filter(({ done }) => done <= most).map((sample) => sample.residentMiB));
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(
  JSON.stringify({
    events: position - from,
    perSecond: (position - from) / elapsed,
    cpuMicrosecondsPerEvent: (user + system) / (position - from),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    residentAfterFirst100kMiB: upTo(120_000),
    residentHighestMiB: upTo(Number.POSITIVE_INFINITY),
  }),
);
await readStore.close();
await whole.close();

/** The record as it was when its newest event stood at the position. */
function endingAt(store, last) {
  return Object.assign(Object.create(store), {
    head: async () => ({ ...(await store.head()), position: last }),
    readAll: async (page) => (page.after >= last ? [] : store.readAll({ ...page, limit: Math.min(page.limit, last - page.after) })),
  });
}
