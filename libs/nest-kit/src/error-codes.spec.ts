import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, errorMeanings, listedCode, requestErrorMeanings } from './error-codes.js';
import { errorReference } from './error-reference.js';

const LIBS = join(__dirname, '..', '..');

/** The production sources of all slices. */
function sources(): string[] {
  return readdirSync(LIBS, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/src\/.*\.ts$/.test(file) && !/\.spec\.ts$|\/testing\/|node_modules/.test(file))
    .map((file) => readFileSync(join(LIBS, file), 'utf8'));
}

/** Codes given to `new DomainError('CODE'` and, in classes that extend it, to `super('CODE'`. */
function thrownCodes(source: string): string[] {
  const extending = source.includes('extends DomainError') ? [...source.matchAll(/\bsuper\(\s*'([A-Z][A-Z_]+)'/g)] : [];
  return [...source.matchAll(/new DomainError\(\s*'([A-Z][A-Z_]+)'/g), ...extending].map((match) => match[1]!);
}

describe('errorCodes', () => {
  it('lists every code that the sources refuse with', () => {
    const thrown = new Set(sources().flatMap(thrownCodes));
    expect(thrown.size).toBeGreaterThan(10);
    expect([...thrown].filter((code) => !(errorCodes as readonly string[]).includes(code))).toEqual([]);
  });

  it('gives each a meaning of its own, in one or two plain sentences', () => {
    for (const meanings of [errorMeanings, requestErrorMeanings].map(Object.values) as string[][]) {
      expect(meanings.filter((meaning) => !/^[A-Z"`].{10,140}\.$/.test(meaning))).toEqual([]);
      expect(new Set(meanings).size).toBe(meanings.length);
    }
  });

  it('stand in docs/errors.md as they are (npm run generate)', () => {
    const file = join(LIBS, '..', 'docs', 'errors.md');
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, errorReference());
    expect(readFileSync(file, 'utf8')).toBe(errorReference());
  });

  it('stands in for a code that was forgotten', () => {
    expect([listedCode('CONFLICT'), listedCode('NEVER_LISTED')]).toEqual(['CONFLICT', 'REFUSED']);
  });
});
