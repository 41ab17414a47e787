// Run before `npm start` and `npm test`: installs what the lock file asks for and is missing, says in one line if the Node.js that npm
// scripts will use is too old, writes the tables of the texts, and builds the web apps and the server when their sources are newer. Plain JavaScript that Node 20 can read.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleIsCurrent, changed } from './apps/server/bundle-age.js';
import { generate } from './packages/texts/generate.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));

/** What npm wrote down of the last install has the packages and versions of the lock file, for this platform. */
function installed() {
  try {
    const present = JSON.parse(readFileSync(`${root}node_modules/.package-lock.json`, 'utf8')).packages;
    return Object.entries(lock.packages).every(([path, entry]) => {
      if (path === '' || !path.startsWith('node_modules/')) return true;
      if (path in present) return present[path].version === entry.version;
      return entry.optional === true || entry.peer === true || entry.devOptional === true;
    });
  } catch {
    return false;
  }
}

if (!installed()) {
  console.error('Installing dependencies (once, about a minute) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) {
    console.error(
      'Installing the dependencies failed; what npm said stands above. Mend it and run this again.',
    );
    process.exit(1);
  }
}

const bundled = `${root}node_modules/.bin/node`;
const version = existsSync(bundled)
  ? spawnSync(bundled, ['--version'], { encoding: 'utf8' }).stdout.trim()
  : process.version;
if (!(Number(version.slice(1).split('.')[0]) >= 24)) {
  console.error(
    `Sower needs Node.js 24 or newer; this is ${process.version}. Install it from your system or nodejs.org.`,
  );
  process.exit(1);
}

generate();

/** The web apps: a folder of apps/, and what it is made of besides its own sources. */
const WEB_APPS = [
  { name: 'console', packages: ['api', 'bytes', 'ctkip', 'look', 'texts'], more: ['docs'] },
  { name: 'authenticator', packages: ['bytes', 'ctkip', 'look', 'otp', 'texts', 'xml'] },
];
const SOURCES = [
  'src',
  'workers',
  'static',
  'index.html',
  'self-service.html',
  'headers.json',
  'vite.config.ts',
  'help-pages.ts',
  'package.json',
];

/** Runs a script of Node.js that builds `name`; ends when it fails. */
function build(name, folder, ...script) {
  console.error(`Building the ${name} …`);
  const run = spawnSync(existsSync(bundled) ? bundled : process.execPath, script, {
    cwd: folder,
    // As it is shipped, also when a test run asks for it.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2],
  });
  if (run.status === 0) return;
  console.error(`The ${name} could not be built; what was wrong stands above.`);
  process.exit(1);
}

for (const { name, packages, more = [] } of WEB_APPS) {
  const folder = `${root}apps/${name}`;
  if (!existsSync(`${folder}/vite.config.ts`)) continue;
  const sources = [
    ...SOURCES.map((source) => `${folder}/${source}`),
    ...packages.map((each) => `${root}packages/${each}/src`),
    ...more.map((each) => `${root}${each}`),
  ];
  if (changed(...sources) <= changed(`${folder}/dist/index.html`)) continue;
  build(name, folder, `${root}node_modules/vite/bin/vite.js`, 'build', '--logLevel', 'error');
}
if (!bundleIsCurrent()) build('server', root, `${root}apps/server/bundle.ts`);
