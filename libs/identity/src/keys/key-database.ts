import { mkdirSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';
import { dirname } from 'node:path';

/** A key as `keys.db` holds it: wrapped under the master with this id. */
export interface WrappedKey {
  readonly masterId: string;
  readonly wrapped: Uint8Array;
}

/**
 * Where wrapped keys are kept. What was added is kept for good when the call, or its promise, has ended; the first key of a name stays.
 * Look-ups answer at once, of persons from what was loaded.
 */
export interface KeyStore {
  /** Whether any key lies here: then the master key that wrapped it must exist. */
  isEmpty(): boolean | Promise<boolean>;
  /** Makes the keys of these persons known to the look-ups; undefined where they know all. Throws StoreUnavailableError. */
  readonly load: ((personIds: readonly string[]) => Promise<void>) | undefined;
  personKey(personId: string, generation: number): WrappedKey | undefined;
  /** The highest generation of the person's keys; 0 when there is none. */
  generationOf(personId: string): number;
  addPersonKey(personId: string, generation: number, key: WrappedKey): void | Promise<void>;
  secret(name: string): WrappedKey | undefined;
  addSecret(name: string, key: WrappedKey): void | Promise<void>;
  close(): void | Promise<void>;
}

/**
 * `keys.db`: wrapped keys and nothing else. A key is on disk before its first use returns, so no event can outlive the key
 * that opens it; deleted keys are overwritten (`secure_delete`). Kept apart from the events and out of their backups.
 */
export class KeyDatabase implements KeyStore {
  readonly load = undefined;
  private readonly db: InstanceType<typeof DatabaseSync>;

  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.db = new DatabaseSync(file);
    this.db.exec('PRAGMA busy_timeout=5000');
    this.db.exec('PRAGMA journal_mode=WAL');
    this.db.exec('PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON');
    this.db.exec('PRAGMA secure_delete=ON');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS person_key (
        person_id TEXT NOT NULL, generation INTEGER NOT NULL, master_id TEXT NOT NULL, wrapped BLOB NOT NULL,
        PRIMARY KEY (person_id, generation)) STRICT;
      CREATE TABLE IF NOT EXISTS secret (
        name TEXT PRIMARY KEY, master_id TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;`);
  }

  isEmpty(): boolean {
    const row = this.db
      .prepare('SELECT (SELECT count(*) FROM person_key) + (SELECT count(*) FROM secret) AS n')
      .get() as { n: number };
    return row.n === 0;
  }

  personKey(personId: string, generation: number): WrappedKey | undefined {
    const row = this.db
      .prepare('SELECT master_id, wrapped FROM person_key WHERE person_id = ? AND generation = ?')
      .get(personId, generation);
    return wrappedKey(row);
  }

  generationOf(personId: string): number {
    const row = this.db.prepare('SELECT max(generation) AS n FROM person_key WHERE person_id = ?').get(personId) as {
      n: number | null;
    };
    return row.n ?? 0;
  }

  addPersonKey(personId: string, generation: number, { masterId, wrapped }: WrappedKey): void {
    this.db
      .prepare('INSERT INTO person_key VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(personId, generation, masterId, wrapped);
  }

  secret(name: string): WrappedKey | undefined {
    return wrappedKey(this.db.prepare('SELECT master_id, wrapped FROM secret WHERE name = ?').get(name));
  }

  addSecret(name: string, { masterId, wrapped }: WrappedKey): void {
    this.db.prepare('INSERT INTO secret VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(name, masterId, wrapped);
  }

  /** Afterwards `keys.db` holds everything by itself; no wrapped key lingers in the log file beside it. */
  close(): void {
    try {
      this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // A failing disk: the log file stays, and the next open takes it up.
    }
    this.db.close();
  }
}

function wrappedKey(row: unknown): WrappedKey | undefined {
  if (row === undefined) return undefined;
  const { master_id: masterId, wrapped } = row as { master_id: string; wrapped: Uint8Array };
  return { masterId, wrapped };
}
