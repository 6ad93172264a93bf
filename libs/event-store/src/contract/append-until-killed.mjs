// Run by killed-writer.contract.ts: appends from ten writers until somebody kills the process, and reports each append, after it was
// acknowledged, as a line "stream revision event-id,event-id…" on standard output.
import { writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

const [, , door, target, round] = process.argv;
const { openSqliteEventStore, openPostgresEventStore } = await import(`@waymark/event-store/${door}`);
const store =
  door === 'sqlite' ? openSqliteEventStore({ file: target }) : await openPostgresEventStore({ url: target });

function event(eventId, _, all) {
  const metadata = { recordedAt: new Date().toISOString(), schemaVersion: 1, act: 'STATED', statement: eventId };
  return {
    eventId,
    type: 'Appended',
    data: { round, append: all[0], size: all.length, text: 'x'.repeat(300) },
    metadata,
  };
}

async function write(writer) {
  const stream = `written-${writer}`;
  let last = (await store.readStream(stream)).at(-1)?.revision ?? 'NO_STREAM';
  for (let n = 0; ; n += 1) {
    const ids = Array.from({ length: n % 4 === 0 ? 3 : 1 }, () => randomUUID());
    const { revision } = await store.append(stream, last, ids.map(event));
    writeSync(1, `${stream} ${revision} ${ids.join(',')}\n`);
    last = revision;
  }
}

await Promise.all(Array.from({ length: 10 }, (_, writer) => write(writer)));
