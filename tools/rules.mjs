// Every rule that docs/rules.md states as built has a test that carries its number, and no test carries a number that the
// document does not state. Suites that several specs run stand under `testing/`. Exit code 1 on any finding.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, root } from './project-files.mjs';

const stated = numbersIn(readFileSync(join(root, 'docs', 'rules.md'), 'utf8'), /^- \*\*(R-\d+)\*\*/gm);
const tested = new Map();
for (const file of projectFiles(['apps', 'libs', 'tools']).filter((name) =>
  /(\.spec|\.e2e-spec|\.contract)\.ts$|\/testing\/[\w-]+\.ts$/.test(name),
)) {
  for (const title of titlesIn(readFileSync(join(root, file), 'utf8'))) {
    for (const rule of numbersIn(title, /\b(R-\d+)\b/g)) tested.set(rule, file);
  }
}

const findings = [
  ...[...stated]
    .filter((rule) => !tested.has(rule))
    .map((rule) => `${rule} is stated in docs/rules.md, and no test carries its number`),
  ...[...tested]
    .filter(([rule]) => !stated.has(rule))
    .map(([rule, file]) => `${rule} is tested in ${file}, and docs/rules.md does not state it`),
];
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** What describe, it and test are called with, directly or behind .each(…). */
function titlesIn(source) {
  const title = /(?:\b(?:describe|it|test)(?:\.(?:only|skip|failing))?|\))\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;
  return [...source.matchAll(title)].map((match) => match[2]);
}

function numbersIn(text, pattern) {
  return new Set([...text.matchAll(pattern)].map((match) => match[1]));
}
