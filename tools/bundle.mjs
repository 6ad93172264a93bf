// Last step of the build: each program as one file, so that a start reads a few files instead of three thousand.
// The compiled modules under dist/apps and dist/libs stay as they are: tests and measurements import them one by one.
import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from './setup.mjs';

const programs = [
  'apps/api/src/main',
  'apps/cli/src/main',
  'apps/projector/src/main',
  'apps/projector/src/projection.worker',
];

// What stays outside: the SQLite driver and the client of KurrentDB, which bring binaries, and what Nest and Apollo ask for only where it is installed.
const external = [
  '@kurrent/kurrentdb-client',
  '@photostructure/sqlite',
  '@apollo/gateway',
  '@apollo/subgraph',
  '@apollo/subgraph/*',
  '@as-integrations/express5',
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'bufferutil',
  'pg-native',
  'class-transformer/storage',
  'pino-pretty',
  'subscriptions-transport-ws',
  'ts-morph',
  'utf-8-validate',
];

// CommonJS packages inside an ES module look for these names.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url), __filename = __pathOf(import.meta.url), __dirname = __dirnameOf(__filename);`;

await build({
  entryPoints: Object.fromEntries(programs.map((program) => [program, join(root, 'dist', `${program}.js`)])),
  outdir: join(root, 'dist', 'run'),
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  keepNames: true,
  legalComments: 'external',
  external,
  banner: { js: banner },
  logLevel: 'warning',
});
