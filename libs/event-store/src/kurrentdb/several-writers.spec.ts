import {
  type EventToAppend,
  IdempotencyKeyReusedError,
  type Instant,
  OutcomeUnknownError,
  RecordedAtBehindError,
  type StoredEvent,
  streamName,
} from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';
import { someEvent } from '../testing/index.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
import { openKurrentEventStore } from './index.js';

const patience = { call: 300, connect: 2_000, outage: 8_000, swap: 50 };
const ANSWERS = 12;
const EVENTS_PER_ANSWER = 4;
const START = Date.parse('2026-01-01T00:00:00Z');

/** The same numbers for the same seed. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

/** S13: the last event up to which no instant, taken as its running maximum, is later. */
function placeOf(instant: Instant, events: readonly StoredEvent[]): number {
  const after = events.findIndex(({ metadata }) => metadata.recordedAt > instant);
  return (after < 0 ? events.at(-1) : events[after - 1])?.position ?? 0;
}

/** A process that writes and asks: its clock is its own, and time passes between the stamp of an event and its sending. */
class Process {
  private last = 0;

  constructor(
    readonly store: EventStore,
    private readonly clock: () => number,
    private readonly pause: () => Promise<void>,
  ) {}

  now(): number {
    return (this.last = Math.max(this.last, this.clock()));
  }

  /** Writes so many events for each answer that was given, until there are enough of them. */
  async write(stream: string, answers: readonly unknown[]): Promise<void> {
    for (let revision = 0; answers.length < ANSWERS; revision += 1) {
      while (revision > EVENTS_PER_ANSWER * (answers.length + 1)) await new Promise(setImmediate);
      await this.say(stream, revision, someEvent());
    }
  }

  /** The head of the record up to an instant that has just passed, and the place that an answer as of it is given at. */
  async ask(): Promise<{ instant: Instant; place: number }> {
    const instant = new Date(this.now() - 1).toISOString();
    const { position } = await this.store.head(instant);
    const events = await this.store.readAll({ after: 0, limit: 100_000 });
    return {
      instant,
      place: placeOf(
        instant,
        events.filter((event) => event.position <= position),
      ),
    };
  }

  private async say(stream: string, revision: number, event: EventToAppend): Promise<void> {
    for (;;) {
      const recordedAt = new Date(this.now()).toISOString();
      await this.pause();
      const stamped = { ...event, metadata: { ...event.metadata, recordedAt } };
      const expected = revision === 0 ? 'NO_STREAM' : revision - 1;
      try {
        await this.store.append(streamName('plan', stream), expected, [stamped]);
        return;
      } catch (error) {
        if (error instanceof RecordedAtBehindError) this.last = Math.max(this.last, Date.parse(error.notBefore));
        else if (!(error instanceof OutcomeUnknownError)) throw error;
      }
    }
  }
}

