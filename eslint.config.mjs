// Sizes, purity and promises. What tsc and Prettier check already is not checked again.
import tseslint from 'typescript-eslint';

const bannedNest = ['EventBus', 'EventPublisher', 'AggregateRoot', 'Saga', 'ofType', 'EventsHandler', 'IEventHandler'];
const noNestEvents = {
  name: '@nestjs/cqrs',
  importNames: bannedNest,
  message:
    "Nest's event side is in memory, unordered and not awaited: record events, read them by a projection or policy.",
};

const asyncListener = {
  selector:
    'CallExpression[callee.property.name=/^(on|once|addListener)$/][arguments.1.type=/Function/][arguments.1.async=true]',
  message:
    'Nobody awaits an async listener: its rejection ends the process. Call a function that handles its own errors.',
};
const noPresent = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'The present comes in with the command (meta.now, meta.today).',
  },
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'The present comes in with the command (meta.now, meta.today).',
  },
  {
    selector: 'CallExpression[callee.name="Date"]',
    message: 'The present comes in with the command (meta.now, meta.today).',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Draw with the functions of kernel ids, and never in a decider.',
  },
];
const impure = [
  ...noPresent,
  {
    selector: 'MemberExpression[object.name="crypto"]',
    message: 'Deciders draw nothing: derive ids from the command id, or let the caller draw them.',
  },
  {
    selector: 'MemberExpression[object.name="process"]',
    message: 'A decider depends on its command and its state alone.',
  },
  {
    selector: 'CallExpression[callee.name=/^(randomId|randomNonce|fetch|setTimeout|setInterval|setImmediate)$/]',
    message: 'A decider depends on its command and its state alone.',
  },
];
const skippedTests = [
  {
    selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"]',
    message: 'One test alone hides all others.',
  },
  {
    selector: 'CallExpression[callee.name=/^(fit|fdescribe|xit|xdescribe|xtest)$/]',
    message: 'Name the issue: it.skip("#123 …: reason").',
  },
  {
    selector:
      'CallExpression[callee.object.name=/^(describe|it|test)$/][callee.property.name="skip"]:not([arguments.0.value=/^#\\d+ .*: ./])',
    message: 'A skip names its issue and the reason: it.skip("#123 what is skipped: why").',
  },
];
const sleeping = {
  selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"][arguments.1.value>20]',
  message: 'Tests do not sleep: wait for the state itself (receipt, at-least position, event).',
};

const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  // A switch counts once: an exhaustive one over a union of events is long and simple.
  complexity: ['error', { max: 10, variant: 'modified' }],
  'max-depth': ['error', 3],
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.cache/', 'data/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['{apps,libs}/**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...sizes,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'error',
      'no-control-regex': 'error',
      'require-yield': 'error',
      'no-restricted-imports': ['error', { paths: [noNestEvents] }],
      'no-restricted-syntax': ['error', asyncListener],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
    },
  },
  {
    files: ['libs/kernel/src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', asyncListener, ...noPresent] },
  },
  {
    // Pure parts of slices beside their deciders: state, commands, guards, facts, questions.
    files: ['libs/{organisations,exploration,initiatives,county-progress}/src/**/*.ts'],
    ignores: ['**/testing/**', '**/*.{spec,resolver,module,policy,inputs,views}.ts'],
    rules: { 'no-restricted-syntax': ['error', asyncListener, ...noPresent] },
  },
  {
    files: ['libs/**/*.decider.ts', 'libs/**/*.events.ts'],
    rules: { 'no-restricted-syntax': ['error', asyncListener, ...impure] },
  },
  {
    // A decider switches over its whole union: a default would hide the case that somebody forgot.
    files: ['libs/**/*.decider.ts'],
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
    },
  },
  {
    files: ['**/*.{spec,e2e-spec}.ts', '**/testing/**/*.ts', '**/contract/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      // Builders give a value to whatever a test leaves out.
      complexity: ['error', { max: 15, variant: 'modified' }],
      '@typescript-eslint/no-explicit-any': 'off',
      'no-restricted-syntax': ['error', asyncListener, sleeping, ...skippedTests],
    },
  },
  {
    // A journey is told in the order in which it happens, in one description; the limit on the file holds it.
    files: ['**/*.e2e-spec.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Programs a person runs in a terminal.
    files: ['apps/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    rules: { ...sizes, eqeqeq: ['error', 'always', { null: 'ignore' }], 'no-var': 'error', 'prefer-const': 'error' },
  },
);
