import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import {
  type EventId,
  OutcomeUnknownError,
  RecordedAtBehindError,
  type StoreUnavailableError,
  streamName,
} from '@waymark/kernel';
import { Client } from 'pg';
import { LOCK_CLASS } from '@waymark/postgres';
import type { EventStore } from '../event-store.js';
import { someEvent, testPostgres } from '../testing/index.js';
import { openPostgresEventStore } from './index.js';

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');
const NOON = '2025-10-15T12:00:00.000Z';

/** Something between the store and its server that can keep answers back. */
class Wire {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  isCut = false;
  /** Cuts the connection with the first answer to an append, so that it was taken and nobody is told. */
  dropsNextAnswer = false;

  constructor(private readonly to: URL) {
    this.server = createServer((near) => this.join(near)).listen(0, '127.0.0.1');
  }

  async url(): Promise<string> {
    if (!this.server.listening) await once(this.server, 'listening');
    const url = new URL(this.to);
    url.port = String((this.server.address() as { port: number }).port);
    return url.href;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(Number(this.to.port), this.to.hostname);
    let carriesAppend = false;
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].forEach((one) => one.destroy()));
    }
    if (this.isCut) near.destroy();
    near.on('data', (bytes) => {
      carriesAppend ||= this.dropsNextAnswer && bytes.includes('append_batch');
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!carriesAppend) return void near.write(bytes);
      this.dropsNextAnswer = false;
      near.destroy();
    });
  }
}

