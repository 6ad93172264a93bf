// File names of apps and libs: a closed list of kinds, no catch-all names, flat slices, and the companions that a kind promises
// (a decider its spec, stored events their golden file and spec). Exit code 1 on any finding.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectFiles, root } from './project-files.mjs';

/** `noun.kind.ts`. A file without a kind is a pure part or data of its slice, or code of a platform lib. */
const kinds = [
  'events',
  'decider',
  'projection',
  'reads',
  'enums',
  'inputs',
  'views',
  'resolver',
  'module',
  'basis',
  'policy',
  'contract',
  'worker',
  'facts',
  'question',
];
/** What Nest and Apollo call their parts; in the glue alone. */
const glueKinds = ['driver', 'filter', 'guard', 'interceptor', 'pipe', 'plugin'];
/** What the command line offers; in the cli alone. */
const cliKinds = ['verb'];
const testKinds = ['spec', 'e2e-spec'];
const catchAll = /(^|[-.])(utils?|helpers?|common|managers?|types|base|misc|shared|constants)(?=[-.]|$)/;
const platform = ['kernel', 'event-store', 'read-store', 'nest-kit'];
/** Folders that a lib may have: parts with a door or a fence of their own. */
const folders = [
  'testing',
  'contract',
  'sqlite',
  'postgres',
  'kurrentdb',
  'address',
  'keys',
  'graphql',
  'worker',
  'data',
  'facts',
  'questions',
  'asking',
];

const findings = projectFiles(['apps', 'libs']).flatMap((file) =>
  findingsOf(file).map((finding) => `${file}: ${finding}`),
);
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

function findingsOf(file) {
  const name = basename(file);
  const findings = [];
  if (!/\.(ts|mjs|cjs)$/.test(name)) return findings;
  if (!/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name)) findings.push('names are lower case, words joined by dashes');
  if (catchAll.test(name)) findings.push('name the thing that stands in it; a catch-all name collects everything');
  const [, ...parts] = name.replace(/\.(ts|mjs|cjs)$/, '').split('.');
  const known = [
    ...kinds,
    ...testKinds,
    ...(/^(apps|libs\/nest-kit)\//.test(file) ? glueKinds : []),
    ...(file.startsWith('apps/cli/') ? cliKinds : []),
  ];
  const unknown = parts.filter((part) => !known.includes(part));
  if (unknown.length > 0) findings.push(`.${unknown.join('.')} is no kind of file (${known.join(', ')})`);
  return [...findings, ...placeOf(file), ...companionsOf(file, parts)];
}

function placeOf(file) {
  const [top, lib, source, ...below] = file.split('/');
  if (top !== 'libs') return [];
  if (source !== 'src') return ['code of a lib lies under its src'];
  const inner = below.slice(0, -1);
  if (isDouble(inner)) return [];
  if (inner.length > 1) return ['a lib is flat: one folder below src at most'];
  if (inner.length === 1 && !folders.includes(inner[0]))
    return [`a lib is flat: ${inner[0]}/ is none of ${folders.join(', ')}`];
  if (platform.includes(lib) && /\.(events|decider|inputs|views|policy)\.ts$/.test(file))
    return ['platform libs know no domain'];
  return [];
}

/** A server played for tests has parts of its own, apart from what else a lib lends to tests. */
function isDouble(inner) {
  return inner.length === 2 && inner[0] === 'testing' && inner[1].endsWith('-double');
}

function companionsOf(file, parts) {
  const beside = (suffix) => join(dirname(file), basename(file).replace(/\.ts$/, suffix));
  const missing = (path) => (existsSync(join(root, path)) ? [] : [`${basename(path)} is missing beside it`]);
  if (parts.length !== 1) return [];
  if (parts[0] === 'decider') return missing(beside('.spec.ts'));
  if (parts[0] === 'events') return [...missing(beside('.golden.json')), ...missing(beside('.spec.ts'))];
  if (parts[0] === 'projection') return missing(beside('.spec.ts'));
  return [];
}
