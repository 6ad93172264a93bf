import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  type EventToAppend,
  type ExpectedRevision,
  OutcomeUnknownError,
  RecordedAtBehindError,
  type StreamName,
  streamName,
} from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { someEvent } from '../testing/index.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
import { openKurrentEventStore } from './index.js';

const A = streamName('plan', 'a');
const B = streamName('plan', 'b');
/** Short enough for a test, long enough for a busy machine. */
const patience = { call: 400, connect: 2_000, outage: 8_000, swap: 50 };

describe('the order of appends to KurrentDB', () => {
  let double: KurrentDouble;
  let store: EventStore;
  let now: number;
  beforeEach(async () => {
    double = await KurrentDouble.start();
    store = await openKurrentEventStore({ url: double.url, patience });
    now = Date.parse('2026-01-01T00:00:00Z');
  });
  afterEach(async () => {
    double.thaw();
    await store.close();
    await double.stop();
  });

  /** Each instant is later than the one before. */
  const stamped = (event: EventToAppend = someEvent()): EventToAppend => {
    now += 1;
    return { ...event, metadata: { ...event.metadata, recordedAt: new Date(now).toISOString() } };
  };

  /** Records an event as the runner of commands does: what was refused for its stamp or not confirmed gets another stamp. */
  async function say(stream: StreamName, expected: ExpectedRevision, event = stamped()): Promise<string> {
    for (;;) {
      try {
        await store.append(stream, expected, [event]);
        return event.eventId;
      } catch (error) {
        if (!(error instanceof OutcomeUnknownError || error instanceof RecordedAtBehindError)) throw error;
        event = stamped(event);
      }
    }
  }

  /** Writers that say one thing after the other, each in a stream of its own, until there are so many in all. */
  async function write(writers: number, each: number): Promise<string[]> {
    const said = await Promise.all(
      Array.from({ length: writers }, async (_, n) => {
        const own: string[] = [];
        for (let last = -1; last < each - 1; last += 1)
          own.push(await say(streamName('plan', `w${n}`), last < 0 ? 'NO_STREAM' : last));
        return own;
      }),
    );
    return said.flat();
  }

  const ours = () => double.log.events.filter(({ stream }) => !stream.startsWith('$'));
  const instants = () =>
    ours().map(({ metadata }) => (JSON.parse(Buffer.from(metadata).toString()) as { recordedAt: string }).recordedAt);
  function expectRising(): void {
    expect(instants()).toEqual(instants().toSorted());
  }

  it('an append that was lost is not recorded behind one that was sent later', async () => {
    double.faults.silent = 'lost';
    const lost = say(A, 'NO_STREAM');
    await until(() => double.faults.unanswered > 0);
    double.faults.silent = undefined;
    await say(B, 'NO_STREAM');
    await lost;
    expect(ours().map(({ stream }) => stream)).toEqual([B, A]);
    expectRising();
  });

  it('an append that was recorded and not answered is found, though others were recorded after it', async () => {
    double.faults.silent = 'recorded';
    const event = stamped();
    const unanswered = store.append(A, 'NO_STREAM', [event]);
    await until(() => double.faults.unanswered > 0);
    double.faults.silent = undefined;
    await say(B, 'NO_STREAM');
    await expect(unanswered).resolves.toEqual({ position: ours()[0]!.position, revision: 0 });
    expect(ours().map(({ stream }) => stream)).toEqual([A, B]);
  });

  it('a repetition whose first copy is still being written is taken as done, over the same call', async () => {
    const other = await openKurrentEventStore({ url: double.url, patience: { ...patience, call: 5_000 } });
    await other.append(B, 'NO_STREAM', [stamped()]);
    Object.assign(double.faults, { isLate: true, writeTimeout: 50 });
    const event = stamped();
    const first = store.append(A, 'NO_STREAM', [event]);
    await until(() => ours().length === 2);
    const making = jest.spyOn(KurrentDBClient, 'connectionString');
    const second = other.append(A, 'NO_STREAM', [event]);
    setTimeout(() => double.faults.answer(), 200);
    expect(await second).toEqual(await first);
    expect(making).not.toHaveBeenCalled();
    making.mockRestore();
    await other.close();
  });

  it('what a server that is starting turned away keeps its place', async () => {
    await say(A, 'NO_STREAM');
    double.faults.isNotReady = true;
    const said = [1, 2, 3].map((n) => say(streamName('plan', `s${n}`), 'NO_STREAM'));
    await new Promise(setImmediate);
    double.faults.isNotReady = false;
    await Promise.all([...said, say(B, 'NO_STREAM')]);
    expect(ours()).toHaveLength(5);
    expectRising();
  });

  it.each([
    ['cut', () => double.drop()],
    ['silent for ever', () => double.silence()],
    [
      'silent for a while',
      () => {
        double.freeze();
        setTimeout(() => double.thaw(), 2 * patience.call);
      },
    ],
    [
      'silent, and cut while they are',
      () => {
        double.freeze();
        setTimeout(() => (double.drop(), double.thaw()), 1.5 * patience.call);
      },
    ],
  ])(
    'instants rise, and nothing is lost or there twice, when connections under load are %s',
    async (_, harm) => {
      const harmed = (async () => {
        for (let round = 1; round <= 3; round += 1) {
          await until(() => ours().length > round * 200);
          harm();
        }
      })();
      const said = await write(50, 20);
      await harmed;
      expectRising();
      expect(ours()).toHaveLength(1_000);
      expect(new Set(ours().map(({ id }) => id))).toEqual(new Set(said));
    },
    30_000,
  );

  it.each([64, 300])('%s appends at once are recorded in the order in which they were handed over', async (count) => {
    const streams = Array.from({ length: count }, (_, n) => streamName('plan', `s${n}`));
    const appended = await Promise.all(streams.map((stream) => store.append(stream, 'NO_STREAM', [stamped()])));
    expect(ours().map(({ stream }) => stream)).toEqual(streams);
    expect(appended.map(({ position }) => position)).toEqual(ours().map(({ position }) => position));
  });

  it('large appends at once are recorded in order too, a few under way at a time', async () => {
    const streams = Array.from({ length: 40 }, (_, n) => streamName('plan', `s${n}`));
    const large = () => stamped({ ...someEvent(), data: { text: 'x'.repeat(500_000) } });
    await Promise.all(streams.map((stream) => store.append(stream, 'NO_STREAM', [large()])));
    expect(ours().map(({ stream }) => stream)).toEqual(streams);
  });
});
