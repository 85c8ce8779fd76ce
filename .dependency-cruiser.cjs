const pureCore = '^core/(rules\\.ts|journey/journey\\.ts|mailbox/signal\\.ts|wire/)';

/** The folders of core, from the top: none imports one that stands above it, types included. */
const ladder = [
  'health',
  'invariants',
  'records',
  'moderation',
  'accounts',
  'polling',
  'sweeps',
  'matching',
  'signalling',
  'safety',
  'sessions',
  'decisions',
  'rounds',
  'commands',
  'store',
  'views',
  'restrictions',
  'wire',
  'journey',
  'mailbox',
  'relays',
  'audit',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-knows-its-folders',
      comment: 'A new folder of core has its place on the ladder.',
      severity: 'error',
      from: {},
      to: { path: '^core/[^/]+/', pathNot: `^core/(${ladder.join('|')})/` },
    },
    ...ladder.slice(1).map((folder, index) => ({
      name: `ladder-${folder}`,
      comment: 'The folders of core form a ladder: what both need belongs further down.',
      severity: 'error',
      from: { path: `^core/${folder}/` },
      to: { path: `^core/(${ladder.slice(0, index + 1).join('|')})/` },
    })),
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
