import { assertCoherent, counted, difference, type Finding, keyText, measured, noData, readKey } from './figure.js';

const key = { name: 'districts-with-need', dimensions: { focusArea: 'SEBH' } };
const withheld: Finding = { ...key, value: null, state: 'SUPPRESSED', reason: 'Fewer than 10 stand behind it.' };
const compared = { now: 2, before: 4, known: 5, of: 8, who: 'districts' };
const among = (of: number, known: number) => ({ of, known, who: 'districts' });

describe('a figure', () => {
  it.each([
    ['all of them spoke', measured(key, 0, among(3, 3)), 0, 'KNOWN', null],
    ['some spoke', measured(key, 1, among(3, 2)), 1, 'PARTIAL', '1 of 3 districts said nothing.'],
    [
      'nobody spoke',
      measured(key, 0, among(3, 0)),
      null,
      'NO_DATA',
      'None of the 3 districts said anything about this.',
    ],
    [
      'there is nobody',
      measured(key, 0, among(0, 0)),
      null,
      'NOT_APPLICABLE',
      'There are no districts here on this day.',
    ],
    ['it is counted from outside', counted(key, 2, 3, 'districts'), 2, 'KNOWN', null],
  ] as const)('says what stands behind it when %s', (_, finding, value, state, reason) => {
    expect(finding).toEqual({ ...key, value, state, reason });
    expect(() => assertCoherent(finding)).not.toThrow();
  });

  it('R-85 is neither nothing nor zero when it is withheld: it says so, and why', () => {
    expect(() => assertCoherent(withheld)).not.toThrow();
    expect(() => assertCoherent({ ...withheld, value: 0 })).toThrow('SUPPRESSED with a value');
    expect(() => assertCoherent({ ...withheld, value: 4 })).toThrow('SUPPRESSED with a value');
    expect(() => assertCoherent({ ...withheld, reason: null })).toThrow('does not say why');
    expect(() => assertCoherent({ ...withheld, state: 'KNOWN' })).toThrow('KNOWN with no value');
  });

  it('R-85 withholds a difference when either side is withheld, for the same reason', () => {
    const shown = measured(key, 7, among(8, 8));
    for (const [now, before] of [
      [withheld, shown],
      [shown, withheld],
      [withheld, noData(key, 'Nobody was asked.')],
      [noData(key, 'Nobody was asked.'), withheld],
    ] as const) {
      expect(difference(key, now, before, compared)).toEqual(withheld);
    }
  });

  it('differs among those that spoke in both years, and says how many they are', () => {
    const [now, before] = [measured(key, 5, among(8, 8)), measured(key, 7, among(8, 5))];
    expect(difference(key, now, before, compared)).toEqual({
      ...{ ...key, value: -2, state: 'PARTIAL' },
      reason: 'Compares 5 of 8 districts: those that spoke in both years.',
    });
    expect(difference(key, now, before, { ...compared, of: 5 })).toEqual({
      ...key,
      ...{ value: -2, state: 'KNOWN', reason: null },
    });
  });

  it('has no difference when one year has no value, or nobody spoke in both', () => {
    const [some, none] = [measured(key, 5, among(8, 3)), noData(key, 'Nobody was asked.')];
    expect(difference(key, some, none, compared)).toEqual({
      ...key,
      ...{ value: null, state: 'NO_DATA', reason: 'Last year: Nobody was asked.' },
    });
    expect(difference(key, none, some, compared).reason).toBe('This year: Nobody was asked.');
    expect(difference(key, some, some, { ...compared, known: 0 })).toEqual({
      ...key,
      ...{ value: null, state: 'NO_DATA', reason: 'None of the 8 districts spoke in both years.' },
    });
  });

  it('goes by a key that is one text', () => {
    const odd = { name: 'n', dimensions: { 'a b': 'x&y=z?', c: '' } };
    for (const each of [key, odd, { name: 'bare', dimensions: {} }]) expect(readKey(keyText(each))).toEqual(each);
  });
});
