import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventToAppend,
  IdempotencyKeyReusedError,
  type OrganisationId,
  type StoredEvent,
  streamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { EventFilter, EventStore } from '../event-store.js';
import { type Happened, someEvent } from '../testing/index.js';
import { bundledDriver, openSqliteEventStore } from './index.js';

const STREAM = streamName('visit', 'a');
const [isd, north, south] = ['isd', 'north', 'south'].map((name) => idOf<OrganisationId>(name));
const filters: EventFilter[] = [
  { types: ['Opened'] },
  { types: ['Opened', 'Closed', 'Never'] },
  { types: Array.from({ length: 60 }, (_, n) => (n === 0 ? 'Closed' : `T${n}`)) },
  { organisation: isd! },
  { organisation: north! },
  { organisation: south!, types: ['Closed'] },
];

function happenings(count: number): Happened[] {
  return Array.from({ length: count }, (_, n) => ({
    type: ['Opened', 'Answered', 'Closed'][n % 3]!,
    data: { n },
    organisations: n % 5 === 0 ? { agency: isd!, district: isd! } : { agency: isd!, district: n % 2 ? north! : south! },
  }));
}

const isWanted = ({ types, organisation }: EventFilter, { type, metadata }: StoredEvent) =>
  (types?.includes(type) ?? true) &&
  (organisation === undefined || metadata.agency === organisation || metadata.district === organisation);

/** Appends them all at the end of one stream, at once: a sync of the disk for each would take long. */
async function recordAll(store: EventStore, count: number): Promise<EventToAppend[]> {
  const events = happenings(count).map((happened) => someEvent(happened));
  const last = (await store.readStream(STREAM)).at(-1);
  await store.append(STREAM, last?.revision ?? 'NO_STREAM', events);
  return events;
}

async function expectListings(store: EventStore): Promise<void> {
  const everything = await store.readAll({ after: 0, limit: 10_000 });
  for (const filter of filters) {
    const wanted = everything.filter((event) => isWanted(filter, event));
    for (const from of [0, 511, 512, 600, 1111]) {
      const listed = await store.readAll({ after: from, limit: 100, ...filter });
      expect(listed).toEqual(wanted.filter(({ position }) => position > from).slice(0, 100));
    }
  }
}

describe('the listing of events by type and organisation', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-listing-'));
    file = join(folder, 'events.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const listedTo = () => {
    const database = bundledDriver(file, { readOnly: true, timeout: 0 });
    const { position } = database.prepare('SELECT position FROM event_listed').get() as { position: number };
    database.close();
    return position;
  };

  it('finds each event, whether its lot has been written or not, and so does a reader beside the writer', async () => {
    const writer = openSqliteEventStore({ file });
    const reader = openSqliteEventStore({ file, readOnly: true });
    for (const [count, listed] of [
      [511, 0],
      [1, 512],
      [200, 512],
      [400, 1112],
    ] as const) {
      await recordAll(writer, count);
      expect(listedTo()).toBe(listed);
      await expectListings(writer);
      await expectListings(reader);
    }
    await reader.close();
    await writer.close();
  });

  it('goes on after a restart where it stood', async () => {
    let store = openSqliteEventStore({ file });
    await recordAll(store, 600);
    await store.close();
    store = openSqliteEventStore({ file });
    await recordAll(store, 520);
    expect(listedTo()).toBe(1120);
    await expectListings(store);
    await store.close();
  });

  it('knows ids and streams behind its end and before it, after a restart too', async () => {
    let store = openSqliteEventStore({ file });
    const listed = await recordAll(store, 600);
    const newest = await recordAll(store, 5);
    const other = streamName('visit', 'b');
    for (const round of ['written', 'opened again']) {
      expect([round, listedTo()]).toEqual([round, 600]);
      for (const sent of [listed, newest]) {
        const from = sent === listed ? 'NO_STREAM' : 599;
        const position = sent === listed ? 600 : 605;
        expect(await store.append(STREAM, from, sent)).toEqual({ position, revision: position - 1 });
        await expect(store.append(other, 'NO_STREAM', [sent[2]!])).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
        const [found] = await store.readEvents([sent[2]!.eventId]);
        expect(found).toMatchObject({ stream: STREAM, revision: sent === listed ? 2 : 602 });
      }
      expect((await store.readStream(STREAM)).map(({ revision }) => revision)).toEqual([...Array(605).keys()]);
      await store.close();
      store = openSqliteEventStore({ file });
    }
    await expect(store.append(STREAM, 599, [someEvent()])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    await store.close();
  });

  it('takes a lot again whose transaction failed', async () => {
    const failing = { next: false };
    const store = openSqliteEventStore({
      file,
      driver: (name, options) => {
        const database = bundledDriver(name, options);
        const prepare = (sql: string) => {
          const statement = database.prepare(sql);
          if (!sql.startsWith('UPDATE event_listed')) return statement;
          const run: typeof statement.run = (...values) => {
            if (failing.next) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
            return statement.run(...values);
          };
          return { run, get: statement.get.bind(statement), all: statement.all.bind(statement) };
        };
        return { exec: (sql) => database.exec(sql), prepare, close: () => database.close() };
      },
    });
    await recordAll(store, 450);
    failing.next = true;
    await expect(recordAll(store, 100)).rejects.toMatchObject({ reason: 'DISK_FULL' });
    failing.next = false;
    await expectListings(store);
    await recordAll(store, 500);
    expect(listedTo()).toBe(950);
    await expectListings(store);
    await store.close();
  });
});
