import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  StoreUnavailableError,
  type StreamName,
  streamName,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import { appendRecorded, someEvent } from '../testing/index.js';
import { bundledDriver, openSqliteEventStore, type SqliteDatabase, type SqliteDriver } from './index.js';

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');

describe('SQLite event store in trouble', () => {
  let folder: string;
  let file: string;
  let connection: SqliteDatabase;
  /** Runs before each statement that begins, changes or ends something; throws what a failing disk would make SQLite throw. */
  let trouble: (sql: string) => void;

  const driver: SqliteDriver = (path, options) => {
    connection = bundledDriver(path, { ...options, timeout: 10 });
    return {
      exec(sql) {
        trouble(sql);
        connection.exec(sql);
      },
      prepare(sql) {
        const statement = connection.prepare(sql);
        return {
          run(...values) {
            trouble(sql);
            return statement.run(...values);
          },
          get: (...values) => statement.get(...values),
          all: (...values) => statement.all(...values),
        };
      },
      close: () => connection.close(),
    };
  };
  const open = () => openSqliteEventStore({ file, driver });
  const unavailable = (reason: StoreUnavailableError['reason']) => ({ name: 'StoreUnavailableError', reason });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-faults-'));
    file = join(folder, 'events.db');
    trouble = () => undefined;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('with a full disk refuses the whole batch, records nothing of it, and goes on when there is space', async () => {
    const store = open();
    await store.append(A, 'NO_STREAM', [someEvent()]);
    const pages = Number(Object.values(connection.prepare('PRAGMA page_count').get() as object)[0]);
    connection.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const big = () => someEvent({ data: { text: 'x'.repeat(30_000) } });
    const sent = [someEvent()];
    const results = await Promise.allSettled([store.append(A, 0, sent), store.append(B, 'NO_STREAM', [big(), big()])]);
    for (const result of results) {
      expect((result as PromiseRejectedResult).reason).toMatchObject(unavailable('DISK_FULL'));
    }
    expect(await store.readAll({ after: 0, limit: 10 })).toHaveLength(1);
    connection.exec('PRAGMA max_page_count = 1000000');
    await expect(store.append(A, 0, sent)).resolves.toMatchObject({ revision: 1 });
    await store.close();
  });

  it('without the right to write says so, keeps answering reads, and goes on once it has the right', async () => {
    const store = open();
    await store.append(A, 'NO_STREAM', [someEvent()]);
    connection.exec('PRAGMA query_only = ON');
    await expect(store.append(A, 0, [someEvent()])).rejects.toMatchObject(unavailable('READ_ONLY'));
    expect(await store.readStream(A)).toHaveLength(1);
    connection.exec('PRAGMA query_only = OFF');
    await expect(store.append(A, 0, [someEvent()])).resolves.toMatchObject({ revision: 1 });
    await store.close();
  });

  it('locked by another program says so, and goes on when the lock is gone', async () => {
    const store = open();
    const other = bundledDriver(file, { readOnly: false, timeout: 0 });
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).rejects.toMatchObject(unavailable('LOCKED'));
    other.exec('ROLLBACK');
    other.close();
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).resolves.toMatchObject({ revision: 0 });
    await store.close();
  });

  it('whose stream another program has written to sees that after the first conflict', async () => {
    const store = open();
    expect(await store.readStream(A)).toEqual([]);
    const other = openSqliteEventStore({ file });
    await other.append(A, 'NO_STREAM', [someEvent()]);
    await other.close();
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    expect(await store.readStream(A)).toHaveLength(1);
    await store.close();
  });

  it('when the commit fails on the disk does not claim to know, and takes the same events again', async () => {
    const store = open();
    const events = [someEvent()];
    await store.readStream(A);
    trouble = (sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
    };
    await expect(store.append(A, 'NO_STREAM', events)).rejects.toBeInstanceOf(OutcomeUnknownError);
    trouble = (sql) => {
      if (sql !== 'COMMIT') return;
      connection.exec('COMMIT');
      throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
    };
    await expect(store.append(A, 'NO_STREAM', events)).rejects.toBeInstanceOf(OutcomeUnknownError);
    trouble = () => undefined;
    await expect(store.append(A, 'NO_STREAM', events)).resolves.toMatchObject({ revision: 0 });
    expect(await store.readStream(A)).toHaveLength(1);
    await store.close();
  });

  it('S14 keeps the first stamp of events that were recorded after all, and a fresh one of those that were not', async () => {
    const store = open();
    const sentTwice = async (stream: StreamName, isRecorded: boolean) => {
      const first = someEvent();
      const fresh = { ...first, metadata: { ...first.metadata, recordedAt: '2199-01-01T00:00:00.000Z' } };
      trouble = (sql) => {
        if (sql !== 'COMMIT') return;
        if (isRecorded) connection.exec('COMMIT');
        throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
      };
      await expect(store.append(stream, 'NO_STREAM', [first])).rejects.toBeInstanceOf(OutcomeUnknownError);
      trouble = () => undefined;
      await store.append(stream, 'NO_STREAM', [fresh]);
      const [stored] = await store.readStream(stream);
      return { first: first.metadata.recordedAt, stored: stored!.metadata.recordedAt };
    };
    const recorded = await sentTwice(A, true);
    expect(recorded.stored).toBe(recorded.first);
    expect((await sentTwice(B, false)).stored).toBe('2199-01-01T00:00:00.000Z');
    await store.close();
  });

  it('when the disk fails before the commit knows that nothing was recorded', async () => {
    const store = open();
    trouble = (sql) => {
      if (sql.startsWith('BEGIN')) throw Object.assign(new Error('disk I/O error'), { errcode: 266 });
    };
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).rejects.toMatchObject(unavailable('UNREACHABLE'));
    await store.close();
  });

  it('refuses an event whose id stands elsewhere, alone of its batch', async () => {
    const store = open();
    const event = someEvent();
    await store.append(A, 'NO_STREAM', [event]);
    const [reused, other] = await Promise.allSettled([
      store.append(B, 'NO_STREAM', [someEvent(), event]),
      store.append(A, 0, [someEvent()]),
    ]);
    expect((reused as PromiseRejectedResult).reason).toBeInstanceOf(IdempotencyKeyReusedError);
    expect(other.status).toBe('fulfilled');
    expect(await store.readStream(B)).toEqual([]);
    await store.close();
  });

  it('reports an event whose bytes are damaged, with its position, and reads the others', async () => {
    const store = open();
    await appendRecorded(store, { type: 'Opened', data: {} }, { type: 'Closed', data: {} });
    connection.exec('UPDATE event_log SET stored = substr(stored, 1, length(stored) - 1) WHERE position = 2');
    await expect(store.readAll({ after: 1, limit: 1 })).rejects.toMatchObject(unavailable('DAMAGED'));
    await expect(store.readAll({ after: 1, limit: 1 })).rejects.toThrow(/position 2/);
    expect(await store.readAll({ after: 0, limit: 1 })).toHaveLength(1);
    await store.close();
  });

  it('keeps other errors as they are: a listener or a caller at fault is no fault of the store', async () => {
    const store = open();
    await expect(store.append(A, 'NO_STREAM', [someEvent({ recordedAt: 'yesterday' })])).rejects.toThrow(TypeError);
    await expect(store.append(A, 3, [someEvent()])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    await store.close();
  });
});

