import { TestLine, testPostgres } from '@waymark/event-store/testing';
import { until } from '@waymark/kernel/testing';
import { Client } from 'pg';
import { openPostgresReadStore, type PostgresReadStore, ProjectionLeases } from './index.js';

const unavailable = { name: 'StoreUnavailableError' };
const record = { version: 1, shape: '', generation: 1, checkpointEvent: null, state: 'RUNNING', poison: null } as const;

describe('the writer of read tables in PostgreSQL', () => {
  const postgres = testPostgres();
  let schemas = 0;
  let url: string;
  let line: TestLine;
  let store: PostgresReadStore;
  const open = (options: { answerWithin?: number } = {}) => openPostgresReadStore({ url: url, ...options });
  const save = (name: string, between?: () => Promise<void>) =>
    store.transaction(async (transaction) => {
      await transaction.save({ ...record, name, checkpoint: 1 });
      await between?.();
      await transaction.save({ ...record, name, checkpoint: 2 });
    });
  const saved = async () => (await store.records()).map(({ name, checkpoint }) => [name, checkpoint]);

  beforeEach(async () => {
    line = await TestLine.to(postgres.url);
    url = `${line.url}?schema=silent_${(schemas += 1)}`;
  });
  afterEach(async () => {
    await store.close();
    line.close();
  });

  it('gives up a connection that fell silent, writes the same rows over another one, and nothing of it twice', async () => {
    store = await open();
    await save('before');
    const began = performance.now();
    await expect(save('torn', async () => line.silence())).rejects.toMatchObject(unavailable);
    // The rows that the lost transaction had touched are free by then.
    await save('torn');
    const taken = performance.now() - began;
    process.stderr.write(`written ${Math.round(taken)} ms after the line fell silent\n`);
    expect(taken).toBeLessThan(15_000);
    expect(await saved()).toEqual([
      ['before', 2],
      ['torn', 2],
    ]);
  });

  it('gives up a server process that stands still with a statement in hand, after the bound for answers', async () => {
    store = await open({ answerWithin: 500 });
    await save('before');
    const admin = new Client(postgres.url);
    await admin.connect();
    const { rows } = await admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'waymark tables' AND datname = current_database()",
    );
    const { pid } = rows.at(-1)!;
    process.kill(pid, 'SIGSTOP');
    await expect(save('late')).rejects.toMatchObject(unavailable);
    await save('late');
    process.kill(pid, 'SIGCONT');
    expect(await saved()).toEqual([
      ['before', 2],
      ['late', 2],
    ]);
    await admin.end();
  });

  it('holds on to its lease when the connection of the lease fell silent', async () => {
    store = await open();
    const leases = await ProjectionLeases.open({ url, holder: 'silent', termMs: 30_000 });
    const term = (await leases.take())!;
    let isLost = false;
    void term.lost.then(() => (isLost = true));
    const expiry = async () => {
      const client = new Client(postgres.url);
      await client.connect();
      const { rows } = await client.query<{ at: string }>(
        `SELECT expires_at::text AS at FROM silent_${schemas}.projector_lease`,
      );
      await client.end();
      return rows[0]!.at;
    };
    line.silence();
    const before = await expiry();
    await until(async () => (await expiry()) > before, 25_000);
    expect(isLost).toBe(false);
    await term.release();
    await leases.close();
  });
});
