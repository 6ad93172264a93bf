// Generated histories in a store, written the way that `waymark copy-events` writes: stored bytes, in large batches. What is there from an
// earlier run is kept, and gone on from.
import { performance } from 'node:perf_hooks';
import { openEventStore } from '../../dist/apps/projector/src/event-stores.js';
import { history } from './history.mjs';
import { storedBytes } from './measure.mjs';

const BATCH = 2_000;

/**
 * Makes sure that the store at the URL holds the `count` events of the history of that size; more may stand behind them. Answers how many had
 * to be written, and how many a second.
 */
export async function fillHistory(url, count, progress = () => {}) {
  const store = await openEventStore(url);
  try {
    const { position: there } = await store.head();
    if (there >= count) return { written: 0 };
    const began = performance.now();
    let written = Promise.resolve();
    for (const batch of batches(count, there)) {
      await written;
      written = store.appendStored(batch[0].position - 1, batch);
      // Generating goes on meanwhile; the rejection is met at the next turn.
      written.catch(() => undefined);
      progress(batch.at(-1).position, count);
    }
    await written;
    return { written: count - there, perSecond: (count - there) / ((performance.now() - began) / 1000) };
  } finally {
    await store.close();
  }
}

/** Rows of the history behind a position, in batches. */
function* batches(count, after) {
  let batch = [];
  let position = 0;
  for (const { stream, expected, events } of history(count)) {
    let revision = expected === 'NO_STREAM' ? 0 : expected + 1;
    for (const event of events.slice(0, count - position)) {
      position += 1;
      if (position > after) batch.push({ position, stored: storedBytes(stream, revision, event) });
      revision += 1;
    }
    if (batch.length < BATCH && position < count) continue;
    if (batch.length > 0) yield batch;
    batch = [];
    if (position >= count) return;
  }
}
