// What must hold after a fault: what was acknowledged is recorded, once, in an order of time; the tables say what the record says.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { openEventStore } from '../../dist/apps/projector/src/event-stores.js';
import { openReadDatabase } from '../../dist/apps/projector/src/read-stores.js';
import { tables } from '../../dist/apps/projector/src/subscriptions.js';
import { ask } from './writers.mjs';

const PATIENCE_MS = 90_000;
const READ = '{ readTables { tables { name state behind fault } } }';
const REBUILD = `mutation ($input: RebuildTablesInput!) { rebuildTables(input: $input) {
  entity { tables { name state behind fault } } userErrors { code message } } }`;

/** Everything recorded after a position, and the position reached. */
export async function recordedAfter(place, position) {
  const store = await openEventStore(place.events, { readOnly: true });
  try {
    const events = [];
    for (let after = position; ; after = events.at(-1).position) {
      const page = await store.readAll({ after, limit: 1_000 });
      if (page.length === 0) return { events, position: after };
      events.push(...page);
    }
  } finally {
    await store.close();
  }
}

/** Acknowledged ids that are not recorded; recorded ids that are there twice or that nobody was told of; instants that fall. */
export function compare(acknowledged, events) {
  const recorded = new Set(events.map(({ eventId }) => String(eventId)));
  const told = new Set(acknowledged);
  const instants = events.map(({ metadata }) => metadata.recordedAt);
  return {
    lost: [...told].filter((id) => !recorded.has(id)).length,
    doubled: events.length - recorded.size + [...recorded].filter((id) => !told.has(id)).length + (acknowledged.length - told.size),
    fallen: instants.filter((instant, i) => i > 0 && instant < instants[i - 1]).length,
  };
}

/** Names of the tables whose rows change when they are built anew. */
export async function changedByRebuild({ place, address, token }) {
  await caughtUp(address, token);
  const live = await digests(place);
  const { data, errors } = await ask(address, token, REBUILD, { input: { idempotencyKey: randomUUID() } }, PATIENCE_MS);
  const refused = errors ?? data.rebuildTables.userErrors;
  if (refused.length > 0) throw new Error(`The tables could not be rebuilt: ${JSON.stringify(refused)}`);
  await caughtUp(address, token);
  const rebuilt = await digests(place);
  return Object.keys(live).filter((name) => live[name] !== rebuilt[name]);
}

async function caughtUp(address, token) {
  for (const patience = performance.now() + PATIENCE_MS; ;) {
    const { data, errors } = await ask(address, token, READ, {});
    const standing = data?.readTables?.tables ?? [];
    if (standing.length > 0 && standing.every(({ state, behind }) => state === 'RUNNING' && behind === 0)) return;
    const why = JSON.stringify(errors ?? standing);
    if (standing.some(({ state }) => state === 'STOPPED')) throw new Error(`Tables have stopped: ${why}`);
    if (performance.now() > patience) throw new Error(`The tables do not catch up: ${why}`);
    await after(20);
  }
}

/** A digest of the rows of each table, in the order of its primary key. */
async function digests(place) {
  const database = await openReadDatabase(place.tables);
  try {
    const found = {};
    for (const { name, primaryKey } of tables) {
      const rows = await database.rows(`SELECT * FROM "${name}" ORDER BY ${primaryKey.map((column) => `"${column}"`).join()}`);
      found[name] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
    }
    return found;
  } finally {
    await database.close();
  }
}
