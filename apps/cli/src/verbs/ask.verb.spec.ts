import type { Answer } from '@waymark/county-progress';
import { idOf } from '@waymark/kernel/testing';
import { renderAnswer } from './ask.verb.js';

const answer: Answer = {
  ...{ question: 'silent-districts', version: 1, state: null, stream: null, figures: [], items: [] },
  organisation: { id: idOf('s1'), code: 'ZZ-90', name: 'Lakeshore', isSample: true },
  asOf: { eventId: null, recordedAt: null, effectiveOn: '2026-06-30' },
};
const head = (over: Partial<Answer> = {}) => renderAnswer({ ...answer, ...over }).split('\n', 1)[0];

const district = (value: string) => ({
  ...{ kind: 'SILENT_DISTRICT', label: 'A district that said nothing', sources: null, event: null },
  fields: [{ name: 'district', label: 'The district', value, organisation: null }],
});

describe('an answer at the terminal', () => {
  it('lists all items of a kind, or the first of them, and says how many there are', () => {
    const items = ['ZZ-90010', 'ZZ-90020', 'ZZ-90030'].map(district);
    const list = (first?: number) =>
      renderAnswer({ ...answer, items }, first)
        .split('\n')
        .slice(5);
    const table = ['district', '────────', 'ZZ-90010', 'ZZ-90020', 'ZZ-90030'];
    expect(list()).toEqual(['', 'A district that said nothing: 3', ...table]);
    expect(list(2)).toEqual(['', 'A district that said nothing: 2 of 3', ...table.slice(0, 4)]);
    expect(list(3)).toEqual(list());
  });

  it('says SAMPLE beside the name of what is sample data, and beside nothing else', () => {
    expect(head()).toBe('silent-districts (version 1) · ZZ-90 Lakeshore (SAMPLE)');
    expect(head({ organisation: null, state: 'ZZ' })).toBe('silent-districts (version 1) · ZZ (SAMPLE)');
    const real = { ...answer.organisation!, code: 'MI-41', isSample: false };
    expect(head({ organisation: real })).toBe('silent-districts (version 1) · MI-41 Lakeshore');
    expect(head({ organisation: null, state: 'MI' })).toBe('silent-districts (version 1) · MI');
  });
});
