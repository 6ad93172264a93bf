import fc from 'fast-check';
import {
  derivedUuid,
  isUuid,
  randomId,
  randomNonce,
  streamCategory,
  streamName,
  uuidBytes,
  uuidFromBytes,
} from './ids.js';

describe('derived id', () => {
  it('is the same for the same parts and another for others, however they are cut', () => {
    expect(derivedUuid('event', 'a', '0')).toBe(derivedUuid('event', 'a', '0'));
    expect(derivedUuid('ab', 'c')).not.toBe(derivedUuid('a', 'bc'));
    expect(derivedUuid('a', '')).not.toBe(derivedUuid('a'));
    const parts = fc.array(fc.string(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const areSame = JSON.stringify(one) === JSON.stringify(other);
        expect(derivedUuid(...one) === derivedUuid(...other)).toBe(areSame);
      }),
    );
  });

  it('is a UUID of version 8, as stores and clients expect one', () => {
    fc.assert(
      fc.property(fc.string(), (part) => {
        expect(derivedUuid(part)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('is pinned: a retry after an upgrade must derive the ids of before', () => {
    expect(derivedUuid('event', 'command', '0')).toBe('c40f60a0-30f5-8f53-a245-c7611d61ace3');
  });
});

describe('UUID and nonce', () => {
  it('goes to 16 bytes and back', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => expect(uuidFromBytes(uuidBytes(uuid))).toBe(uuid)));
    expect(() => uuidBytes('not-a-uuid')).toThrow(TypeError);
  });

  it('has one spelling: lower case, with dashes', () => {
    const id = randomId();
    expect(isUuid(id)).toBe(true);
    expect([id.toUpperCase(), id.replaceAll('-', ''), `${id} `, ''].filter(isUuid)).toEqual([]);
  });

  it('draws a nonce of 16 bytes that does not come again', () => {
    const drawn = Array.from({ length: 50 }, randomNonce);
    expect(new Set(drawn).size).toBe(50);
    expect(drawn.every((nonce) => Buffer.from(nonce, 'base64').length === 16)).toBe(true);
  });
});

describe('stream name', () => {
  it('joins category and parts so that the category can be told again', () => {
    const name = streamName('explorationCycle', '5a1f6d0c-9b7e', '2025-26', 'mimtss-isd');
    expect(name).toBe('explorationCycle-5a1f6d0c-9b7e_2025-26_mimtss-isd');
    expect(streamCategory(name)).toBe('explorationCycle');
  });

  it('refuses what some store could not carry, and what would make two streams one', () => {
    const refused: [string, ...string[]][] = [
      ['exploration-cycle', 'a'],
      ['Cycle', 'a'],
      ['', 'a'],
      ['cycle'],
      ['cycle', ''],
      ['cycle', 'a_b'],
      ['cycle', 'a b'],
      ['cycle', 'ä'],
      ['cycle', '../a'],
    ];
    for (const [category, ...parts] of refused) expect(() => streamName(category, ...parts)).toThrow(TypeError);
  });

  it('is different for different parts', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9.-]{1,8}$/);
    const parts = fc.array(part, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const areSame = JSON.stringify(one) === JSON.stringify(other);
        expect(streamName('cycle', ...one) === streamName('cycle', ...other)).toBe(areSame);
      }),
    );
  });
});
