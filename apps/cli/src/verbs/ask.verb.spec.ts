import type { Answer } from '@waymark/county-progress';
import { idOf } from '@waymark/kernel/testing';
import { renderAnswer } from './ask.verb.js';

const answer: Answer = {
  ...{ question: 'silent-districts', version: 1, state: null, figures: [], items: [] },
  organisation: { id: idOf('s1'), code: 'ZZ-90', name: 'Lakeshore', isSample: true },
  asOf: { eventId: null, recordedAt: null, effectiveOn: '2026-06-30' },
};
const head = (over: Partial<Answer> = {}) => renderAnswer({ ...answer, ...over }).split('\n', 1)[0];

describe('an answer at the terminal', () => {
  it('says SAMPLE beside the name of what is sample data, and beside nothing else', () => {
    expect(head()).toBe('silent-districts (version 1) · ZZ-90 Lakeshore (SAMPLE)');
    expect(head({ organisation: null, state: 'ZZ' })).toBe('silent-districts (version 1) · ZZ (SAMPLE)');
    const real = { ...answer.organisation!, code: 'MI-41', isSample: false };
    expect(head({ organisation: real })).toBe('silent-districts (version 1) · MI-41 Lakeshore');
    expect(head({ organisation: null, state: 'MI' })).toBe('silent-districts (version 1) · MI');
  });
});
