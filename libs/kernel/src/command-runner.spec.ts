import { memoryEventStore } from '@waymark/event-store/testing';
import fc from 'fast-check';
import { RisingClock } from './calendar.js';
import { CommandRunner, eventIdOf, type EventToAppend, type StreamStore } from './command-runner.js';
import type { Command, CommandMeta, Decider } from './decider.js';
import {
  ConflictError,
  DomainError,
  IdempotencyKeyReusedError,
  OutcomeUnknownError,
  RecordedAtBehindError,
  StoreUnavailableError,
  WrongExpectedRevisionError,
} from './errors.js';
import { EventCatalogue, type EventsOf, eventType } from './event-catalogue.js';
import { optional, plain, sealed } from './event-schema.js';
import { type PersonId, type StreamName, streamName } from './ids.js';
import { idOf, someMeta } from './testing/index.js';

// The domain of these specs: a visitors' book, one stream per book, at most `seats` visitors, each at most once.
const catalogue = new EventCatalogue({
  VisitorSigned: eventType({
    recorded: 'A visitor signs the book.',
    fields: { personId: plain.id<PersonId>(), name: sealed.text(50), remark: optional(plain.text()) },
  }),
  BookFilled: eventType({ recorded: 'The last line of the book is taken.', fields: {} }),
});
type BookEvent = EventsOf<typeof catalogue.types>;

class Sign implements Command<'Sign'> {
  readonly type = 'Sign';
  readonly about = {};
  constructor(
    readonly visitor: string,
    readonly meta: CommandMeta = someMeta({ key: visitor }),
    readonly book = 'front-desk',
  ) {}
}

const seats = 6;
const book: Decider<readonly string[], Sign, BookEvent> = {
  category: 'book',
  catalogue,
  initial: [],
  stream: (command) => streamName('book', command.book),
  decide(command, signed) {
    const personId = idOf<PersonId>(command.visitor);
    if (signed.includes(personId)) return [];
    if (signed.length >= seats) throw new DomainError('BOOK_FULL', 'Take another book.');
    const sign: BookEvent = { type: 'VisitorSigned', data: { personId, name: command.visitor } };
    return signed.length + 1 < seats ? [sign] : [sign, { type: 'BookFilled', data: {} }];
  },
  evolve: (signed, event) => (event.type === 'VisitorSigned' ? [...signed, event.data.personId] : signed),
};
const frontDesk = streamName('book', 'front-desk');

const NOON = Date.parse('2025-10-15T14:00:00.000Z');

function desk(around: (store: StreamStore) => StreamStore = (store) => store, source: () => number = () => NOON) {
  const store = memoryEventStore();
  const sent: { expected: number | 'NO_STREAM'; events: readonly EventToAppend[] }[] = [];
  const faulty = around(store);
  const retries: string[] = [];
  const clock = new RisingClock(undefined, source);
  const runner = new CommandRunner({
    store: {
      readStream: (stream) => faulty.readStream(stream),
      append: (stream, expected, events) => {
        sent.push({ expected, events });
        return faulty.append(stream, expected, events);
      },
    },
    sealer: { seal: (personId, eventId, path, text) => `enc:1:${personId}:${eventId}:${path}:${text.length}` },
    clock,
    onRetry: (kind) => retries.push(kind),
  });
  return {
    store,
    runner,
    clock,
    sent,
    retries,
    sign: (visitor: string, meta?: CommandMeta) => runner.run(book, new Sign(visitor, meta)),
  };
}

