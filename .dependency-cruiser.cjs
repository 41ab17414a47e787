// The import arrows of the design; test/unit/structure.test.ts runs this and fails when an arrow points the wrong way.
const server = '^apps/server/src';
const edges = `${server}/(agents|api|ctkip|radius|validate)/`;
const http = `${server}/http/`;
/** What edges stand on. */
const web = `${server}/web/`;
const floor = `${server}/(store|keys|smtp|ldap)/`;
/** Each room of the domain may import those before it, and none after it. */
const rooms = [
  'core',
  'audit',
  'directory',
  'mail',
  'provisioning',
  'authentication',
  'clients',
  'coexistence',
  'certificates',
  'log-on',
  'requests',
  'self-service',
  'work',
  'reporting',
  'jobs',
  'operations',
];
const domain = `${server}/(${rooms.join('|')})/`;

/** The same for the Security Console: what every room uses, then the rooms. */
const consoleRooms = [
  'texts',
  'api',
  'ui',
  'session',
  'shell',
  'domains',
  'certificates',
  'distribute',
  'mail',
  'access',
  'administration',
  'agents',
  'jobs',
  'tokens',
  'users',
  'policies',
  'profiles',
  'reporting',
  'requests',
  'setup',
  'home',
  'self-service',
];
const inOrder = (app, rooms) =>
  rooms.map((room, index) => ({
    name: `${app}-${room}-looks-back-only`,
    severity: 'error',
    from: { path: `^apps/${app}/src/${room}/` },
    to: { path: `^apps/${app}/src/(${rooms.slice(index + 1).join('|') || '-'})/` },
  }));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
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
      to: { path: [edges, http, web, `${server}/(compose|host-commands)/`, `${server}/(main|config)[.]ts$`] },
    },
    ...inOrder('server', rooms),
    {
      name: 'sqlite-is-behind-the-store',
      severity: 'error',
      from: { path: `${server}/`, pathNot: `${server}/store/db/` },
      to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'large-libraries-are-loaded-later',
      comment: 'apps/server/bundle.ts: what a start does not need is behind a file *.later.ts',
      severity: 'error',
      from: { path: `${server}/`, pathNot: '[.]later[.]ts$|/postgresql/connection[.]ts$' },
      to: {
        path: 'node_modules/(@peculiar/x509|asn1js|nodemailer|pg|pkijs|reflect-metadata)/|/postgresql/connection[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'domain-knows-no-http',
      severity: 'error',
      from: { path: domain },
      to: {
        path: 'node_modules/(find-my-way|cookie|pg|saxes|nodemailer|ldapts)/|^(node:)?(http|https|net|dgram|sqlite)$',
      },
    },
    {
      name: 'web-knows-no-edge-and-no-domain',
      severity: 'error',
      from: { path: web },
      to: {
        path: `${server}/`,
        pathNot: [web, `${server}/core/network[.]ts$`, `${server}/store/audit/request-id[.]ts$`],
      },
    },
    {
      name: 'edges-never-import-each-other',
      comment: 'http/ carries them: it imports them, none imports it',
      severity: 'error',
      from: { path: edges },
      to: { path: [edges, http], pathNot: `${server}/$1/` },
    },
    {
      name: 'only-main-starts',
      severity: 'error',
      from: { path: `${server}/`, pathNot: `${server}/(compose/|host-commands/|main[.]ts$)` },
      to: { path: [`${server}/(compose|host-commands)/`, `${server}/main[.]ts$`] },
    },
    ...inOrder('console', consoleRooms),
    {
      name: 'self-service-has-no-room',
      severity: 'error',
      from: { path: '^apps/console/src/self-service/' },
      to: { path: `^apps/console/src/(${consoleRooms.slice(consoleRooms.indexOf('shell'), -1).join('|')})/` },
    },
    {
      name: 'self-service-has-its-own-texts',
      comment: 'parts that both consoles use take texts that both have: use-shared-texts.ts',
      severity: 'error',
      from: { path: '^apps/console/src/self-service/' },
      to: { path: '^apps/console/src/texts/use-texts[.]ts$', reachable: true },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/(src|bin)' },
      to: { pathNot: '^(packages|apps)/', dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
    {
      name: 'no-development-dependencies',
      comment: 'those of the web apps are built into what they serve',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/(src|bin)', pathNot: '^apps/(console|authenticator)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^apps/[^/]+/dist/' },
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
