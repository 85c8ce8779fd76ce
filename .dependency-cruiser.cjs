const pureCore = '^core/(rules\\.ts|journey/journey\\.ts|signalling/signal\\.ts|wire/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one, or that a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-knows-no-door',
      comment: 'The product knows nothing of HTTP, jobs or pages.',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        path: '^(api|worker|client|bin|test)/|(^|/)node_modules/(@types/)?(express|react|react-dom|react-router|@mantine)/',
      },
    },
    {
      name: 'db-knows-little-of-core',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^core/', pathNot: '^core/(settings|rules|clock)\\.ts$' },
    },
    {
      name: 'db-knows-no-door',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(api|worker|client|bin|test)/' },
    },
    {
      name: 'doors-never-meet',
      comment: 'api and worker are two doors to one house: what both need belongs to core.',
      severity: 'error',
      from: { path: '^(api|worker)/' },
      to: { path: '^(api|worker|client|bin|test)/', pathNot: '^$1/' },
    },
    {
      name: 'client-takes-only-the-pure-core',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(core|db|api|worker|bin|test)/', pathNot: pureCore },
    },
    {
      name: 'pure-core-stays-pure',
      comment: 'What the browser imports may import only its like.',
      severity: 'error',
      from: { path: pureCore },
      to: { path: '^(core|db)/', pathNot: pureCore },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-missing-file',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
