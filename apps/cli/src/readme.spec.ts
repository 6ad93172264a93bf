import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const verbs = readdirSync(new URL('./verbs/', import.meta.url))
  .filter((name) => name.endsWith('.verb.ts'))
  .map((name) => name.replace('.verb.ts', ''));
const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
const chapter = /## On the command line\n\n(.*?)\n\n## /s.exec(readme)?.[1] ?? '';

describe('README.md, on the command line', () => {
  it('names each verb', () => {
    expect(verbs).toContain('ask');
    expect(verbs.filter((verb) => !chapter.includes(`\`${verb}\``))).toEqual([]);
  });
});