describe('PostgreSQL event store in trouble', () => {
  const postgres = testPostgres();
  let schemas = 0;
  let url: string;
  let store: EventStore;
  let admin: Client;

  beforeEach(async () => {
    url = `${postgres.url}?schema=trouble_${(schemas += 1)}`;
    store = await openPostgresEventStore({ url, patience: { lock: 150 } });
    admin = new Client({ connectionString: postgres.url });
    await admin.connect();
  });
  afterEach(async () => {
    await store.close();
    await admin.end();
  });

  const schema = () => `trouble_${schemas}`;
  const holdLock = () => admin.query(`SELECT pg_advisory_lock(${LOCK_CLASS}, hashtext('${schema()}'))`);
  const releaseLock = () => admin.query('SELECT pg_advisory_unlock_all()');
  const unavailable = (reason: StoreUnavailableError['reason']) => ({ name: 'StoreUnavailableError', reason });

  it('locked by a stranger says so, and goes on when the lock is gone', async () => {
    await holdLock();
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).rejects.toMatchObject(unavailable('LOCKED'));
    await releaseLock();
    await expect(store.append(A, 'NO_STREAM', [someEvent()])).resolves.toMatchObject({ revision: 0 });
  });

  it('without the right to write says so, keeps answering reads, and goes on once it has the right', async () => {
    const { pathname } = new URL(postgres.url);
    await admin.query(`CREATE ROLE clerk LOGIN; GRANT CREATE ON DATABASE ${pathname.slice(1)} TO clerk`);
    const clerk = await openPostgresEventStore({ url: url.replace('waymark@', 'clerk@').replace('trouble', 'clerk') });
    const log = `clerk_${schemas}.event_log`;
    await clerk.append(A, 'NO_STREAM', [someEvent()]);
    await admin.query(`REVOKE INSERT ON ${log} FROM clerk`);
    await expect(clerk.append(A, 0, [someEvent()])).rejects.toMatchObject(unavailable('READ_ONLY'));
    expect(await clerk.readStream(A)).toHaveLength(1);
    await admin.query(`GRANT INSERT ON ${log} TO clerk`);
    await expect(clerk.append(A, 0, [someEvent()])).resolves.toMatchObject({ revision: 1 });
    await clerk.close();
    await admin.query('DROP OWNED BY clerk CASCADE; DROP ROLE clerk');
  });

  it('whose answer was lost on the way finds what it recorded, once', async () => {
    const wire = new Wire(new URL(url));
    const wired = await openPostgresEventStore({ url: await wire.url() });
    await wired.append(A, 'NO_STREAM', [someEvent()]);
    wire.dropsNextAnswer = true;
    const [one, two] = await Promise.all([
      wired.append(A, 0, [someEvent(), someEvent()]),
      wired.append(B, 'NO_STREAM', [someEvent()]),
    ]);
    expect([one.revision, two.revision]).toEqual([2, 0]);
    expect(wire.dropsNextAnswer).toBe(false);
    expect(await store.readAll({ after: 0, limit: 10 })).toHaveLength(4);
    await wired.close();
    wire.close();
  });

  it('that cannot find out says that it does not know, and takes the same events again', async () => {
    const wire = new Wire(new URL(url));
    const wired = await openPostgresEventStore({ url: await wire.url(), patience: { statement: 400, connect: 100 } });
    await wired.append(A, 'NO_STREAM', [someEvent()]);
    const events = [someEvent()];
    wire.dropsNextAnswer = true;
    wire.isCut = true;
    await expect(wired.append(A, 0, events)).rejects.toBeInstanceOf(OutcomeUnknownError);
    await expect(wired.append(A, 0, events)).rejects.toMatchObject(unavailable('UNREACHABLE'));
    wire.isCut = false;
    await expect(wired.append(A, 0, events)).resolves.toMatchObject({ revision: 1 });
    expect(await store.readStream(A)).toHaveLength(2);
    await wired.close();
    wire.close();
  });

  it('whose server does not answer gives up in bounded time', async () => {
    const wire = new Wire(new URL(url));
    const wired = await openPostgresEventStore({ url: await wire.url(), patience: { statement: 300 } });
    const { rows } = await admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'waymark' AND datname = current_database()",
    );
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    await expect(wired.append(A, 'NO_STREAM', [someEvent()])).resolves.toMatchObject({ revision: 0 });
    expect(performance.now() - began).toBeLessThan(6_000);
    for (const { pid } of rows) process.kill(pid, 'SIGCONT');
    await wired.close();
    wire.close();
  });

  it('refuses an event whose id stands elsewhere, alone of its batch', async () => {
    const event = someEvent();
    await store.append(A, 'NO_STREAM', [event]);
    const [reused, other] = await Promise.allSettled([
      store.append(B, 'NO_STREAM', [someEvent(), event]),
      store.append(A, 0, [someEvent()]),
    ]);
    expect((reused as PromiseRejectedResult).reason).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(other.status).toBe('fulfilled');
    expect(await store.readStream(B)).toEqual([]);
  });

  it('S14 records nothing at or before an instant that was asked past, whichever process sends it', async () => {
    const other = await openPostgresEventStore({ url });
    await other.head(NOON);
    const late = someEvent({ recordedAt: NOON });
    const refused = store.append(A, 'NO_STREAM', [late]);
    await expect(refused).rejects.toBeInstanceOf(RecordedAtBehindError);
    await expect(refused).rejects.toMatchObject({ notBefore: '2025-10-15T12:00:00.001Z' });
    await store.append(A, 'NO_STREAM', [someEvent({ recordedAt: '2025-10-15T12:00:00.001Z' })]);
    await other.close();
  });

  it('reports an event whose bytes are damaged, with its position, and reads the others', async () => {
    await store.append(A, 'NO_STREAM', [someEvent(), someEvent()]);
    await admin.query(
      `UPDATE ${schema()}.event_log SET stored = substr(stored, 1, length(stored) - 1) WHERE position = 2`,
    );
    await expect(store.readAll({ after: 1, limit: 1 })).rejects.toMatchObject(unavailable('DAMAGED'));
    await expect(store.readAll({ after: 1, limit: 1 })).rejects.toThrow(/position 2/);
    expect(await store.readAll({ after: 0, limit: 1 })).toHaveLength(1);
  });

  it('keeps the stored bytes, and the columns beside them are copies', async () => {
    const event = someEvent({ type: 'Größe', data: { text: 'Ñandú \u0000' } });
    await store.append(A, 'NO_STREAM', [event]);
    const { rows } = await admin.query<Record<string, unknown>>(
      `SELECT stream, revision, event_id, type, recorded_at, stored FROM ${schema()}.event_log`,
    );
    expect(rows[0]).toMatchObject({ stream: A, revision: '0', event_id: event.eventId as EventId, type: 'Größe' });
    expect(rows[0]!['recorded_at']).toBe(String(Date.parse(event.metadata.recordedAt)));
    expect((rows[0]!['stored'] as Buffer).toString('latin1')).toMatch(/^waymark-event\/1\n/);
  });

  it('acknowledges what is on disk, whatever the server’s setting', async () => {
    const { pathname } = new URL(postgres.url);
    await admin.query(`ALTER DATABASE ${pathname.slice(1)} SET synchronous_commit = off`);
    const seen: string[] = [];
    await admin.query(`CREATE TABLE public.seen (setting text)`);
    const fresh = await openPostgresEventStore({ url });
    await admin.query(
      `CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$`,
    );
    await admin.query(
      `CREATE TRIGGER see BEFORE INSERT ON ${schema()}.event_log FOR EACH ROW EXECUTE FUNCTION public.see()`,
    );
    await fresh.append(A, 'NO_STREAM', [someEvent()]);
    seen.push(
      ...(await admin.query<{ setting: string }>('SELECT setting FROM public.seen')).rows.map((row) => row.setting),
    );
    expect(seen).toEqual(['on']);
    await fresh.close();
    await admin.query(`ALTER DATABASE ${pathname.slice(1)} RESET synchronous_commit`);
  });
});
