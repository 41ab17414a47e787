// The import arrows of the design; test/structure.test.ts runs this and fails when an arrow points the wrong way.
const server = '^apps/server/src';
const edges = `${server}/(agents|api|ctkip|radius)/`;
const domain = `${server}/(provisioning|authentication|identity|self-service|mail|requests)/`;
const floor = `${server}/(store|keys|smtp)/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'packages-import-no-app',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'packages-are-pure',
      comment: 'ctkip, otp, xml and api run in browsers: no module of Node',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'apps-import-no-app',
      comment: 'only the launcher of the command line starts the server',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/cli/bin/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'floor-looks-down-only',
      severity: 'error',
      from: { path: floor },
      to: { path: `${server}/`, pathNot: floor },
    },
    {
      name: 'domain-knows-no-edge',
      severity: 'error',
      from: { path: domain },
      to: { path: edges },
    },
    {
      name: 'domain-knows-no-http',
      severity: 'error',
      from: { path: domain },
      to: {
        path: 'node_modules/(fastify|@fastify|pg|better-sqlite3|saxes|nodemailer)/|^(node:)?(http|https|net|dgram)$',
      },
    },
    {
      name: 'edges-never-import-each-other',
      severity: 'error',
      from: { path: edges },
      to: { path: edges, pathNot: `${server}/$1/` },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/(src|bin)' },
      to: {
        pathNot: '^(packages|apps)/',
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'undetermined'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules/(?!@sower)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.css', '.svg'],
    },
  },
};
