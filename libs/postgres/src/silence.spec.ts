import { TestLine, testPostgres } from '@waymark/event-store/testing';
import { until } from '@waymark/kernel/testing';
import { Client, type Pool } from 'pg';
import { openSession, postgresAddress, readAgain, readingPool, sessionConfig } from './index.js';

const PATIENCE = { connect: 5_000, lock: 60_000, statement: 60_000 };
/** What a request over a silent connection would wait for without a look at it. */
const ANSWER_MS = 60_000;

describe('connections to PostgreSQL that fall silent', () => {
  const postgres = testPostgres();
  let line: TestLine;
  let pool: Pool;
  let admin: Client;
  const config = (name: string) => sessionConfig(postgresAddress(line.url), { name, patience: PATIENCE });
  const read = (text = 'SELECT 1 AS one') => readAgain(pool, async () => (await pool.query(text)).rows as unknown[]);
  const sessionsOf = async (name: string) =>
    (await admin.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [name])).rowCount;

  beforeEach(async () => {
    line = await TestLine.to(postgres.url);
    pool = readingPool(config('reads'), { connections: 4, answerWithin: ANSWER_MS, idleFor: ANSWER_MS });
    admin = new Client(postgres.url);
    await admin.connect();
  });
  afterEach(async () => {
    line.close();
    await pool.end();
    await admin.end();
  });

  it('are found together: the first request waits for seconds, and no other one after it', async () => {
    await Promise.all(Array.from({ length: 4 }, () => read('SELECT pg_sleep(0.1)')));
    line.silence();
    const began = performance.now();
    await Promise.all([read(), read()]);
    const found = performance.now() - began;
    process.stderr.write(`answered ${Math.round(found)} ms after the line fell silent\n`);
    expect(found).toBeLessThan(15_000);
    await until(async () => (await sessionsOf('reads'))! <= 4);
    const afterwards = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => read()));
    expect(performance.now() - afterwards).toBeLessThan(3_000);
  });

  it('are ended on the other side too: what was held over them is free', async () => {
    const session = await openSession(config('holder'), postgresAddress(line.url));
    await session.query('BEGIN; CREATE TABLE held ()');
    line.silence();
    await expect(session.query('SELECT 1')).rejects.toThrow();
    await until(async () => (await sessionsOf('holder')) === 0);
    await admin.query('CREATE TABLE held ()');
  });

  it('are told from a server that takes its time, whose answer is waited for', async () => {
    let asked = 0;
    const slow = readAgain(pool, async () => {
      asked += 1;
      return (await pool.query('SELECT pg_sleep(7), 1 AS one')).rows as unknown[];
    });
    await expect(slow).resolves.toMatchObject([{ one: 1 }]);
    expect(asked).toBe(1);
  });
});
