import { ReadTablesBehindError } from '@waymark/read-store';
import { ExitCode, exitCodeOf, sentenceFor } from './exit.js';

describe('how a verb ends', () => {
  it('with a sentence, not a stack, when the tables are behind', () => {
    const behind = new ReadTablesBehindError(12);
    expect(exitCodeOf(behind)).toBe(ExitCode.REFUSED);
    expect(sentenceFor(behind)).toBe(`${behind.message} [READ_TABLES_BEHIND]`);
  });
});
