import type { EventStore } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { appendRecorded, type Happened, testPostgres } from '@waymark/event-store/testing';
import type { DomainEvent } from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import { Client } from 'pg';
import { type Projection, type ProjectionHost, type ReadStore, readTable, rowProjection, rowsOf } from '../index.js';
import {
  type LeaseTerm,
  openPostgresReadDatabase,
  openPostgresReadStore,
  ProjectionLeases,
  Projector,
  watchProjections,
} from './index.js';

const totals = readTable({
  name: 'totals',
  columns: { name: { type: 'text' }, total: { type: 'integer' } },
  primaryKey: ['name'],
});
const projection: Projection = rowProjection<DomainEvent<'Counted', { name: string; by: number }>>({
  name: 'totals',
  version: 1,
  tables: [totals],
  handles: ['Counted'],
  keys: ({ data }) => [rowsOf(totals, { name: data.name })],
  apply({ data }, rows) {
    rows.put(totals, { name: data.name, total: (rows.get(totals, { name: data.name })?.total ?? 0) + data.by });
  },
});
const counted = (name: string, by = 1): Happened => ({ type: 'Counted', data: { name, by } });
const TERM_MS = 1_000;

/** A store that whoever it is lent to does not close. */
const lent = (store: EventStore): EventStore =>
  Object.assign(Object.create(store) as EventStore, { close: () => Promise.resolve() });

describe('the lease of the read tables', () => {
  const postgres = testPostgres();
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T) => {
    opened.unshift(one);
    return one;
  };
  const leases = async (holder: string) =>
    keep(await ProjectionLeases.open({ url: postgres.url, holder, termMs: 60_000 }));
  const writer = async ({ guard }: LeaseTerm) => keep(await openPostgresReadStore({ url: postgres.url, guard }));
  const forget = (store: ReadStore, name: string) => store.transaction((transaction) => transaction.forget(name));
  const runOut = async () => {
    const client = new Client(postgres.url);
    await client.connect();
    await client.query("UPDATE waymark_read.projector_lease SET expires_at = '-infinity'");
    await client.end();
  };
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await runOut();
  });

  it('is held by one at a time, and counted up with each holder', async () => {
    const [first, second] = [await leases('first'), await leases('second')];
    const term = (await first.take())!;
    expect(await second.take()).toBeUndefined();
    await forget(await writer(term), 'nothing');
    await term.release();
    const next = (await second.take())!;
    expect(next.epoch).toBe(term.epoch + 1);
    expect(await first.take()).toBeUndefined();
  });

  it('is seen by those who watch, though no table has been made yet', async () => {
    const url = `${postgres.url}?schema=no_tables_yet`;
    const watch = await watchProjections({ url, projections: [projection] });
    opened.unshift({ close: () => watch.stop() });
    expect(watch.status().fault).toMatch(/No projector writes the read tables/);
    await keep(await ProjectionLeases.open({ url, holder: 'first', termMs: 60_000 })).take();
    await until(() => watch.status().fault === undefined);
  });

  it('lets a holder whose time ran out write nothing once another has taken over', async () => {
    const term = (await (await leases('paused')).take())!;
    const store = await writer(term);
    await forget(store, 'nothing');
    await runOut();
    const next = (await (await leases('next')).take())!;
    await expect(forget(store, 'nothing')).rejects.toMatchObject({ name: 'LeaseLostError', reason: 'LOCKED' });
    await term.lost;
    await forget(await writer(next), 'nothing');
  });

  it('cuts off a holder who was paused in the middle of a transaction, and what that one had written is undone', async () => {
    const store = await writer((await (await leases('paused')).take())!);
    const record = { name: 'late', version: 1, shape: '', generation: 1, checkpoint: 7, checkpointEvent: null };
    let goOn!: () => void;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    let isWritten!: () => void;
    const written = new Promise<void>((resolve) => (isWritten = resolve));
    const transaction = store.transaction(async ({ save }) => {
      await save({ ...record, state: 'RUNNING', poison: null });
      isWritten();
      await paused;
    });
    const outcome = expect(transaction).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    await written;
    await runOut();
    const next = (await (await leases('next')).take())!;
    goOn();
    await outcome;
    expect(await (await writer(next)).records()).toEqual([]);
  });
});

describe('projections watched from another process', () => {
  const postgres = testPostgres();
  let url: string;
  let tests = 0;
  let events: EventStore;
  let projectors: Projector[];
  let host: ProjectionHost;
  const projector = (news: string[] = []) => {
    const made = new Projector({
      url,
      projections: [projection],
      catalogue: { decode: (stored: unknown) => stored } as never,
      openEventStore: () => Promise.resolve(lent(events)),
      onNews: (message) => news.push(message),
      termMs: TERM_MS,
    });
    projectors.push(made);
    made.start();
    return made;
  };
  const append = async (...happened: Happened[]) => (await appendRecorded(events, ...happened)).at(-1)!.position;
  beforeEach(async () => {
    // Each test has a record of its own, and so tables of their own.
    url = `${postgres.url}?schema=watched_${(tests += 1)}`;
    projectors = [];
    events = openSqliteEventStore({ file: ':memory:' });
    host = await watchProjections({ url, projections: [projection] });
  });
  afterEach(async () => {
    await host.stop();
    for (const one of projectors) await one.stop();
    await events.close();
  });

  it('are awaited, rebuilt and taken over without the watcher knowing who runs them', async () => {
    expect(host.status()).toMatchObject({ state: 'RUNNING', projections: [{ version: 0, checkpoint: 0 }] });
    await expect(host.waitFor(0)).rejects.toMatchObject({ code: 'READ_TABLES_BEHIND' });
    const first = projector();
    const position = await append(counted('a'), counted('a', 4));
    await host.waitFor(position).catch(() => host.waitFor(position));
    const database = await openPostgresReadDatabase({ url });
    const rows = () => database.rows('SELECT * FROM totals');
    expect(await rows()).toEqual([{ name: 'a', total: 5 }]);

    await host.rebuild(['totals']);
    expect(await rows()).toEqual([{ name: 'a', total: 5 }]);
    await expect(host.rebuild(['nothing'])).rejects.toThrow('There is no projection "nothing"');

    projector();
    await first.stop();
    const began = performance.now();
    const later = await append(counted('a'));
    await host.waitFor(later).catch(() => host.waitFor(later));
    expect(performance.now() - began).toBeLessThan(4 * TERM_MS);
    expect(await rows()).toEqual([{ name: 'a', total: 6 }]);
    expect(host.status().fault).toBeUndefined();
    await database.close();
  });

  it('are awaited for milliseconds only', async () => {
    projector();
    const first = await append(counted('b'));
    await host.waitFor(first).catch(() => host.waitFor(first));
    const taken: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const position = await append(counted('b'));
      const from = performance.now();
      await host.waitFor(position);
      taken.push(performance.now() - from);
    }
    expect(taken.sort((a, b) => a - b)[15]!).toBeLessThan(200);
  });
});
