// Who may import whom. Every rule here is shown to fire by tools/boundaries.selftest.mjs; a rule without a planted violation fails it.
// Paths of npm packages are matched by a fragment of their name, since node_modules may be linked or hoisted elsewhere.

const test = '(\\.(spec|e2e-spec)\\.ts$|/testing/|/contract/|^apps/[^/]+/e2e/)';
const composition = '^apps/';
const secondDoors = '(address|sqlite|postgres|kurrentdb|testing)';

/** Libs that know no slice; every other lib is one. */
const platform = '(kernel|postgres|event-store|read-store|nest-kit)';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle has no first step to read, and ES modules of a cycle see each other half made.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Deciders and events know the kernel and the pure files of their own slice: no framework, no store, no other slice.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/.*\\.(decider|events)\\.ts$' },
      to: {
        pathNot: ['^libs/kernel/src/', '^libs/$1/src/'],
      },
    },
    {
      name: 'domain-not-to-adapters',
      comment: 'Inside its slice, a decider reads events and pure domain data, never what shows, stores or wires them.',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/.*\\.(decider|events)\\.ts$' },
      to: { path: '\\.(projection|reads|inputs|views|resolver|module|policy)\\.ts$' },
    },
    {
      name: 'domain-reaches-no-framework',
      comment: 'Nor by way of another file: whatever a decider reaches is pure too.',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/.*\\.(decider|events)\\.ts$' },
      to: {
        reachable: true,
        path: '(node_modules|^(fs|fs/promises|http|https|net|os|child_process|worker_threads|timers|timers/promises|process)$|^libs/(event-store|read-store|nest-kit)/)',
      },
    },
    {
      name: 'kernel-is-pure',
      comment: 'The kernel has no dependency besides node:crypto, so that deciders run anywhere.',
      severity: 'error',
      from: { path: '^libs/kernel/src/', pathNot: test },
      to: { pathNot: ['^libs/kernel/src/', '^(node:)?crypto$'] },
    },
    {
      name: 'platform-knows-no-slice',
      comment: 'Libs under the slices are read once and serve each of them alike.',
      severity: 'error',
      from: { path: `^libs/${platform}/src/`, pathNot: test },
      to: { path: '^libs/', pathNot: `^libs/${platform}/src/` },
    },
    {
      name: 'slices-in-order',
      comment:
        'Slices read events of those before them: identity and organisations stand first, then exploration, then initiatives, then county-progress, which reads all.',
      severity: 'error',
      from: { path: '^libs/(identity|organisations)/src/', pathNot: test },
      to: { path: '^libs/(exploration|initiatives|county-progress)/src/' },
    },
    {
      name: 'exploration-before-initiatives',
      comment:
        'Exploration names initiatives by id or name; the inventory reads its vocabulary, never the other way round.',
      severity: 'error',
      from: { path: '^libs/exploration/src/', pathNot: test },
      to: { path: '^libs/initiatives/src/' },
    },
    {
      name: 'nothing-reads-county-progress',
      comment: 'The answers are made of the slices; no slice is made of answers.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/county-progress/' },
      to: { path: '^libs/county-progress/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      comment: 'Apps put libs together; nothing depends on how.',
      from: { path: '^libs/' },
      to: { path: composition },
    },
    {
      name: 'store-adapters-only-in-apps',
      comment: 'Slices know the port. Which store stands behind it is decided where the program is put together.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/', pathNot: test },
      to: { path: '^libs/(event-store|read-store)/src/(sqlite|postgres|kurrentdb)/', pathNot: '^libs/$1/src/' },
    },
    {
      name: 'sqlite-driver-confined',
      comment: 'One place per kind of file speaks the driver: events, tables, keys.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['^libs/(event-store|read-store)/src/sqlite/', '^libs/identity/src/keys/'],
      },
      to: { path: '(@photostructure/sqlite|^(node:)?sqlite$)' },
    },
    {
      name: 'kurrent-client-confined',
      comment: 'One folder speaks to KurrentDB, and the double that answers it in tests.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['^libs/event-store/src/kurrentdb/', '^libs/event-store/src/testing/kurrentdb-double/'],
      },
      to: { path: '(@kurrent/|@grpc/|google-protobuf)' },
    },
    {
      name: 'query-builder-confined',
      comment: 'SQL is written in the read store and in the files of a slice that fill and read its tables.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [
          '^libs/read-store/src/',
          '\\.(projection|basis)(\\.spec)?\\.ts$',
          '[/.-]reads?(\\.spec)?\\.ts$',
          '^libs/county-progress/src/',
        ],
      },
      to: { path: 'kysely' },
    },
    {
      name: 'through-the-front-door',
      comment:
        'Other libs are imported by their front door, or by a second one they declare (/sqlite, /postgres, /kurrentdb, /testing).',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', `^libs/[^/]+/src/${secondDoors}/index\\.ts$`],
      },
    },
    {
      name: 'apps-through-the-front-door',
      comment: 'Apps too.',
      severity: 'error',
      from: { path: composition },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: ['^libs/[^/]+/src/index\\.ts$', `^libs/[^/]+/src/${secondDoors}/index\\.ts$`],
      },
    },
    {
      name: 'prod-not-to-tests',
      comment: 'What ships does not lean on what tests.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: test },
      to: { path: test, pathNot: 'node_modules' },
    },
    {
      name: 'resolver-not-to-resolver',
      comment: 'Resolvers share views and reads, not each other.',
      severity: 'error',
      from: { path: '\\.resolver\\.ts$' },
      to: { path: '\\.resolver\\.ts$' },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'What ships runs without the packages that only development needs.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that package.json does not name may be gone with the next update.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing reaches and that reaches nothing is forgotten.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(apps|libs)/',
        pathNot: [test, '/index\\.ts$', '^apps/[^/]+/src/main\\.ts$', '\\.d\\.ts$'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
