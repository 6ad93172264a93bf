// The project stands alone: no path of somebody's machine, no paper that is not part of it, no package source of somebody's
// network, no key. Patterns are written so that they do not match themselves. Exit code 1 on any finding.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, root } from './project-files.mjs';

const largest = 2_000_000;
const text =
  /\.(ts|mjs|cjs|js|json|md|yml|yaml|graphql|sh|html|css|txt)$|^(\.ci\/run|LICENSE|NOTICE|Dockerfile|\.[a-z]+rc|\.gitignore)$/;

const rules = [
  { what: 'a path of one machine', pattern: /(?<![\w.:-])\/(?:[w]ork|[r]oot|[h]ome|[U]sers)\/[\w.-]+/ },
  { what: 'a temporary path of one machine', pattern: /(?<![\w.:-])\/[t]mp\/[\w.-]+/ },
  { what: 'a drive of one machine', pattern: /\b[C-Z]:\\\\?[U]sers\b/ },
  {
    what: 'a paper outside the project',
    pattern: /\b(?:[a]udit-log|[d]omain|[s]tyle|[s]tack|[s]tores|[p]roducts)\.md\b|\.\.\/[s]hared\//,
  },
  {
    what: 'who wrote it, instead of what it is',
    pattern: /\b(?:[c]laude|[a]nthropic|[o]penai|[c]hatgpt|[c]opilot|sub-?[a]gents?|[l]anguage model)\b/i,
  },
  { what: 'a private key', pattern: /-----[B]EGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'a note to do it later', pattern: /\b(?:[T]ODO|[F]IXME|[X]XX)\b/ },
];
const packageSource = /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)[^"]*"/;

const findings = projectFiles().filter(isText).flatMap(findingsOf);
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

function isText(file) {
  return text.test(file) && statSync(join(root, file)).size < largest;
}

function findingsOf(file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const lock = file === 'package-lock.json';
  return lines.flatMap((line, index) => {
    const found = lock
      ? packageSource.test(line)
        ? ['a package source other than the npm registry']
        : []
      : rules.filter(({ pattern }) => pattern.test(line)).map(({ what }) => what);
    return found.map((what) => `${file}:${index + 1}: ${what}: ${line.trim().slice(0, 120)}`);
  });
}
