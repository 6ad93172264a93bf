import { testPostgres } from '@waymark/event-store/testing';
import { BusyError } from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import { Client } from 'pg';
import { AdvisoryTurn, type AdvisoryTurnOptions } from './index.js';

describe('turns among processes', () => {
  const postgres = testPostgres();
  const opened: AdvisoryTurn[] = [];
  /** As each process has one of its own. */
  const turns = (options: Partial<AdvisoryTurnOptions> = {}) => {
    const made = new AdvisoryTurn({
      url: postgres.url,
      schema: 'here',
      name: 'a thing',
      busy: 'Come later.',
      ...options,
    });
    opened.push(made);
    return made;
  };
  /** Holds a turn until it is told to let go. */
  const holding = async (turn: AdvisoryTurn) => {
    let letGo!: () => void;
    let assertMine!: () => void;
    const done = turn.take(async (assert) => {
      assertMine = assert;
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await until(() => assertMine !== undefined);
    return { assertMine, letGo: () => (letGo(), done) };
  };
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  it('are taken one after the other, and given on when the work fails', async () => {
    const [one, other] = [turns(), turns()];
    let inside = 0;
    let most = 0;
    const work = (fails: boolean) => async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      if (fails) throw new TypeError('no');
    };
    const all = [0, 1, 2, 3, 4, 5].map((n) => (n % 2 === 0 ? one : other).take(work(n === 2)));
    const outcomes = await Promise.allSettled(all);
    expect(most).toBe(1);
    expect(outcomes.map(({ status }) => status)).toEqual(
      Array.from(all, (_, n) => (n === 2 ? 'rejected' : 'fulfilled')),
    );
  });

  it('about different things, or in different schemas, do not wait for each other', async () => {
    const { letGo } = await holding(turns());
    await expect(turns({ name: 'another thing', waitMs: 50 }).take(async () => 'done')).resolves.toBe('done');
    await expect(turns({ schema: 'elsewhere', waitMs: 50 }).take(async () => 'done')).resolves.toBe('done');
    await letGo();
  });

  it('that do not come in time are refused with what to do, and can be asked for again', async () => {
    const { letGo } = await holding(turns());
    const waiting = turns({ waitMs: 100 });
    let isRun = false;
    const asked = () => waiting.take(async () => (isRun = true));
    const [first, behind] = await Promise.allSettled([asked(), asked()]);
    for (const outcome of [first, behind]) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'BUSY', message: 'Come later.' } });
    }
    expect(isRun).toBe(false);
    await letGo();
    await expect(asked()).resolves.toBe(true);
  });

  it('pass to the next when the connection of the holder is cut, and the holder knows', async () => {
    const { assertMine, letGo } = await holding(turns());
    assertMine();
    const admin = new Client(postgres.url);
    await admin.connect();
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'waymark turns'",
    );
    await admin.end();
    await expect(turns().take(async () => 'done')).resolves.toBe('done');
    await until(() => refuses(assertMine));
    expect(assertMine).toThrow(BusyError);
    await letGo();
  });

  it('pass to the next when the holder stands still, who knows it before anything else when it goes on', async () => {
    const { assertMine, letGo } = await holding(turns({ silenceMs: 300 }));
    // Longer than any beat: signs of life keep the turn.
    const began = performance.now();
    await until(() => performance.now() - began > 600);
    assertMine();
    standStill(400);
    expect(assertMine).toThrow(BusyError);
    await expect(turns().take(async () => 'done')).resolves.toBe('done');
    await letGo();
  });

  it('are taken again after the server has ended the idle connection', async () => {
    const turn = turns({ silenceMs: 100 });
    await turn.take(async () => undefined);
    const began = performance.now();
    await until(() => performance.now() - began > 250);
    await expect(turn.take(async () => 'done')).resolves.toBe('done');
  });

  it('say that the database is not there', async () => {
    const nobody = turns({ url: 'postgres://waymark@127.0.0.1:1/nothing' });
    await expect(nobody.take(async () => undefined)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });
});

function refuses(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}

/** This thread does nothing at all for a while, as when its process is stopped. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
