// tsx reads one tsconfig. The client's is the one with JSX in it; for the rest of the house nothing that tsx
// looks at differs.
process.env.TSX_TSCONFIG_PATH ??= 'client/tsconfig.json';

module.exports = {
  import: ['tsx'],
  require: ['./test/importOnly.cjs', './test/setup.ts'],
  reporter: './test/reporter.ts',
  timeout: 20_000,
};
