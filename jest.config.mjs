const typescript = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** Unit and integration specs run on the sources; *.e2e-spec.ts drive the built program. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,tools}/**/*.{spec,e2e-spec}.ts'],
  globalSetup: '<rootDir>/libs/event-store/src/testing/postgres-setup.mjs',
  globalTeardown: '<rootDir>/libs/event-store/src/testing/postgres-teardown.mjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/infra/'],
  moduleNameMapper: {
    '^@waymark/([\\w-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@waymark/([\\w-]+)/([\\w-]+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Offers itself to `import` alone, which Jest's CommonJS resolution does not ask for.
    '^canonicalize$': '<rootDir>/node_modules/canonicalize/lib/canonicalize.js',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', typescript],
    'node_modules/.+\\.m?js$': '<rootDir>/tools/jest-esm.cjs',
  },
  transformIgnorePatterns: [],
  cacheDirectory: '<rootDir>/.cache/jest',
  // A busy machine is no reason to fail; what must be fast says so itself, in processor time.
  maxWorkers: 2,
  testTimeout: 60_000,
  workerIdleMemoryLimit: '1GB',
};
