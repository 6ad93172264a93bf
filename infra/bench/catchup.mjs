// All read tables in PostgreSQL from a record in PostgreSQL, from nothing, in a process of its own: both on one server.
import { fillHistory } from './filling.mjs';
import { growthPlace } from './growth-places.mjs';
import { table } from './measure.mjs';
import { query, startServer } from './postgres-server.mjs';
import { tablesInOwnProcess } from './rebuild.mjs';

export async function catchup({ folder, quick, events: wanted, progress }) {
  const size = wanted ?? (quick ? 20_000 : 1_000_000);
  const server = await startServer(folder, { keep: 'growing' });
  try {
    const { events } = await growthPlace('postgres', { folder, server, size });
    await fillHistory(events, size, (done) => progress(done, size, `generating ${size} events`));
    await query(server.url, 'DROP DATABASE IF EXISTS catchup');
    const tables = await server.database('catchup');
    const result = await tablesInOwnProcess({ events, tables, end: size, progress: (done) => progress(done, size, `projecting ${size} events`) });
    await query(server.url, 'DROP DATABASE catchup');
    return reported(size, result);
  } finally {
    await server.end();
  }
}

function reported(size, result) {
  const { perSecond, cpuMicrosecondsPerEvent, peakMiB } = result;
  const text = table('All read tables in PostgreSQL', ['', 'events/s', 'µs CPU/event (without the server)', 'peak MiB'], [
    [`${size.toLocaleString('en-US')} events`, perSecond, cpuMicrosecondsPerEvent, peakMiB],
  ]);
  return { result: { events: size, ...result }, text, goals: [{ goal: `tables in PostgreSQL from ${size} events, events/s`, value: perSecond, least: 15_000 }] };
}
