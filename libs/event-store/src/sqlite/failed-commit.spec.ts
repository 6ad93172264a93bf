import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutcomeUnknownError, streamName } from '@waymark/kernel';
import type { EventStore } from '../event-store.js';
import { appendRecorded, someEvent } from '../testing/index.js';
import { bundledDriver, openSqliteEventStore, type SqliteDriver, type SqliteValue } from './index.js';

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');
const STAMP = '2025-10-15T14:00:00.000Z';
const INSERT = 'INSERT INTO event_log (stored) VALUES (?)';

describe('S14 a commit that failed on the disk, and a crash right after it', () => {
  let folder: string;
  let store: EventStore;
  /** What becomes of commits: a failing one that leaves its frames has written them to the log file, and was not told that they are safe. */
  let commits: 'GOOD' | 'FAIL_LEAVING_FRAMES' | 'FAIL';
  let committed: number;
  let copies: number;
  let inserted: SqliteValue[][];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-failed-commit-'));
    commits = 'GOOD';
    committed = 0;
    copies = 0;
    inserted = [];
    store = openSqliteEventStore({ file: join(folder, 'events.db'), driver });
    await appendRecorded(store, { stream: A, type: 'Opened', data: {}, recordedAt: STAMP });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const driver: SqliteDriver = (path, options) => {
    const connection = bundledDriver(path, options);
    return {
      exec: (sql) => connection.exec(sql),
      close: () => connection.close(),
      prepare(sql) {
        const statement = connection.prepare(sql);
        return {
          run(...values) {
            if (sql.startsWith('BEGIN')) inserted = [];
            if (sql === INSERT) inserted.push(values);
            if (sql === 'COMMIT') beforeCommit();
            return statement.run(...values);
          },
          get: (...values) => statement.get(...values),
          all: (...values) => statement.all(...values),
        };
      },
    };
  };

  function beforeCommit(): void {
    if (commits === 'GOOD') {
      committed += 1;
      return;
    }
    if (commits === 'FAIL_LEAVING_FRAMES') leaveFrames();
    throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
  }

  /** The files as a crash of this moment leaves them. */
  function filesNow(): string {
    const copy = join(folder, `copy-${(copies += 1)}`);
    mkdirSync(copy);
    for (const name of ['events.db', 'events.db-wal']) copyFileSync(join(folder, name), join(copy, name));
    return copy;
  }

  /** Puts the frames of the transaction into the log file, as SQLite writes them: from a copy of the files that commits the same. */
  function leaveFrames(): void {
    const copy = filesNow();
    const other = bundledDriver(join(copy, 'events.db'), { readOnly: false, timeout: 0 });
    other.exec('BEGIN');
    for (const values of inserted) other.prepare(INSERT).run(...values);
    other.exec('COMMIT');
    const frames = readFileSync(join(copy, 'events.db-wal'));
    other.close();
    const log = openSync(join(folder, 'events.db-wal'), 'r+');
    writeSync(log, frames, 0, frames.length, 0);
    closeSync(log);
  }

  /** How many events the next start finds when the process ends now. */
  async function foundAfterCrash(): Promise<number> {
    const next = openSqliteEventStore({ file: join(filesNow(), 'events.db') });
    const found = await next.readAll({ after: 0, limit: 10 });
    await next.close();
    return found.length;
  }

  async function failToAppend(): Promise<void> {
    commits = 'FAIL_LEAVING_FRAMES';
    const append = store.append(B, 'NO_STREAM', [someEvent({ recordedAt: STAMP })]);
    await expect(append).rejects.toBeInstanceOf(OutcomeUnknownError);
    commits = 'GOOD';
    expect(await store.readStream(B)).toEqual([]);
  }

  it('is found whole by the next start while nobody was answered without it', async () => {
    await failToAppend();
    expect(await foundAfterCrash()).toBe(2);
  });

  it('never comes back once somebody was answered without it', async () => {
    await failToAppend();
    expect(await store.head(STAMP)).toEqual({ position: 1, recordedAt: STAMP });
    expect(await foundAfterCrash()).toBe(1);
    await store.append(B, 'NO_STREAM', [someEvent({ recordedAt: STAMP })]);
    expect(await foundAfterCrash()).toBe(2);
  });

  it('lets nobody be answered past its stamp while the disk takes nothing, and everybody afterwards', async () => {
    await failToAppend();
    commits = 'FAIL';
    await expect(store.head(STAMP)).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'UNREACHABLE' });
    expect(await store.head()).toEqual({ position: 1, recordedAt: STAMP });
    expect(await foundAfterCrash()).toBe(2);
    commits = 'GOOD';
    await store.head(STAMP);
    expect(await foundAfterCrash()).toBe(1);
  });

  it('costs one commit, and an answer none where no commit failed', async () => {
    const before = committed;
    await store.head(STAMP);
    expect(committed).toBe(before);
    await failToAppend();
    await store.head(STAMP);
    await store.head(STAMP);
    expect(committed).toBe(before + 1);
  });
});
