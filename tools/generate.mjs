// `npm run generate`: writes everything anew that is printed from the code, by the very specs that hold it to the code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const specs = {
  'apps/api/schema.graphql': 'apps/api/src/schema.spec.ts',
  'docs/events.md': 'apps/cli/src/event-reference.spec.ts',
  'docs/questions.md': 'libs/county-progress/src/question-reference.spec.ts',
  'docs/rights.md': 'libs/identity/src/matrix-rights.spec.ts',
  'docs/metrics.md': 'libs/nest-kit/src/metrics.spec.ts',
  'docs/errors.md': 'libs/nest-kit/src/error-codes.spec.ts',
};

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const run = spawnSync(process.execPath, [jest, '--runTestsByPath', ...Object.values(specs)], {
  cwd: root,
  stdio: ['ignore', 2, 2],
  env: { ...process.env, UPDATE_GENERATED: '1' },
});
for (const file of Object.keys(specs)) process.stdout.write(`${file}\n`);
process.exitCode = run.status ?? 1;