/** A switch for faults: the first appends, as many as faults are given, are left to them; then all goes through. */
function failing(...faults: ((append: () => Promise<unknown>) => Promise<never>)[]) {
  return (store: StreamStore): StreamStore => ({
    readStream: (stream) => store.readStream(stream),
    append(stream, expected, events) {
      const fault = faults.shift();
      const append = () => store.append(stream, expected, events);
      return fault === undefined ? append() : fault(append);
    },
  });
}
const lostAnswer = async (append: () => Promise<unknown>): Promise<never> => {
  await append();
  throw new OutcomeUnknownError('the answer was lost');
};
const lostRequest = (): Promise<never> => Promise.reject(new OutcomeUnknownError('the request was lost'));
const overtaken = (): Promise<never> => Promise.reject(new WrongExpectedRevisionError(frontDesk, 0, 1));

describe('running a command', () => {
  it('appends what was decided and answers with where it stands', async () => {
    const { sign, store } = desk();
    const receipt = await sign('ada');
    const [event] = await store.readStream(frontDesk);
    expect(receipt).toEqual({
      position: event!.position,
      eventIds: [event!.eventId],
      recordedAt: '2025-10-15T14:00:00.000Z',
      replayed: false,
      stream: frontDesk,
    });
    expect(event!.eventId).toBe(eventIdOf(new Sign('ada'), 0));
  });

  it('R-89 records who, in which role, for whom, when, why and by which request', async () => {
    const { sign, store } = desk();
    const meta = someMeta({ key: 'ada', onBehalfOf: idOf<PersonId>('grace') });
    await sign('ada', meta);
    const [event] = await store.readStream(frontDesk);
    expect(event!.metadata).toMatchObject({
      actor: meta.actor,
      onBehalfOf: meta.onBehalfOf,
      recordedAt: '2025-10-15T14:00:00.000Z',
      effectiveOn: '2025-10-15',
      schemaVersion: 1,
      act: 'STATED',
      statement: event!.eventId,
      source: meta.source,
      correlationId: meta.correlationId,
      causationId: meta.causationId,
      commandId: meta.commandId,
      inputMac: meta.inputMac,
    });
  });

  it('appends nothing when nothing follows from the command', async () => {
    const { sign, sent } = desk();
    await sign('ada');
    const again = await sign('ada', someMeta({ key: 'another key' }));
    expect(again).toMatchObject({ eventIds: [], replayed: false, position: 1 });
    expect(sent).toHaveLength(1);
  });

  it('records nothing when a rule refuses', async () => {
    const { sign, store } = desk();
    for (let i = 0; i < seats; i += 1) await sign(`visitor-${i}`);
    await expect(sign('late')).rejects.toMatchObject({ code: 'BOOK_FULL' });
    expect(await store.readStream(frontDesk)).toHaveLength(seats + 1);
  });

  it('refuses a decided event that does not fit its schema before anything is sent', async () => {
    const { runner, sent } = desk();
    const careless = { ...book, decide: () => [{ type: 'VisitorSigned', data: { personId: 'x' } } as never] };
    await expect(runner.run(careless, new Sign('ada'))).rejects.toThrow('VisitorSigned.personId is not a UUID');
    expect(sent).toEqual([]);
  });

  it('seals personal members and hands no plain name to the store', async () => {
    const { sign, sent } = desk();
    await sign('Ada Lovelace');
    expect(JSON.stringify(sent)).not.toContain('Lovelace');
    const personId = idOf('Ada Lovelace');
    const { data, eventId } = sent[0]!.events[0]!;
    expect(data).toEqual({ personId, name: `enc:1:${personId}:${eventId}:name:12` });
  });
});

