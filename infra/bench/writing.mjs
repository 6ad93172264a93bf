// Loads on one event store, and what they are told by. A store that is measured, ours or a peer's, is an object with
// `append(stream, expected, events)`, where `expected` is the number of events that the stream has, `scan()`, which reads everything and
// answers how many events that were, and `close()`.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { appendOf } from './history.mjs';
import { percentile } from './measure.mjs';

/** More than any store here takes from one writer or from fifty; what is prepared before the clock starts. */
const MOST_PER_SECOND = { one: 12_000, many: 24_000 };
const FILLED_STREAMS = 50;

/**
 * `writers` writers append one event after the other, each to a stream of its own that is new with each `run`. The clock starts when each has
 * appended once. Rate, latencies in milliseconds, processor time of this process per append in microseconds, event-loop delay.
 */
export async function closedLoop(store, { writers, milliseconds, run }) {
  const lanes = await preparedLanes(store, { writers, milliseconds, run });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const latencies = [];
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      while (lane.hasMore() && performance.now() - began < milliseconds) latencies.push(await lane.append());
    }),
  );
  const elapsed = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  delay.disable();
  return {
    rate: latencies.length / elapsed,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpuMicroseconds: (user + system) / latencies.length,
    loopDelayP99: delay.percentile(99) / 1e6,
  };
}

/** The same at an even pace, whatever the answers take: latencies run from the moment at which an append was due. */
export async function evenPace(store, { writers, milliseconds, run, perSecond }) {
  const lanes = await preparedLanes(store, { writers, milliseconds, run });
  return paced({ lanes, perSecond, milliseconds, act: (lane) => lane.append() });
}

/**
 * Hands out work at an even pace to lanes, each of which does one thing at a time; when all are busy, what is due waits, and its waiting counts.
 * Timers here tick about once a millisecond: what falls due between two ticks counts from the second.
 */
export async function paced({ lanes, perSecond, milliseconds, act }) {
  const free = [...lanes];
  const due = [];
  const latencies = [];
  let failure;
  let underWay = 0;
  const begin = (lane, since) => {
    underWay += 1;
    act(lane)
      .then(() => latencies.push(performance.now() - since))
      .catch((error) => (failure ??= error))
      .finally(() => {
        underWay -= 1;
        if (due.length > 0) begin(lane, due.shift());
        else free.push(lane);
      });
  };
  const began = performance.now();
  for (let released = 0, now = began; now - began < milliseconds && failure === undefined; now = performance.now()) {
    for (; released < ((now - began) / 1000) * perSecond; released += 1) {
      if (free.length > 0) begin(free.shift(), now);
      else due.push(now);
    }
    await after(1);
  }
  while (underWay > 0 && failure === undefined) await after(1);
  if (failure !== undefined) throw failure;
  const elapsed = (performance.now() - began) / 1000;
  return { count: latencies.length, rate: latencies.length / elapsed, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}

/** Writers with their events at hand, each of which has appended its first. */
async function preparedLanes(store, { writers, milliseconds, run }) {
  const most = ((writers === 1 ? MOST_PER_SECOND.one : MOST_PER_SECOND.many) * milliseconds) / 1000;
  const turns = Math.ceil(most / writers) + 1;
  const lanes = Array.from({ length: writers }, (_, writer) => new Lane(store, run * 1_000 + writer, turns));
  await Promise.all(lanes.map((lane) => lane.append()));
  return lanes;
}

class Lane {
  #turn = 0;

  constructor(store, writer, turns) {
    this.store = store;
    this.appends = Array.from({ length: turns }, (_, turn) => appendOf(writer, turn));
  }

  hasMore() {
    return this.#turn < this.appends.length;
  }

  /** Milliseconds that the next append took. */
  async append() {
    const turn = this.#turn;
    const { stream, events } = this.appends[turn];
    this.#turn += 1;
    const sent = performance.now();
    await this.store.append(stream, turn, events);
    return performance.now() - sent;
  }
}

/** Appends `events` events to fifty streams, so many in one append and so many appends at once, for `scan` to read. */
export async function fill(store, { events, perAppend, atOnce }) {
  const streams = Array.from({ length: FILLED_STREAMS }, (_, writer) => writer);
  const fillNext = async () => {
    for (let writer = streams.shift(); writer !== undefined; writer = streams.shift()) {
      for (let turn = 0; turn < events / FILLED_STREAMS; turn += perAppend) {
        const appends = Array.from({ length: perAppend }, (_, n) => appendOf(writer, turn + n));
        await store.append(appends[0].stream, turn, appends.flatMap((append) => append.events));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fillNext));
}

/** Events per second of one reader of everything. */
export async function scanned(store) {
  const began = performance.now();
  const events = await store.scan();
  if (events === 0) throw new Error('There was nothing to read.');
  return { events, rate: events / ((performance.now() - began) / 1000) };
}

/** Reads page after page until one is empty; `read` answers events with their positions. */
export async function pages(read, positionOf = ({ position }) => position) {
  let count = 0;
  for (let at = 0; ;) {
    const page = await read(at);
    if (page.length === 0) return count;
    count += page.length;
    at = positionOf(page.at(-1));
  }
}
