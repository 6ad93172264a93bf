import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutcomeUnknownError } from '@waymark/kernel';
import { copyEvents, type EventStore, type StoredRow } from './index.js';
import { openKurrentEventStore } from './kurrentdb/index.js';
import { openPostgresEventStore } from './postgres/index.js';
import { openSqliteEventStore } from './sqlite/index.js';
import { appendRecorded, memoryEventStore, testPostgres } from './testing/index.js';
import { KurrentDouble } from './testing/kurrentdb-double/index.js';

const EVENTS = 600;

async function someRecord(): Promise<EventStore> {
  const store = memoryEventStore();
  const visits = Array.from({ length: EVENTS }, (_, n) => ({
    stream: `visit-${n % 7}`,
    type: 'VisitorCame',
    data: { n, text: 'ö'.repeat(n % 50) },
  }));
  await appendRecorded(store, ...visits);
  return store;
}

async function allOf(store: EventStore): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for (;;) {
    const page = await store.readStored({ after: rows.at(-1)?.position ?? 0, limit: 1_000 });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

const bytesOf = async (store: EventStore) =>
  (await allOf(store)).map(({ stored }) => Buffer.from(stored).toString('latin1'));

describe('a record copied from store to store', () => {
  const postgres = testPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'waymark-copy-'));
  let double: KurrentDouble;
  let source: EventStore;
  let original: string[];
  const opened: EventStore[] = [];
  const kept = <S extends EventStore>(store: S): S => {
    opened.push(store);
    return store;
  };
  beforeAll(async () => {
    source = kept(await someRecord());
    original = await bytesOf(source);
    double = await KurrentDouble.start();
  });
  afterAll(async () => {
    for (const store of opened) await store.close();
    await double.stop();
    rmSync(folder, { recursive: true });
  });

  it('is the same to the byte after SQLite, PostgreSQL, KurrentDB and SQLite again', async () => {
    const way = [
      source,
      kept(await openPostgresEventStore({ url: postgres.url })),
      kept(await openKurrentEventStore({ url: double.url })),
      kept(openSqliteEventStore({ file: join(folder, 'events.db') })),
    ];
    const digests = new Set<string>();
    for (const [n, to] of way.entries()) {
      if (n === 0) continue;
      const report = await copyEvents({ from: way[n - 1]!, to });
      expect(report).toMatchObject({ events: EVENTS, copied: EVENTS, isComplete: true });
      digests.add(report.sha256);
      expect(await bytesOf(to)).toEqual(original);
    }
    expect([...digests]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const again = await copyEvents({ from: way[1]!, to: way[3]! });
    expect(again).toMatchObject({ events: EVENTS, copied: 0, sha256: [...digests][0] });
  });
});

describe('a copy', () => {
  let source: EventStore;
  let target: EventStore;
  beforeEach(async () => {
    source = await someRecord();
    target = memoryEventStore();
  });

  it('that was cut short goes on where it was, and says what it found there', async () => {
    let pages = 0;
    const failing = withAppend(target, async (after, rows) => {
      const end = await target.appendStored(after, rows);
      if ((pages += 1) === 1) throw new OutcomeUnknownError('the line is cut');
      return end;
    });
    await expect(copyEvents({ from: source, to: failing })).rejects.toThrow(OutcomeUnknownError);
    const found = (await allOf(target)).length;
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(EVENTS);
    const report = await copyEvents({ from: source, to: target });
    expect(report).toMatchObject({ events: EVENTS, copied: EVENTS - found, isComplete: true });
    expect(await bytesOf(target)).toEqual(await bytesOf(source));
  });

  it.each([
    ['other events', () => appendRecorded(target, { type: 'VisitorCame', data: { of: 'another record' } })],
    [
      'more than the source',
      async () => {
        await copyEvents({ from: source, to: target });
        await appendRecorded(target, { stream: 'visit-1', type: 'VisitorCame', data: { written: 'since' } });
      },
    ],
  ])('into a target that holds %s is refused, and nothing is changed', async (_, fill) => {
    await fill();
    const before = await bytesOf(target);
    await expect(copyEvents({ from: source, to: target })).rejects.toMatchObject({ code: 'TARGET_HOLDS_OTHER_EVENTS' });
    expect(await bytesOf(target)).toEqual(before);
  });

  it('takes along what the source records meanwhile', async () => {
    let isFirst = true;
    const from = withAppend(source, source.appendStored.bind(source));
    from.readStored = async (options) => {
      const rows = await source.readStored(options);
      if (rows.length === 0 && isFirst) {
        isFirst = false;
        await appendRecorded(source, { stream: 'late', type: 'VisitorCame', data: {} });
      }
      return rows;
    };
    expect(await copyEvents({ from, to: target })).toMatchObject({ events: EVENTS + 1, isComplete: true });
  });

  it('of a source that never rests says that it is not complete', async () => {
    const from = withAppend(source, source.appendStored.bind(source));
    from.readStored = async (options) => {
      const rows = await source.readStored(options);
      if (rows.length === 0) await appendRecorded(source, { stream: 'late', type: 'VisitorCame', data: {} });
      return rows;
    };
    const report = await copyEvents({ from, to: target });
    expect(report.isComplete).toBe(false);
    expect((await allOf(target)).length).toBe(report.events);
    expect(await copyEvents({ from: source, to: target })).toMatchObject({ isComplete: true });
    expect(await bytesOf(target)).toEqual(await bytesOf(source));
  });

  it('that does not read back as it was written is told as damaged', async () => {
    const broken = withAppend(target, (after, rows) => target.appendStored(after, rows));
    broken.readStored = async (options) => {
      const rows = await target.readStored(options);
      return rows.map(({ position, stored }) => ({ position, stored: position === 300 ? stored.slice(1) : stored }));
    };
    await expect(copyEvents({ from: source, to: broken })).rejects.toMatchObject({ reason: 'DAMAGED' });
  });

  it('shows how far each step has come', async () => {
    const seen: [string, number, number][] = [];
    await copyEvents({ from: source, to: target, onProgress: (...told) => seen.push(told) });
    expect(seen.filter(([step]) => step === 'COPYING').at(-1)).toEqual(['COPYING', EVENTS, EVENTS]);
    expect(seen.at(-1)).toEqual(['VERIFYING', EVENTS, EVENTS]);
  });
});

/** The store with another way to take events over. */
function withAppend(store: EventStore, appendStored: EventStore['appendStored']): EventStore {
  return Object.assign(Object.create(store) as EventStore, { appendStored });
}
