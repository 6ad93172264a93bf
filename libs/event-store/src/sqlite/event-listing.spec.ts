import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrganisationId, StoredEvent } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { EventFilter, EventStore } from '../event-store.js';
import { appendRecorded, type Happened } from '../testing/index.js';
import { bundledDriver, openSqliteEventStore } from './index.js';

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

async function expectListings(store: EventStore): Promise<void> {
  const everything = await store.readAll({ after: 0, limit: 10_000 });
  for (const filter of filters) {
    const wanted = everything.filter((event) => isWanted(filter, event));
    for (const from of [0, 255, 256, 257, 300, 511, 512, 600]) {
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
      [255, 0],
      [1, 256],
      [200, 256],
      [150, 512],
    ] as const) {
      await appendRecorded(writer, ...happenings(count));
      expect(listedTo()).toBe(listed);
      await expectListings(writer);
      await expectListings(reader);
    }
    await reader.close();
    await writer.close();
  });

  it('goes on after a restart where it stood', async () => {
    let store = openSqliteEventStore({ file });
    await appendRecorded(store, ...happenings(300));
    await store.close();
    store = openSqliteEventStore({ file });
    await appendRecorded(store, ...happenings(290));
    expect(listedTo()).toBeGreaterThan(300);
    await expectListings(store);
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
    await appendRecorded(store, ...happenings(200));
    failing.next = true;
    await expect(appendRecorded(store, ...happenings(100))).rejects.toMatchObject({ reason: 'DISK_FULL' });
    failing.next = false;
    await expectListings(store);
    await appendRecorded(store, ...happenings(400));
    expect(listedTo()).toBeGreaterThan(300);
    await expectListings(store);
    await store.close();
  });
});
