import { type Migration, SteadySession } from '@waymark/postgres';
import type { KeyStore, WrappedKey } from '../keys/key-database.js';

/** Schema of the keys unless the URL names another: never that of the record, whose backups must not hold them. */
const KEY_SCHEMA = 'waymark_keys';

// Steps are only ever added: a step that has run somewhere is never changed.
const KEY_MIGRATIONS: readonly Migration[] = [
  (schema) => `
    CREATE TABLE ${schema}.person_key (
      person_id  text COLLATE "C" NOT NULL,
      generation int NOT NULL,
      master_id  text NOT NULL,
      wrapped    bytea NOT NULL,
      PRIMARY KEY (person_id, generation)
    );
    CREATE TABLE ${schema}.secret (
      name      text COLLATE "C" PRIMARY KEY,
      master_id text NOT NULL,
      wrapped   bytea NOT NULL
    );`,
];

interface KeyRow {
  readonly person_id: string;
  readonly generation: number;
  readonly master_id: string;
  readonly wrapped: Buffer;
}

/** Opens the keys in a PostgreSQL database, making their schema when it is not there; any number of processes may. Throws StoreUnavailableError. */
export async function openPostgresKeyStore(url: string): Promise<PostgresKeyStore> {
  const session = await SteadySession.open({
    ...{ url, schema: KEY_SCHEMA, name: 'waymark keys', migrations: KEY_MIGRATIONS, what: 'keys' },
  });
  const store = new PostgresKeyStore(session);
  try {
    await store.loadSecrets();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Wrapped keys in PostgreSQL. Those that were loaded stay in memory, as they lie there. */
export class PostgresKeyStore implements KeyStore {
  private readonly persons = new Map<string, Map<number, WrappedKey>>();
  private readonly secrets = new Map<string, WrappedKey>();

  constructor(private readonly session: SteadySession) {}

  async isEmpty(): Promise<boolean> {
    const [found] = await this.session.ask<{ empty: boolean }>(
      'SELECT NOT EXISTS (SELECT FROM person_key) AND NOT EXISTS (SELECT FROM secret) AS empty',
    );
    return found!.empty;
  }

  async loadSecrets(): Promise<void> {
    for (const row of await this.session.ask<KeyRow & { name: string }>('SELECT * FROM secret')) {
      this.secrets.set(row.name, wrappedKey(row));
    }
  }

  readonly load = async (personIds: readonly string[]): Promise<void> => {
    const missing = personIds.filter((id) => !this.persons.has(id));
    if (missing.length === 0) return;
    const rows = await this.session.ask<KeyRow>('SELECT * FROM person_key WHERE person_id = ANY($1)', [missing]);
    for (const row of rows) this.keep(row);
  };

  personKey(personId: string, generation: number): WrappedKey | undefined {
    return this.persons.get(personId)?.get(generation);
  }

  generationOf(personId: string): number {
    return Math.max(0, ...(this.persons.get(personId)?.keys() ?? []));
  }

  async addPersonKey(personId: string, generation: number, { masterId, wrapped }: WrappedKey): Promise<void> {
    await this.session.ask('INSERT INTO person_key VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
      ...[personId, generation, masterId, Buffer.from(wrapped)],
    ]);
    // Of two who draw at once, the first one's key is the one of both.
    await this.load([personId]);
  }

  secret(name: string): WrappedKey | undefined {
    return this.secrets.get(name);
  }

  async addSecret(name: string, { masterId, wrapped }: WrappedKey): Promise<void> {
    await this.session.ask('INSERT INTO secret VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      ...[name, masterId, Buffer.from(wrapped)],
    ]);
    await this.loadSecrets();
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  private keep(row: KeyRow): void {
    const own = this.persons.get(row.person_id) ?? new Map<number, WrappedKey>();
    this.persons.set(row.person_id, own.set(row.generation, wrappedKey(row)));
  }
}

function wrappedKey({ master_id: masterId, wrapped }: Pick<KeyRow, 'master_id' | 'wrapped'>): WrappedKey {
  return { masterId, wrapped };
}