describe('file of events', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-file-'));
    file = join(folder, 'events.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const withSql = (sql: string) => {
    const database = bundledDriver(file, { readOnly: false, timeout: 0 });
    database.exec(sql);
    database.close();
  };

  it('is durable on every open: write-ahead log, synced at each commit', async () => {
    for (const round of ['created', 'opened again']) {
      const connections: SqliteDatabase[] = [];
      const driver: SqliteDriver = (path, options) => {
        connections.push(bundledDriver(path, options));
        return connections[0]!;
      };
      const store = openSqliteEventStore({ file, driver });
      const setting = (name: string) => Object.values(connections[0]!.prepare(`PRAGMA ${name}`).get() as object)[0];
      expect([round, setting('journal_mode'), setting('synchronous')]).toEqual([round, 'wal', 2]);
      await store.close();
    }
  });

  it('shows people what it holds, without a line of our code', async () => {
    const store = openSqliteEventStore({ file });
    const long = streamName('plan', 'x'.repeat(700));
    const [short] = await appendRecorded(store, { type: 'Größe', data: { text: '\u0000計画' } });
    const [other] = await appendRecorded(store, { stream: long, type: 'Opened', data: { text: 'x'.repeat(70_000) } });
    await store.close();
    const database = bundledDriver(file, { readOnly: true, timeout: 0 });
    const rows = database.prepare('SELECT * FROM event ORDER BY position').all() as Record<string, string | number>[];
    database.close();
    for (const [index, { eventId, metadata, data, ...place }] of [short!, other!].entries()) {
      expect(rows[index]).toMatchObject({ ...place, event_id: eventId.replaceAll('-', '') });
      expect(
        [rows[index]!['metadata'], rows[index]!['data']].map((text) => JSON.parse(String(text)) as unknown),
      ).toEqual([metadata, data]);
    }
  });

  it('of a newer release is refused and left as it is', async () => {
    await openSqliteEventStore({ file }).close();
    withSql('PRAGMA user_version = 3');
    const before = readFileSync(file);
    expect(() => openSqliteEventStore({ file })).toThrow(/format 3.*newer release/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('of another program is refused and left as it is', () => {
    withSql('CREATE TABLE recipes (name TEXT)');
    expect(() => openSqliteEventStore({ file })).toThrow(/does not hold Waymark events/);
    const database = bundledDriver(file, { readOnly: true, timeout: 0 });
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'recipes' }]);
    database.close();
  });

  it('that is no database is reported as damaged', () => {
    writeFileSync(file, 'not a database at all, but long enough to look like one'.repeat(100));
    expect(() => openSqliteEventStore({ file })).toThrow(expect.objectContaining({ reason: 'DAMAGED' }) as Error);
  });

  it('in a folder that is not there is reported as unreachable', () => {
    const nowhere = () => openSqliteEventStore({ file: join(folder, 'nowhere', 'events.db') });
    expect(nowhere).toThrow(StoreUnavailableError);
    expect(nowhere).toThrow(/folder exists/);
  });

  it('is read by a second process while the first writes, and never written by it', async () => {
    expect(() => openSqliteEventStore({ file, readOnly: true })).toThrow(StoreUnavailableError);
    const writer = openSqliteEventStore({ file });
    const reader = openSqliteEventStore({ file, readOnly: true });
    const [event] = await appendRecorded(writer, { type: 'Opened', data: {} });
    expect(await reader.readStream(event!.stream)).toEqual([event]);
    expect(await reader.readAll({ after: 0, limit: 10 })).toEqual([event]);
    await appendRecorded(writer, { type: 'Closed', data: {} });
    expect(await reader.readStream(event!.stream)).toHaveLength(2);
    await expect(reader.append(A, 'NO_STREAM', [someEvent()])).rejects.toMatchObject({ reason: 'READ_ONLY' });
    await reader.close();
    await writer.close();
  });
});
