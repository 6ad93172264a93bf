import { errorMeanings, requestErrorMeanings } from './error-codes.js';

/** `docs/errors.md`: every code that clients may meet, with what it means. */
export function errorReference(): string {
  return `${[
    '# Errors',
    '',
    'Generated from `libs/nest-kit/src/error-codes.ts`; do not edit. Codes are only ever added. The message beside a code says what to do.',
    '',
    '## In `userErrors` of a mutation',
    '',
    'A rule refused the entry and nothing was recorded, unless a receipt stands beside it. Each carries `path` (into the input) and',
    '`rule` (R-nn of [rules.md](rules.md)) where one applies. Questions refuse with the same codes, in `extensions.code`.',
    '',
    ...table(errorMeanings),
    '',
    '## In `extensions.code` of a request',
    '',
    ...table(requestErrorMeanings),
  ].join('\n')}\n`;
}

function table(meanings: Readonly<Record<string, string>>): string[] {
  return [
    '| Code | Meaning |',
    '| --- | --- |',
    ...Object.entries(meanings).map(([code, text]) => `| \`${code}\` | ${text} |`),
  ];
}
