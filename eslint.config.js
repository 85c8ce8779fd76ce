import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Time is an argument: SQL is given the instant, and only core/clock.ts reads the machine's clock.
const sqlClock =
  '(?<![.\\w])(now\\s*\\(\\s*\\)|(clock|statement|transaction)_timestamp\\s*\\(|current_(timestamp|date|time)\\b|localtime(stamp)?\\b)';
const sqlClockMessage = 'Pass the instant as a parameter: SQL reads no clock of its own.';
const noSqlClock = [
  { selector: `TemplateElement[value.raw=/${sqlClock}/i]`, message: sqlClockMessage },
  { selector: `Literal[value=/${sqlClock}/i]`, message: sqlClockMessage },
];
const noMachineClock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Use clock.ms().',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use clock.now().' },
];

export default defineConfig(
  globalIgnores(['**/node_modules', '**/dist', '**/coverage', '.data']),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...noSqlClock],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off', // void (await x) says that the value is not wanted
      // An async function without await still turns a throw into a rejection, which callers rely on.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['core/**/*.ts', 'db/**/*.ts', 'api/**/*.ts', 'worker/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noSqlClock, ...noMachineClock] },
  },
  {
    files: ['core/clock.ts', 'db/migrations/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['db/postgres.ts'], // measures Postgres's clock
    rules: { 'no-restricted-syntax': ['error', ...noMachineClock] },
  },
  {
    files: ['client/**/*.{ts,tsx}', 'test/client/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Supertest's bodies are any: what is in them is what a test asserts.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-expressions': 'off', // chai: expect(x).to.be.true
    },
  },
);