describe('several processes on one record in KurrentDB', () => {
  let double: KurrentDouble;
  const stores: EventStore[] = [];
  beforeEach(async () => {
    double = await KurrentDouble.start();
    const options = { url: double.url, patience, hasOtherWriters: true };
    for (let n = 0; n < 2; n += 1) stores.push(await openKurrentEventStore(options));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await double.stop();
  });

  /** Two processes, one of which has a clock that goes behind; both write until enough was asked. */
  async function run(seed: number, harm: () => void = () => undefined) {
    const draw = drawing(seed);
    let time = START;
    const clock = (behind: number) => () => (time += draw(2)) - behind;
    const pause = async () => {
      for (let turns = draw(12); turns > 0; turns -= 1) await new Promise(setImmediate);
    };
    const [ahead, behind] = stores.map((store, n) => new Process(store, clock(n * 40), pause));
    const answers: Awaited<ReturnType<Process['ask']>>[] = [];
    const asking = (async () => {
      while (answers.length < ANSWERS) {
        answers.push(await (draw(2) === 0 ? ahead! : behind!).ask());
        if (draw(4) === 0) harm();
        await pause();
      }
    })();
    await Promise.all([
      asking,
      ...[ahead!, behind!].flatMap((process, p) => [0, 1, 2].map((n) => process.write(`p${p}w${n}`, answers))),
    ]);
    const events = await stores[0]!.readAll({ after: 0, limit: 100_000 });
    return { answers, events };
  }

  it.each([1, 2, 3, 4, 5])(
    'S14 an answer as of an instant never changes later, however their steps fall (%s)',
    async (seed) => {
      const { answers, events } = await run(seed);
      const stamps = events.map(({ metadata }) => metadata.recordedAt);
      // Without stamps that fall the run would show nothing.
      expect(stamps.some((stamp, n) => n > 0 && stamp < stamps[n - 1]!)).toBe(true);
      expect(answers.map(({ instant }) => placeOf(instant, events))).toEqual(answers.map(({ place }) => place));
    },
    30_000,
  );

  it('S14 nor when connections are cut meanwhile', async () => {
    const { answers, events } = await run(6, () => double.drop());
    expect(answers.map(({ instant }) => placeOf(instant, events))).toEqual(answers.map(({ place }) => place));
  }, 30_000);

  it('S14 an append that was stamped before the instant and arrives after the answer counts as recorded later', async () => {
    const [asked, paused] = stores as [EventStore, EventStore];
    const at = (n: number) => new Date(START + n).toISOString();
    await asked.append(streamName('plan', 'a'), 'NO_STREAM', [someEvent({ recordedAt: at(0) })]);
    const late = someEvent({ recordedAt: at(5) });
    const { position } = await asked.head(at(9));
    await paused.append(streamName('plan', 'b'), 'NO_STREAM', [late]);
    const events = await asked.readAll({ after: 0, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['SomethingHappened', 'InstantSettled', 'SomethingHappened']);
    expect(events.at(-1)!.eventId).toBe(late.eventId);
    expect(placeOf(at(9), events)).toBeLessThan(position);
    expect(placeOf(at(9), events)).toBe(events[0]!.position);
  });

  it('S14 settles an instant once, for all that ask as of it or as of earlier ones', async () => {
    const [one, other] = stores as [EventStore, EventStore];
    const at = (n: number) => new Date(START + n).toISOString();
    await Promise.all([one.head(at(5)), one.head(at(9)), one.head(at(7)), other.head(at(8))]);
    await Promise.all([one, other].flatMap((store) => [store.head(at(3)), store.head(at(8))]));
    const settled = await one.readStream(streamName('record', 'clock'));
    expect(settled.length).toBeLessThanOrEqual(3);
    await Promise.all([one, other].map((store) => store.head(at(8))));
    expect(await one.readStream(streamName('record', 'clock'))).toEqual(settled);
  });

  it('S14 answers a question only when its instant is settled, whatever the server does meanwhile', async () => {
    const [asked] = stores as [EventStore];
    double.faults.silent = 'lost';
    let isAnswered = false;
    const answer = asked.head(new Date(START).toISOString()).then(() => (isAnswered = true));
    await until(() => double.faults.unanswered > 0);
    expect(isAnswered).toBe(false);
    double.faults.silent = undefined;
    await answer;
    expect(double.log.events.filter(({ type }) => type === 'InstantSettled')).toHaveLength(1);
  });

  it('R-93 a key used on two records at once is taken for one of them and refused for the other, whichever comes first', async () => {
    const [one, other] = stores as [EventStore, EventStore];
    for (let n = 0; n < 20; n += 1) {
      const event = someEvent();
      const outcomes = await Promise.allSettled([
        one.append(streamName('plan', `a${n}`), 'NO_STREAM', [event, someEvent()]),
        other.append(streamName('plan', `b${n}`), 'NO_STREAM', [event]),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const refused = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(refused?.reason).toBeInstanceOf(IdempotencyKeyReusedError);
      const streams = double.log.events.filter(({ id }) => id === event.eventId).map(({ stream }) => stream);
      expect(streams).toHaveLength(1);
    }
  });

  it('R-93 the same events sent by both, again and late are recorded once', async () => {
    const [one, other] = stores as [EventStore, EventStore];
    const [stream, events] = [streamName('plan', 'a'), [someEvent(), someEvent()]];
    double.faults.isLate = true;
    const first = one.append(stream, 'NO_STREAM', events);
    await until(() => double.log.events.length > 1);
    double.drop();
    double.faults.answer();
    const appended = await Promise.all([first, other.append(stream, 'NO_STREAM', events)]);
    expect(appended[0]).toEqual(appended[1]);
    expect(await other.append(stream, 'NO_STREAM', events)).toEqual(appended[0]);
    expect((await one.readAll({ after: 0, limit: 9 })).map(({ eventId }) => eventId)).toEqual(
      events.map(({ eventId }) => eventId),
    );
  });

  it('claims are not shown as events, wherever they stand', async () => {
    const [one, other] = stores as [EventStore, EventStore];
    const heard: number[] = [];
    other.onAppended((position) => heard.push(position));
    const events = [someEvent(), someEvent(), someEvent()];
    for (const [n, event] of events.entries()) await one.append(streamName('plan', `s${n}`), 'NO_STREAM', [event]);
    const shown = [...(await other.readAll({ after: 0, limit: 2 }))];
    shown.push(...(await other.readAll({ after: shown.at(-1)!.position, limit: 2 })));
    expect(shown.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    expect(await other.readEvents(events.map(({ eventId }) => eventId))).toEqual(shown);
    await until(() => heard.includes(shown.at(-1)!.position));
    expect(heard).toEqual(shown.map(({ position }) => position));
  });
});
