import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import {
  type EventId,
  EventTooLargeError,
  type EventToAppend,
  StoreUnavailableError,
  streamName,
} from '@waymark/kernel';
import { canonicalJson, decodeStoredEvent, encodeStoredEvent, LARGEST_EVENT_BYTES } from './index.js';
import { someEvent } from './testing/index.js';

const STREAM = streamName('explorationCycle', '1234');
const lp = (text: string) => {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Plain values as an event may carry them, keys that look like numbers and odd names included. */
const plainValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1', '10', '2', '__proto__', 'toString')),
      tie('value'),
      {
        maxKeys: 6,
      },
    ),
  ),
})).value;
const plainRecord = fc.dictionary(fc.string({ unit: 'binary' }), plainValue, { maxKeys: 6 });

describe('canonical JSON', () => {
  it('orders members by UTF-16 code units, digits and astral characters included, and leaves undefined ones out', () => {
    const text = canonicalJson({
      '10': 1,
      '9': 2,
      b: undefined,
      '\u{1F600}': 3,
      '\uFB33': 4,
      a: [true, null, -0, 1e-7],
    });
    expect(text).toBe('{"10":1,"9":2,"a":[true,null,0,1e-7],"\u{1F600}":3,"\uFB33":4}');
  });

  it('is to the byte what an implementation of others writes', () => {
    const oddName = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('1', '10', '2', '__proto__', '\u{1F600}', '\uFB33', '"', '\\', '\u007f', '\u2028', ''),
    );
    const values = fc.oneof(plainValue, fc.dictionary(oddName, plainValue, { maxKeys: 12 }));
    fc.assert(
      fc.property(values, (value) => expect(canonicalJson(value)).toBe(canonicalize(value))),
      { numRuns: 2_000 },
    );
    for (let code = 0; code < 0xd800; code += 1) {
      const text = String.fromCharCode(code);
      if (canonicalJson({ [text]: text }) !== canonicalize({ [text]: text })) expect(code).toBe('written alike');
    }
  });

  it('comes back as it was given, whatever plain value it holds', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  it.each([
    ['NaN', NaN],
    ['Infinity', -Infinity],
    ['a whole number beyond the safe ones', 2 ** 53],
    ['a huge whole number', 1e21],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a function', { f: () => 1 }],
    ['a symbol', { s: Symbol('s') }],
    ['a member named by a symbol', { [Symbol('s')]: 1 }],
    ['half a surrogate pair', ['\ud83d']],
    ['half a surrogate pair in a name', { '\ude00': 1 }],
    ['undefined in a list', [1, undefined]],
    ['a list with a hole', [1, , 3]],
    ['a list with a member', Object.assign([1], { extra: 2 })],
    ['a hole made up for by a member', Object.assign(new Array<number>(1), { extra: 2 })],
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map()],
    ['a boxed text', Object('text')],
    ['bytes', Buffer.from('x')],
    ['a class instance', new (class Point {})()],
    ['a value that writes itself', { toJSON: () => 1 }],
    ['an object with a prototype of its own', Object.create({ inherited: 1 })],
    ['a list of a class of its own', new (class Rows extends Array {})()],
    ['a cycle', cycle],
    ['nesting 65 deep', deep(65)],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('takes nesting 64 deep', () => {
    expect(canonicalJson(deep(64))).toBe(`${'['.repeat(64)}1${']'.repeat(64)}`);
  });

  it('takes plain objects of another realm', () => {
    expect(canonicalJson(runInNewContext('({ a: [1, { b: "x" }] })'))).toBe('{"a":[1,{"b":"x"}]}');
  });

  it('says where the trouble is', () => {
    expect(() => canonicalJson({ answers: [{ score: NaN }] })).toThrow('.answers[0].score is NaN');
  });
});

describe('stored event', () => {
  const event: EventToAppend = {
    ...someEvent({
      eventId: '00112233-4455-8677-8899-aabbccddeeff' as EventId,
      type: 'NeedRecorded',
      data: { text: 'Lesen – 読む \u{1F4D6}', '10': 1, '9': [] },
    }),
    metadata: { nonce: 'AAECAwQFBgcICQoLDA0ODw==', schemaVersion: 1 } as EventToAppend['metadata'],
  };

  it('is laid out to the byte, whatever library writes it', () => {
    const bytes = encodeStoredEvent(STREAM, 2 ** 32 + 5, event);
    const expected = Buffer.concat([
      Buffer.from('waymark-event/1\n'),
      Buffer.from('00112233445586778899aabbccddeeff', 'hex'),
      Buffer.from('0000000100000005', 'hex'),
      lp('explorationCycle-1234'),
      lp('NeedRecorded'),
      lp('{"nonce":"AAECAwQFBgcICQoLDA0ODw==","schemaVersion":1}'),
      lp('{"10":1,"9":[],"text":"Lesen – 読む \u{1F4D6}"}'),
    ]);
    expect(bytes.equals(expected)).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '690aabba029a1f90fca15b671263ed650832a1706116b8b259871ebdfc855e4b',
    );
  });

  it('comes back as it was encoded, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(plainRecord, fc.string({ minLength: 1, unit: 'grapheme' }), fc.maxSafeInteger(), (data, type, n) => {
        const revision = Math.abs(n);
        const given = { ...someEvent({ type }), data };
        const bytes = encodeStoredEvent(STREAM, revision, given);
        const back = decodeStoredEvent(new Uint8Array(bytes), 7);
        expect(back).toMatchObject({ eventId: given.eventId, type, stream: STREAM, revision, position: 7 });
        expect(back.data).toEqual(JSON.parse(JSON.stringify(data)));
        expect(encodeStoredEvent(STREAM, revision, back).equals(bytes)).toBe(true);
      }),
    );
  });

  it('takes an event of exactly the largest size and none above', () => {
    const empty = encodeStoredEvent(STREAM, 0, { ...event, data: { text: '' } }).length;
    const filled = (bytes: number) => ({ ...event, data: { text: 'x'.repeat(bytes - empty) } });
    expect(encodeStoredEvent(STREAM, 0, filled(LARGEST_EVENT_BYTES))).toHaveLength(LARGEST_EVENT_BYTES);
    expect(() => encodeStoredEvent(STREAM, 0, filled(LARGEST_EVENT_BYTES + 1))).toThrow(EventTooLargeError);
  });

  it('that was cut, lengthened or belongs to another format is reported as damaged', () => {
    const bytes = encodeStoredEvent(STREAM, 0, event);
    const other = Buffer.from(bytes);
    other[14] = '2'.charCodeAt(0);
    for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('x')]), other, Buffer.alloc(0)]) {
      expect(() => decodeStoredEvent(wrong, 42)).toThrow(StoreUnavailableError);
      expect(() => decodeStoredEvent(wrong, 42)).toThrow(/position 42/);
    }
  });

  it.each([
    ['a negative revision', -1, STREAM],
    ['a broken revision', 0.5, STREAM],
    ['a stream without a name', 0, '' as typeof STREAM],
    ['a stream named by half a surrogate pair', 0, 'a-\ud83d' as typeof STREAM],
  ])('refuses %s', (_, revision, stream) => {
    expect(() => encodeStoredEvent(stream, revision, event)).toThrow(TypeError);
  });
});
