// Shows that every rule of .dependency-cruiser.cjs can fire: plants one violation per rule in a small tree of its own, beside
// innocent neighbours, and expects exactly the planted files to be reported. A rule whose pattern has a slip passes for ever
// otherwise. A rule without a planted violation fails this test. Exit code 1 on any miss.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './setup.mjs';

const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));

/** What each rule must report: the file that breaks it, and what stands in that file. */
const violations = {
  'no-circular': ['libs/exploration/src/a.basis.ts', "import './b.basis.js'; export const a = 1;"],
  'domain-is-pure': ['libs/exploration/src/x.decider.ts', "import '@waymark/organisations'; export const x = 1;"],
  'domain-not-to-adapters': ['libs/exploration/src/y.decider.ts', "import './y.projection.js'; export const y = 1;"],
  'domain-reaches-no-framework': ['libs/exploration/src/w.decider.ts', "import './wide.js'; export const w = 1;"],
  'kernel-is-pure': ['libs/kernel/src/clock.ts', "import 'node:fs'; export const clock = 1;"],
  'platform-knows-no-slice': ['libs/nest-kit/src/glue.ts', "import '@waymark/organisations'; export const glue = 1;"],
  'slices-in-order': ['libs/organisations/src/late.policy.ts', "import '@waymark/exploration'; export const late = 1;"],
  'exploration-before-initiatives': [
    'libs/exploration/src/early.policy.ts',
    "import '@waymark/initiatives'; export const early = 1;",
  ],
  'nothing-reads-county-progress': [
    'libs/exploration/src/answers.policy.ts',
    "import '@waymark/county-progress'; export const answers = 1;",
  ],
  'libs-never-import-apps': [
    'libs/nest-kit/src/app.ts',
    "import '../../../apps/api/src/wiring.js'; export const app = 1;",
  ],
  'store-adapters-only-in-apps': [
    'libs/exploration/src/store.policy.ts',
    "import '@waymark/event-store/sqlite'; export const store = 1;",
  ],
  'sqlite-driver-confined': [
    'libs/exploration/src/driver.projection.ts',
    "import '@photostructure/sqlite'; export const driver = 1;",
  ],
  'kurrent-client-confined': [
    'libs/exploration/src/client.policy.ts',
    "import '@kurrent/kurrentdb-client'; export const client = 1;",
  ],
  'query-builder-confined': ['libs/exploration/src/q.resolver.ts', "import 'kysely'; export const q = 1;"],
  'through-the-front-door': [
    'libs/exploration/src/back.policy.ts',
    "import '../../organisations/src/inner.js'; export const back = 1;",
  ],
  'apps-through-the-front-door': [
    'apps/api/src/back.ts',
    "import '../../../libs/organisations/src/inner.js'; export const back = 1;",
  ],
  'prod-not-to-tests': ['libs/exploration/src/p.policy.ts', "import '@waymark/kernel/testing'; export const p = 1;"],
  'resolver-not-to-resolver': ['libs/exploration/src/r.resolver.ts', "import './q.resolver.js'; export const r = 1;"],
  'not-to-dev-dep': ['libs/exploration/src/d.policy.ts', "import 'fast-check'; export const d = 1;"],
  'no-undeclared-package': ['libs/exploration/src/u.policy.ts', "import 'no-such-package-here'; export const u = 1;"],
  'no-orphans': ['libs/exploration/src/forgotten.policy.ts', 'export const forgotten = 1;'],
};

/** What the planted files need around them, and imports that every rule must let pass. */
const innocent = {
  'libs/kernel/src/index.ts': "import 'node:crypto'; export * from './errors.js';",
  'libs/kernel/src/errors.ts': 'export const errors = 1;',
  'libs/kernel/src/errors.spec.ts': "import 'fast-check'; import './errors.js'; import '@waymark/event-store/testing';",
  'libs/kernel/src/testing/index.ts': "import '../errors.js'; export const given = 1;",
  'libs/event-store/src/index.ts': "import '@waymark/kernel'; export const port = 1;",
  'libs/event-store/src/sqlite/index.ts': "import '@photostructure/sqlite'; export const sqlite = 1;",
  'libs/event-store/src/testing/index.ts': "import '../sqlite/index.js'; import 'fast-check'; export const memory = 1;",
  'libs/nest-kit/src/index.ts': "import '@waymark/kernel'; import '@nestjs/common'; export const kit = 1;",
  'libs/organisations/src/index.ts': "export * from './inner.js'; export * from './organisation.events.js';",
  'libs/organisations/src/inner.ts': "import '@waymark/kernel'; export const inner = 1;",
  'libs/organisations/src/organisation.events.ts': "import '@waymark/kernel'; export const events = 1;",
  'libs/exploration/src/index.ts': "import '@waymark/organisations'; import './z.decider.js'; export const slice = 1;",
  'libs/exploration/src/z.decider.ts': "import '@waymark/kernel'; import './z.events.js'; import './sets.js';",
  'libs/exploration/src/z.events.ts': "import '@waymark/kernel';",
  'libs/exploration/src/sets.ts': 'export const sets = 1;',
  'libs/exploration/src/wide.ts': "import '@nestjs/common'; export const wide = 1;",
  'libs/exploration/src/y.projection.ts': "import 'kysely'; import '@waymark/organisations'; export const y = 1;",
  'libs/exploration/src/b.basis.ts': "import './a.basis.js'; export const b = 1;",
  'libs/initiatives/src/index.ts': "import '@waymark/exploration'; export const inventories = 1;",
  'libs/county-progress/src/index.ts': "import '@waymark/exploration'; import 'kysely'; export const answers = 1;",
  'apps/api/src/main.ts': "import '@waymark/event-store/sqlite'; import '@waymark/exploration'; import './wiring.js';",
  'apps/api/src/wiring.ts': 'export const wiring = 1;',
};

mkdirSync(join(root, '.cache'), { recursive: true });
const tree = mkdtempSync(join(root, '.cache', 'boundaries-'));
try {
  process.exitCode = report(cruise()) ? 0 : 1;
} finally {
  rmSync(tree, { recursive: true, force: true });
}

function cruise() {
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(join(root, file), join(tree, file));
  const files = { ...innocent, ...Object.fromEntries(Object.values(violations)) };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${text}\n`);
  }
  const binary = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const args = [binary, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'];
  const run = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.stdout === '') throw new Error(run.stderr);
  return JSON.parse(run.stdout).summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
}

function report(found) {
  const misses = [...forbidden.flatMap(({ name }) => unnoticed(name, found)), ...withoutRule(), ...falseAlarms(found)];
  for (const miss of misses) process.stderr.write(`${miss}\n`);
  if (misses.length === 0) process.stderr.write(`${forbidden.length} boundary rules, each seen to fire\n`);
  return misses.length === 0;
}

function unnoticed(name, found) {
  const planted = violations[name]?.[0];
  if (planted === undefined) return [`${name}: no violation is planted for this rule`];
  return found.some(({ rule, from }) => rule === name && from === planted)
    ? []
    : [`${name}: ${planted} went unnoticed`];
}

function withoutRule() {
  const rules = new Set(forbidden.map(({ name }) => name));
  return Object.keys(violations)
    .filter((name) => !rules.has(name))
    .map((name) => `${name}: a violation is planted, the rule is gone`);
}

function falseAlarms(found) {
  // The second file of the planted cycle takes part in it.
  const planted = new Set([...Object.values(violations).map(([file]) => file), 'libs/exploration/src/b.basis.ts']);
  return found
    .filter(({ from }) => !planted.has(from))
    .map(({ rule, from }) => `${rule}: reports the innocent ${from}`);
}
