import { KeptReads } from './kept-reads.js';

describe('KeptReads', () => {
  let state: number | undefined;
  let table: Record<string, string>;
  let reads: number;
  let kept: KeptReads;
  const ask = (key: string) =>
    kept.get('persons', key, async () => {
      reads += 1;
      return table[key];
    });
  beforeEach(() => {
    state = 1;
    table = { a: 'first', b: 'other' };
    reads = 0;
    kept = new KeptReads(() => state);
  });

  it('reads once for as long as the tables stay as they are', async () => {
    expect([await ask('a'), await ask('a'), await ask('b'), reads]).toEqual(['first', 'first', 'other', 2]);
  });

  it('reads again once they have changed', async () => {
    await ask('a');
    table['a'] = 'second';
    state = 2;
    expect([await ask('a'), reads]).toEqual(['second', 2]);
  });

  it('does not keep for a later state what was asked for in an earlier one', async () => {
    let release = () => {};
    const slow = kept.get('persons', 'a', async () => {
      const seen = table['a'];
      await new Promise<void>((resolve) => (release = resolve));
      return seen;
    });
    table['a'] = 'second';
    state = 2;
    await ask('b');
    release();
    expect([await slow, await ask('a')]).toEqual(['first', 'second']);
  });

  it('keeps nothing while nobody knows the state, nor from before', async () => {
    await ask('a');
    state = undefined;
    table['a'] = 'second';
    expect([await ask('a'), await ask('a'), reads]).toEqual(['second', 'second', 3]);
  });

  it('keeps nothing that is not there, and tells projections apart', async () => {
    expect([await ask('c'), await ask('c'), reads]).toEqual([undefined, undefined, 2]);
    await ask('a');
    expect(await kept.get('organisations', 'a', async () => 'of the other')).toBe('of the other');
  });

  it('keeps no more than so many', async () => {
    for (let n = 0; n <= 5_000; n += 1) await kept.get('persons', `k${n}`, async () => n);
    table['k0'] = 'read again';
    expect(await ask('k0')).toBe('read again');
  });
});
