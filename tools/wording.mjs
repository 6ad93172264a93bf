// No wording of others in the project. The published texts are not kept here: wording.json holds digests of every run of
// seven words in them, which tell a copied run and do not give it back.
//   node tools/wording.mjs                   finds copied runs in code, data and docs; exit code 1 on any
//   node tools/wording.mjs --in <file>...    looks into these files alone
//   node tools/wording.mjs --learn <file>... adds the digests of texts whose wording may not be used
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { projectFiles, root } from './project-files.mjs';

const RUN = 7;
/** Hexadecimal digits kept of each digest: few enough to be worthless for guessing texts back. */
const DIGITS = 10;
const store = process.env.WORDING_FILE ?? join(root, 'tools', 'wording.json');
const learned = JSON.parse(readFileSync(store, 'utf8'));

const [verb, ...named] = process.argv.slice(2);
if (verb === '--learn') learn(named);
else find(verb === '--in' ? named : projectFiles(['apps', 'libs', 'docs', 'directories']).filter(isText));

function learn(files) {
  const digests = new Set(learned.digests);
  for (const file of files) for (const { digest } of runs(readFileSync(file, 'utf8'))) digests.add(digest);
  writeFileSync(store, `${JSON.stringify({ ...learned, digests: [...digests].sort() })}\n`);
}

function find(files) {
  const digests = new Set(learned.digests);
  const findings = files.flatMap((file) => {
    const text = readFileSync(isAbsolute(file) ? file : join(root, file), 'utf8');
    return runs(text)
      .filter(({ digest }) => digests.has(digest))
      .map(({ words }) => `${file}: "${words}" is the wording of others; say it in our own words`);
  });
  for (const finding of findings) process.stderr.write(`${finding}\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

/** Every run of words of a text, without regard to case, punctuation and line breaks. */
function runs(text) {
  const words =
    text
      .replaceAll(/\\[nrt]/g, ' ')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[a-z]+(?:'[a-z]+)*/g) ?? [];
  return words.slice(0, Math.max(0, words.length - RUN + 1)).map((_, at) => {
    const run = words.slice(at, at + RUN).join(' ');
    return { words: run, digest: createHash('sha256').update(run).digest('hex').slice(0, DIGITS) };
  });
}

function isText(file) {
  return /\.(ts|json|md|graphql|html|js|csv)$/.test(file) && !/michigan.*\.csv$/.test(file);
}
