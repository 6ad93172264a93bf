import { assertCoherent, counted, difference, type Finding, keyText, measured, noData, readKey } from './figure.js';

const key = { name: 'districts-with-need', dimensions: { focusArea: 'SEBH' } };
const withheld: Finding = { ...key, value: null, state: 'SUPPRESSED', reason: 'Fewer than 10 stand behind it.' };
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
      expect(difference(key, now, before)).toEqual(withheld);
    }
  });

  it('differs by its values, and is as good as the worse of the two', () => {
    expect(difference(key, measured(key, 5, among(8, 8)), measured(key, 7, among(8, 6)))).toEqual({
      ...{ ...key, value: -2, state: 'PARTIAL' },
      reason: '2 of 8 districts said nothing.',
    });
    expect(difference(key, measured(key, 5, among(8, 8)), noData(key, 'Nobody was asked.')).state).toBe('NO_DATA');
  });

  it('goes by a key that is one text', () => {
    const odd = { name: 'n', dimensions: { 'a b': 'x&y=z?', c: '' } };
    for (const each of [key, odd, { name: 'bare', dimensions: {} }]) expect(readKey(keyText(each))).toEqual(each);
  });
});
