import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { questionReference } from './question-reference.js';

const file = join(__dirname, '../../../docs/questions.md');

describe('docs/questions.md', () => {
  it('is what the definitions say (npm run generate)', () => {
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, questionReference());
    expect(readFileSync(file, 'utf8')).toBe(questionReference());
  });
});
