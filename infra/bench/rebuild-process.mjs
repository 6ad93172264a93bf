// One rebuild of every read table in a process of its own, as `waymark rebuild` does it: events read-only, tables as their one writer.
// Prints one line of JSON: events a second, and the memory of the process along the way.
import { openSqliteEventStore } from '../../dist/libs/event-store/src/sqlite/index.js';
import { ProjectionEngine } from '../../dist/libs/read-store/src/index.js';
import { openSqliteReadStore } from '../../dist/libs/read-store/src/sqlite/index.js';
import { catalogue, projections } from '../../dist/apps/projector/src/subscriptions.js';

const [eventFile, tableFile] = process.argv.slice(2);
const events = openSqliteEventStore({ file: eventFile, readOnly: true });
const readStore = openSqliteReadStore({ file: tableFile });
const memory = [];
const residentMiB = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const engine = await ProjectionEngine.open({
  projections,
  catalogue,
  events,
  readStore,
  onProgress: ({ done, total }) => {
    memory.push({ done, residentMiB: residentMiB() });
    process.stderr.write(`${JSON.stringify({ done, total })}\n`);
  },
});
const { position } = await events.head();
const began = performance.now();
const cpuBefore = process.cpuUsage();
await engine.catchUp();
const elapsed = (performance.now() - began) / 1000;
const stopped = engine.statuses().filter(({ state }) => state !== 'RUNNING');
if (stopped.length > 0) throw new Error(`Stopped: ${JSON.stringify(stopped)}`);
const upTo = (most) => Math.max(...memory.filter(({ done }) => done <= most).map((sample) => sample.residentMiB));
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(
  JSON.stringify({
    events: position,
    perSecond: position / elapsed,
    cpuMicrosecondsPerEvent: (user + system) / position,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    residentAfterFirst100kMiB: upTo(120_000),
    residentHighestMiB: upTo(Number.POSITIVE_INFINITY),
  }),
);
await readStore.close();
await events.close();
