/**
 * Builds what `sower` runs: the server and the command line, each with all that it imports in a few files
 * (docs/decisions/0052-a-bundle-is-what-runs.md). The sources run too; tests of parts import them.
 */
import {
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InputOptions, type Plugin, rolldown } from 'rolldown';
import { OUTSIDE } from './outside.ts';

const SERVER = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = join(SERVER, 'src');
const COMMAND_LINE = fileURLToPath(new URL('../cli', import.meta.url));

/** How long the parts of earlier builds stay. */
const KEPT_MILLISECONDS = 30 * 86_400_000;

/** Files that threads, and processes of their own, start with. */
const THREADS = globSync('**/*.ts', { cwd: SOURCES }).flatMap((file) =>
  [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/(?:new Worker|fork)\(new URL\('([^']+)'/g)].map(
    ([, path = '']) => join(dirname(file), path),
  ),
);
/** Loaded by the first use of what they export, see {@link later}. */
const LATER = globSync('**/*.later.ts', { cwd: SOURCES });
const ENTRIES = [
  'compose/processes.ts',
  'host-commands/recover-key.ts',
  'host-commands/restore.ts',
  'host-commands/doctor/doctor.ts',
  'host-commands/rotate-key.ts',
  'host-commands/rehearse.ts',
  ...THREADS,
  ...LATER,
];
const isOutside = (id: string): boolean =>
  // Another driver, which pg looks for.
  id === 'pg-native' || OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`));

const nameOf = (file: string): string => basename(file, '.ts');

/** Everything is in one folder then: what a source finds beside itself is found from there. */
const locations: Plugin = {
  name: 'locations',
  transform(code, id) {
    if (!id.startsWith(SOURCES)) return undefined;
    const moved = code.replace(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, path: string) => {
      const source = join(dirname(id), path);
      const thread = THREADS.find((file) => join(SOURCES, file) === source);
      const target = thread ? `./${nameOf(thread)}.js` : `../${relative(SERVER, source)}`;
      return `new URL('${target}${path.endsWith('/') ? '/' : ''}', import.meta.url)`;
    });
    const left = moved.replace(/new URL\('[^']+', import\.meta\.url\)/g, '');
    if (left.includes('import.meta.url') || /new Worker\((?!new URL\('\.\/)/.test(moved))
      throw new Error(`${id}: this file would not find its place in the bundle`);
    return moved === code ? undefined : { code: moved, map: null };
  },
};

/**
 * An import of node:http as a module runs all of its getters, and with them loads a whole client (`WebSocket`, 4 MB) that no one here uses.
 * Required, it does not.
 */
const BY_REQUIRE = /^(?:node:)?https?$/;
const required: Plugin = {
  name: 'required',
  resolveId: (id) => (BY_REQUIRE.test(id) ? `\0required:${id}` : undefined),
  load: (id) =>
    id.startsWith('\0required:')
      ? {
          code: `module.exports = process.getBuiltinModule('${id.slice('\0required:'.length)}');`,
          moduleType: 'js',
        }
      : undefined,
};

/**
 * A source named `*.later.ts` is a file of its own, which an importer reads at the first use of one of its exports: what is large and seldom
 * needed costs neither time at the start nor memory until then. Names that are imported from CommonJS are looked up where they are used, and
 * the look-up goes on to the prototype, which loads the file.
 */
const later: Plugin = {
  name: 'later',
  resolveId(id, importer) {
    if (id.endsWith('.later.js')) return { id, external: true };
    return id.endsWith('.later.ts') && importer !== undefined ? `\0${nameOf(id)}` : undefined;
  },
  load(id) {
    if (!/^\0.*\.later$/.test(id)) return undefined;
    return {
      code: `let loaded;
        const names = new Proxy({}, { get: (_, name) => (loaded ??= require('./${id.slice(1)}.js'))[name] });
        module.exports = Object.create(names);`,
      moduleType: 'js',
    };
  },
};

/** Writes the files to `dist` of an app. Names are kept for stack traces; the rest is minified, since V8 keeps the whole text in memory. */
async function build(app: string, options: Omit<InputOptions, 'platform' | 'logLevel'>): Promise<void> {
  const to = join(app, 'dist');
  const made = join(app, `dist.${process.pid}`);
  const bundle = await rolldown({ ...options, platform: 'node', logLevel: 'warn' });
  const { output } = await bundle.write({
    dir: made,
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: true },
    // One that a process reads later is of the same build as the process.
    entryFileNames: ({ name }) => (name.endsWith('.later') ? '[name]-[hash].js' : '[name].js'),
    chunkFileNames: '[name]-[hash].js',
  });
  const chunks = output.filter(({ type }) => type === 'chunk');
  const fileOf = new Map(chunks.map(({ name, fileName }) => [`${name}.js`, fileName]));
  for (const { fileName } of chunks) {
    const file = join(made, fileName);
    const narrow = readFileSync(file, 'utf8')
      .replace(/(?<=require\(`\.\/)[\w-]+\.later\.js/g, (later) => {
        const file = fileOf.get(later);
        if (file === undefined) throw new Error(`${fileName}: ${later} was not built`);
        return file;
      })
      // One character beyond ASCII, and Node.js reads the text as UTF-16: two octets in memory for every one of it.
      .replace(
        /[\u0080-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    writeFileSync(file, narrow);
  }
  // A server that runs keeps finding the parts that it has yet to load. What a new process starts with comes last.
  mkdirSync(to, { recursive: true });
  const isStart = (name: string): boolean => name === 'main.js' || name === 'processes.js';
  for (const name of readdirSync(made).toSorted((a, b) => Number(isStart(a)) - Number(isStart(b))))
    renameSync(join(made, name), join(to, name));
  rmSync(made, { recursive: true });
  for (const name of readdirSync(to))
    if (Date.now() - statSync(join(to, name)).mtimeMs > KEPT_MILLISECONDS) rmSync(join(to, name));
}

await build(COMMAND_LINE, { input: { main: join(COMMAND_LINE, 'src/main.ts') }, plugins: [required] });
const entries = new Map(ENTRIES.map((file) => [nameOf(file), join(SOURCES, file)]));
if (entries.size < ENTRIES.length) throw new Error(`two of these have one name: ${ENTRIES.join(', ')}`);
await build(SERVER, {
  input: Object.fromEntries(entries),
  external: isOutside,
  plugins: [locations, required, later],
});