describe('R-93 a command is processed once', () => {
  it('R-93 answers a repeated command with the receipt of its first run', async () => {
    const { sign, sent } = desk();
    for (let i = 0; i < seats - 1; i += 1) await sign(`visitor-${i}`);
    const first = await sign('ada');
    expect(first.eventIds).toHaveLength(2);
    await expect(sign('ada')).resolves.toEqual({ ...first, replayed: true });
    expect(sent).toHaveLength(seats);
  });

  it('R-93 refuses a key that comes again with another input', async () => {
    const { sign, store } = desk();
    await sign('ada');
    const reused = sign('grace', someMeta({ key: 'ada', inputMac: 'of another input' }));
    await expect(reused).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
    await expect(reused).rejects.toMatchObject({ rule: 'R-93', path: ['idempotencyKey'] });
    expect(await store.readStream(frontDesk)).toHaveLength(1);
  });

  it('R-93 sends the same events at the same revision again when the store did not answer', async () => {
    const { sign, sent, store, retries } = desk(failing(lostAnswer, lostAnswer));
    const receipt = await sign('ada');
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ expected }) => expected))).toEqual(new Set(['NO_STREAM']));
    for (const { events } of sent) expect(events).toEqual(sent[0]!.events);
    expect(await store.readStream(frontDesk)).toHaveLength(1);
    expect(receipt).toMatchObject({ replayed: false, position: 1 });
    expect(retries).toEqual(['unknown-outcome', 'unknown-outcome']);
  });

  it('S14 what is sent again lies after every instant that was told meanwhile, and is the same otherwise', async () => {
    let time = NOON;
    const told: string[] = [];
    const { sign, sent, store, clock } = desk(
      failing(() => {
        time += 5;
        told.push(clock.now().toISOString());
        time += 5;
        return lostRequest();
      }),
      () => time,
    );
    const receipt = await sign('ada');
    const [recorded] = await store.readStream(frontDesk);
    expect(recorded!.metadata.recordedAt > told[0]!).toBe(true);
    expect(receipt.recordedAt).toBe(recorded!.metadata.recordedAt);
    const [first, again] = sent.map(({ events }) => events[0]!);
    const { recordedAt } = again!.metadata;
    expect(again).toEqual({ ...first, metadata: { ...first!.metadata, recordedAt } });
  });

  it('S14 the receipt of what was recorded by the first sending names the first instant', async () => {
    let time = NOON;
    const later = async (append: () => Promise<unknown>) => {
      await append();
      time += 5;
      return lostRequest();
    };
    const { sign, store } = desk(failing(later), () => time);
    const receipt = await sign('ada');
    expect(await store.readStream(frontDesk)).toMatchObject([{ metadata: { recordedAt: receipt.recordedAt } }]);
    expect(receipt.recordedAt).toBe('2025-10-15T14:00:00.000Z');
  });

  it('R-93 records once what is asked again after the store never confirmed', async () => {
    const { sign, store } = desk(failing(lostRequest, lostRequest, lostAnswer));
    await expect(sign('ada')).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(sign('ada')).resolves.toMatchObject({ replayed: true });
    expect(await store.readStream(frontDesk)).toHaveLength(1);
  });

  it('R-93 holds for any mixture of lost requests and lost answers', async () => {
    const faults = fc.array(fc.constantFrom(lostAnswer, lostRequest, overtaken), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(faults, async (drawn) => {
        const { sign, store } = desk(failing(...drawn));
        let receipt = await sign('ada').catch(() => undefined);
        for (let i = 0; i < 8 && receipt === undefined; i += 1) receipt = await sign('ada').catch(() => undefined);
        const recorded = await store.readStream(frontDesk);
        expect(recorded.map((event) => event.eventId)).toEqual(receipt!.eventIds);
        expect(recorded).toHaveLength(1);
        await store.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('R-91 conflicts', () => {
  /** Somebody of another process signs just before our append. */
  const pushedAhead = (others: string[]) => (store: StreamStore) => {
    const other = new CommandRunner({
      store,
      sealer: { seal: () => 'enc:1:other' },
      clock: new RisingClock('2025-10-15T14:00:00.000Z', () => 0),
    });
    return {
      readStream: (stream: StreamName) => store.readStream(stream),
      append: async (stream: StreamName, expected: number | 'NO_STREAM', events: readonly EventToAppend[]) => {
        const visitor = others.shift();
        if (visitor !== undefined) await other.run(book, new Sign(visitor));
        return store.append(stream, expected, events);
      },
    };
  };

  it('R-91 decides anew on what the other one wrote', async () => {
    const { sign, store, sent, retries } = desk(pushedAhead(['grace', 'edsger']));
    const receipt = await sign('ada');
    expect(sent.map(({ expected }) => expected)).toEqual(['NO_STREAM', 0, 1]);
    expect(retries).toEqual(['conflict', 'conflict']);
    expect((await store.readStream(frontDesk)).map((event) => event.revision)).toEqual([0, 1, 2]);
    expect((await store.readStream(frontDesk)).at(-1)!.eventId).toBe(receipt.eventIds[0]);
  });

  it('R-91 decides anew three times at most, then says that others were faster', async () => {
    const { sign, sent, store } = desk(pushedAhead(['b', 'c', 'd', 'e']));
    await expect(sign('ada')).rejects.toBeInstanceOf(ConflictError);
    expect(sent).toHaveLength(4);
    expect(await store.readStream(frontDesk)).toHaveLength(4);
  });

  it('lets a rule refuse after the conflict what it allowed before', async () => {
    const { sign, sent } = desk(pushedAhead(['ada']));
    await expect(sign('ada', someMeta({ key: 'second desk' }))).resolves.toMatchObject({ eventIds: [] });
    expect(sent).toHaveLength(1);
  });

  it('passes on a failure of the store that is no conflict', async () => {
    const full = () => Promise.reject(new StoreUnavailableError('no space left', 'DISK_FULL'));
    const { sign, sent } = desk(failing(full));
    await expect(sign('ada')).rejects.toMatchObject({ reason: 'DISK_FULL' });
    expect(sent).toHaveLength(1);
  });
});

describe('time and turns', () => {
  it('stamps again, not before the newest event, when its clock lies behind the store', async () => {
    const behind = () => Promise.reject(new RecordedAtBehindError('2025-10-15T16:30:00.000Z'));
    const { sign, sent } = desk(failing(behind));
    const receipt = await sign('ada');
    expect(receipt.recordedAt).toBe('2025-10-15T16:30:00.000Z');
    const [first, second] = sent.map(({ events }) => events[0]!);
    expect(second!.eventId).toBe(first!.eventId);
    expect([first, second].map((event) => event!.metadata.recordedAt)).toEqual([
      '2025-10-15T14:00:00.000Z',
      '2025-10-15T16:30:00.000Z',
    ]);
  });

  it('gives up on a clock that never reaches the newest event', async () => {
    const behind = () => Promise.reject(new RecordedAtBehindError('2025-10-15T16:30:00.000Z'));
    const { sign, sent } = desk(failing(...Array.from({ length: 50 }, () => behind)));
    await expect(sign('ada')).rejects.toBeInstanceOf(RecordedAtBehindError);
    expect(sent).toHaveLength(10);
  });

  it('lets commands on one stream wait for each other, in the order in which they came', async () => {
    const { sign, store, retries } = desk();
    const visitors = ['a', 'b', 'c', 'd', 'e', 'f'];
    const receipts = await Promise.all(visitors.map((visitor) => sign(visitor)));
    expect(retries).toEqual([]);
    const ids = (await store.readStream(frontDesk)).map((event) => event.eventId);
    expect(ids).toEqual(receipts.flatMap((receipt) => receipt.eventIds));
  });

  it('goes on with the next command when one failed', async () => {
    const { sign } = desk(failing(() => Promise.reject(new StoreUnavailableError('gone'))));
    const [first, second] = await Promise.allSettled([sign('ada'), sign('grace')]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('does not let one stream wait for another', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { sign, runner } = desk(failing(async (append) => held.then(append) as Promise<never>));
    const waiting = sign('ada');
    await expect(runner.run(book, new Sign('grace', someMeta(), 'back-door'))).resolves.toMatchObject({ position: 1 });
    release();
    await expect(waiting).resolves.toMatchObject({ position: 2 });
  });
});
