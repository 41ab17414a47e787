/** The house rules that a machine can check: format and lint, types, import arrows, names. */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS } from '@sower/server/store/db/migrate';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

function run(name: string, ...args: string[]): string {
  try {
    return execFileSync(bin(name), args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${name} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

/** By the compiler that is a native program: a quarter of the CPU time. Whatever needs the other's interface has it still. */
const types = (project: string): void => {
  const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, '-p', project, '--singleThreaded'],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`${project}\n${stdout}\n${stderr}`);
};

/** The compiler on a machine that is busy with everything else. */

test('format and lint', () => {
  run('biome', 'check', '--error-on-warnings', '.');
});

test('types of programs and tests', () => {
  types('tsconfig.json');
});

test('types of the console, without Node', () => {
  types('apps/console/tsconfig.json');
});

test('types of the authenticator and its workers, without Node', () => {
  types('apps/authenticator/tsconfig.json');
  types('apps/authenticator/workers/tsconfig.json');
});

test('types of the packages, without Node and without a page', () => {
  types('packages/tsconfig.json');
});

test('migrations and decision records have each number once', () => {
  const twice = (names: readonly string[], known: readonly string[] = []): string[] => {
    const numbers = names.filter((name) => /^\d{4}-/.test(name)).map((name) => name.slice(0, 4));
    return numbers.filter((number, index) => numbers.indexOf(number) !== index && !known.includes(number));
  };
  const migrations = globSync('apps/server/src/store/migrations/from-*.ts', { cwd: root })
    .toSorted()
    .flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/^ {2}'(\d{4}-[\w-]+)':/gm)])
    .map(([, name = '']) => name);
  // These two landed side by side, and what has run on a database is not renamed.
  expect(twice(migrations, ['0003'])).toEqual([]);
  expect(migrations).toEqual(Object.keys(MIGRATIONS).toSorted());
  expect(twice(readdirSync(join(root, 'docs/decisions')))).toEqual([]);
});

test('each decision record has its number, a status and a date', () => {
  const folder = join(root, 'docs/decisions');
  const wrong = readdirSync(folder).filter((name) => {
    const [title = '', , status = ''] = readFileSync(join(folder, name), 'utf8').split('\n');
    return (
      !title.startsWith(`# ${Number(name.slice(0, 4))}. `) ||
      !/^\*(?:Accepted|Superseded by \[decision \d+\]\(\d{4}-[\w-]+\.md\)), \d{4}-\d\d-\d\d(?:; .+)?\.\*$/.test(
        status,
      )
    );
  });
  expect(wrong).toEqual([]);
});

type CruiseReport = {
  summary: {
    totalCruised: number;
    totalDependenciesCruised: number;
    violations: { rule: { name: string }; from: string; to: string }[];
  };
};

test('import arrows', () => {
  const report = JSON.parse(
    run('depcruise', '--config', '.dependency-cruiser.cjs', '-T', 'json', 'packages', 'apps'),
  ) as CruiseReport;
  expect(report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  // A cruiser that saw nothing finds nothing.
  expect(report.summary.totalCruised).toBeGreaterThan(80);
  expect(report.summary.totalDependenciesCruised).toBeGreaterThan(200);
});

test('the arrow checker finds planted wrong arrows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-arrows-'));
  const plant = (path: string, content: string): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  plant('tsconfig.json', '{}');
  plant('package.json', '{ "devDependencies": { "pkijs": "1" } }');
  for (const name of ['nodemailer', 'pkijs', 'undeclared']) {
    plant(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    plant(`node_modules/${name}/index.js`, '');
  }
  plant('apps/server/src/store/a.ts', "import '../provisioning/b.ts';\n");
  plant('apps/server/src/provisioning/b.ts', "import '../api/c.ts';\n");
  plant('apps/server/src/api/c.ts', "import '../ctkip/d.ts';\n");
  plant('apps/server/src/ctkip/d.ts', 'export {};\n');
  plant(
    'packages/otp/src/e.ts',
    "import 'node:fs';\nimport 'undeclared';\nimport '../../../apps/server/src/ctkip/d.ts';\n",
  );
  plant('apps/cli/src/f.ts', "import '../../server/src/ctkip/d.ts';\n");
  plant(
    'apps/server/src/core/g.ts',
    "import '../requests/h.ts';\nimport 'node:sqlite';\nimport 'nodemailer';\n",
  );
  plant('apps/server/src/web/n.ts', "import '../requests/h.ts';\n");
  plant('apps/server/src/requests/h.ts', "import type { I } from '../http/i.ts';\nexport type H = I;\n");
  plant('apps/server/src/http/i.ts', "import type { H } from '../requests/h.ts';\nexport type I = H;\n");
  plant('apps/server/src/api/j.ts', "import '../http/i.ts';\nimport '../main.ts';\n");
  plant('apps/server/src/main.ts', 'export {};\n');
  plant('apps/server/src/keys/o.ts', "import 'pkijs';\nimport '../store/db/postgresql/connection.ts';\n");
  plant('apps/server/src/store/db/postgresql/connection.ts', 'export {};\n');
  plant('apps/console/src/self-service/k.ts', "import '../ui/l.ts';\nimport '../tokens/m.ts';\n");
  plant('apps/console/src/ui/l.ts', "import '../texts/use-texts.ts';\nimport '../tokens/m.ts';\n");
  plant('apps/console/src/tokens/m.ts', 'export {};\n');
  plant('apps/console/src/texts/use-texts.ts', 'export {};\n');
  const { stdout } = spawnSync(
    bin('depcruise'),
    ['--config', join(root, '.dependency-cruiser.cjs'), '-T', 'json', 'packages', 'apps'],
    { cwd: folder, encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  const { violations } = (JSON.parse(stdout) as CruiseReport).summary;
  expect(violations.filter(({ to }) => to.includes('nodemailer')).map(({ rule }) => rule.name)).toContain(
    'domain-knows-no-http',
  );
  const names = violations.map(({ rule }) => rule.name);
  expect([...new Set(names)].sort()).toEqual([
    'apps-import-no-app',
    'console-ui-looks-back-only',
    'declared-dependencies-only',
    'domain-knows-no-edge',
    'domain-knows-no-http',
    'edges-never-import-each-other',
    'floor-looks-down-only',
    'large-libraries-are-loaded-later',
    'no-cycles',
    'no-development-dependencies',
    'only-main-starts',
    'packages-are-pure',
    'packages-import-no-app',
    'self-service-has-its-own-texts',
    'self-service-has-no-room',
    'server-core-looks-back-only',
    'sqlite-is-behind-the-store',
    'web-knows-no-edge-and-no-domain',
  ]);
});

const FORBIDDEN_NAMES = /^(utils?|helpers?|common|shared|lib|misc|manager|service|index)(\.|$)/;

test('no file or folder is a bag', () => {
  const bags: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
      if (FORBIDDEN_NAMES.test(basename(path)) && entry.name !== 'index.html') bags.push(path);
      if (entry.isDirectory()) walk(path);
    }
  };
  for (const folder of ['packages', 'apps', 'test']) walk(folder);
  expect(bags).toEqual([]);
});

test('transactions begin in one place', () => {
  const found = readdirSync(join(root, 'apps/server/src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      path.endsWith('.ts') &&
      /\.transaction\(\)/.test(readFileSync(join(root, 'apps/server/src', path), 'utf8')),
  );
  expect(found).toEqual([join('store', 'db', 'transaction.ts')]);
});

/** Words that meant one thing too many; docs/architecture.md has those that took their place. */
const RETIRED =
  /\b(?:[Aa]sker|[Dd]oer|[Dd]eeds?|Requester|Floor|[Vv]isitor|\w+Uses|(?:seed|pin|message)Place)\b/g;
const RETIRED_FILES = /\/(few|values|changing|finding|nobody|person|asker|floor)\.tsx?$/;

test('retired words do not come back', () => {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (['node_modules', 'dist', 'migrations'].includes(entry.name)) continue;
      if (entry.isDirectory()) walk(path);
      else if (/\.tsx?$/.test(entry.name)) {
        if (RETIRED_FILES.test(path)) found.push(path);
        for (const [word] of readFileSync(join(root, path), 'utf8').matchAll(RETIRED))
          found.push(`${path}: ${word}`);
      }
    }
  };
  for (const folder of ['packages', 'apps']) walk(folder);
  expect(found).toEqual([]);
});

/** docs/style.md has what to write instead. */
const NOT_OF_COMMENTS = /\b(?:whoever|nobody|anew)\b|\bis (?:asked|told)\b/gi;
const COMMENT = /(?:^|\s)\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

test('comments are plain English', () => {
  const found = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => /\.tsx?$/.test(path) && !/node_modules|\/dist\/|\/test\//.test(path))
      .flatMap((path) =>
        [...readFileSync(join(root, path), 'utf8').matchAll(COMMENT)].flatMap(([comment]) =>
          [...comment.matchAll(NOT_OF_COMMENTS)].map(([word]) => `${path}: ${word}`),
        ),
      ),
  );
  expect(found).toEqual([]);
});

test('no text says that there is no such thing: it says what was not found', () => {
  const folder = join(root, 'packages', 'texts', 'src', 'en');
  const found = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/There is no such [^"]*/g)].map(
      ([words]) => `${name}: ${words}`,
    ),
  );
  expect(found).toEqual([]);
});

/** Wire names and names in stored rows stay as they were when they were given, such as `token.resynchronise`: they stand in quotes or backticks. */
const BRITISH =
  /\b\w*(?:ehaviour|[Cc]olour|ormalis|ecognis|rganis|nitialis|erialis|ynchronis|uthoris|ummaris|inimis|ptimis)\w*/g;

test('texts and documents are in American spelling', () => {
  const files = [
    ...readdirSync(join(root, 'packages/texts/src/en')).map((name) => `packages/texts/src/en/${name}`),
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => join('docs', path)),
    'README.md',
  ];
  const found = files.flatMap((path) =>
    [
      ...readFileSync(join(root, path), 'utf8')
        .replaceAll(/`[^`\n]*`|^\s*["']?[\w.-]+["']?:/gm, '')
        .matchAll(BRITISH),
    ].map(([word]) => `${path}: ${word}`),
  );
  expect(found).toEqual([]);
});

test('each test is in a folder that says how it runs', () => {
  const where =
    /^(?:test\/(?:unit|server|alone)\/.*|packages\/[^/]+\/test\/[^/]+|apps\/[^/]+\/test\/(?:alone\/)?[^/]+)\.test\.ts$/;
  const all = globSync(['test/**/*.test.ts', '{apps,packages}/*/test/**/*.test.ts'], { cwd: root });
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter((file) => !where.test(file))).toEqual([]);
});

/** Folders in which a stranger still finds what they look for, although there is much in them. */
const LARGE: Readonly<Record<string, string>> = {
  'apps/server/src': 'the rooms of the server, in the order that docs/architecture.md gives them',
  'docs/decisions': 'a file for each decision, in their order',
  'packages/api/src': 'a file for each resource, named after it',
  'packages/otp/src': 'a file for each algorithm and each part of a carrier, named after it',
};

test('no folder has more than 25 entries without a reason', () => {
  const large: string[] = [];
  const walk = (folder: string): void => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter(
      ({ name }) => name !== 'node_modules' && name !== 'dist' && !name.startsWith('.'),
    );
    if (entries.length > 25 && !(folder in LARGE)) large.push(`${folder}: ${entries.length}`);
    for (const entry of entries) if (entry.isDirectory()) walk(join(folder, entry.name));
  };
  for (const folder of ['packages', 'apps', 'test', 'docs']) walk(folder);
  expect(large).toEqual([]);
});

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

/** Read and parsed once for all tests that walk through it: that takes longer than the walks. */
const parsed = new Map<string, ts.SourceFile>();
function sourceOf(path: string): ts.SourceFile {
  const source = parsed.get(path) ?? parse(path, readFileSync(join(root, path), 'utf8'));
  parsed.set(path, source);
  return source;
}

/** Functions that draw are left out: JSX is a page, read as one. */
function longFunctions(path: string): [name: string, lines: number][] {
  const source = sourceOf(path);
  const found: [string, number][] = [];
  const drawn = (node: ts.Node): boolean =>
    ts.isJsxElement(node) ||
    ts.isJsxSelfClosingElement(node) ||
    ts.isJsxFragment(node) ||
    (ts.forEachChild(node, (child) => drawn(child) || undefined) ?? false);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
      const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
      const named = (
        node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined)
      )?.getText();
      if (lines > 120 && !drawn(node)) found.push([`${path} ${named ?? 'unnamed'}`, lines]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no function is longer than 120 lines', () => {
  const found = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter(
        (path) =>
          /\.tsx?$/.test(path) && !/node_modules|\/dist\/|\/test\/|\/migrations\/|\.d\.ts$/.test(path),
      )
      .flatMap(longFunctions),
  );
  expect(found).toEqual([]);
});

/** Casts that no type can replace, each with its reason. */
const CASTS: Readonly<Record<string, string>> = {
  'apps/cli/src/command.ts never': 'an option is read by the function beside it in its row',
  'apps/cli/src/operations.ts never':
    'a row names its operation: what it sends is compared in test/server/command-line/operations.test.ts',
  'apps/cli/src/porcelain/audit.ts JSON.parse':
    'lines of a file, each of which is examined field by field afterwards',
  'apps/cli/src/porcelain/source/commands.ts JSON.parse': 'a file of the user, which the server examines',
  'apps/console/src/jobs/chosen-tokens.ts JSON.parse': 'from the address of the page: the server examines it',
  'apps/console/src/session/own-log-on-page.tsx unknown':
    'the contract passes WebAuthn on as it is; the browser examines it',
  'apps/console/src/session/use-log-on.ts unknown':
    'the contract passes WebAuthn on as it is; the browser examines it',
  'apps/console/src/users/identity-sources/source-draft.ts JSON.parse': 'written by the same form',
  'apps/server/src/ldap/connection.ts unknown': 'what ldapts keeps private: the controls of an answer',
  'apps/server/src/log-on/passkeys.ts unknown': '@simplewebauthn/server examines the answer',
  'apps/server/src/operations/backup/envelope.ts unknown':
    'streams of the web are one thing, which Node and the DOM each have a type for',
  'apps/server/src/store/db/postgresql/dialect.ts unknown':
    'Kysely wants cursors too, which nothing here opens',
  'apps/server/src/store/db/prepared.ts unknown':
    'a placeholder stands for a value that Kysely passes on unread',
  'apps/server/src/store/db/rows.ts unknown':
    'Kysely types a statement by the name of its table, of which there are several',
  'apps/server/src/store/db/snapshot.ts unknown': 'types of node:sqlite do not know setReturnArrays',
  'apps/server/src/store/db/sqlite/writer.ts unknown': 'types of node:sqlite do not know setReturnArrays',
  'apps/server/src/store/reporting/reports.ts unknown':
    'the same columns from fewer rows: Kysely names the tables of a query in its type',
};

/** `as unknown as T`, `as never`, and JSON that is taken for a type without a look at it. */
function castsIn(path: string, source: ts.SourceFile): string[] {
  const found: string[] = [];
  const calls = (node: ts.Node, ...names: readonly string[]): boolean =>
    ts.isCallExpression(node) && names.includes(node.expression.getText());
  const visit = (node: ts.Node): void => {
    if (ts.isAsExpression(node)) {
      const inner = ts.isParenthesizedExpression(node.expression)
        ? node.expression.expression
        : node.expression;
      if (node.type.kind === ts.SyntaxKind.NeverKeyword) found.push(`${path} never`);
      if (ts.isAsExpression(inner) && inner.type.kind === ts.SyntaxKind.UnknownKeyword)
        found.push(`${path} unknown`);
      if (calls(inner, 'JSON.parse', 'jsonIn')) found.push(`${path} JSON.parse`);
    }
    // `const row: Row = JSON.parse(text)` and `JSON.parse(text).field` are the same; of jsonIn the compiler refuses them.
    if (calls(node, 'JSON.parse')) {
      const { parent } = node;
      const typed = ts.isVariableDeclaration(parent) && parent.type?.kind !== ts.SyntaxKind.UnknownKeyword;
      if (typed || ts.isPropertyAccessExpression(parent)) found.push(`${path} JSON.parse`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('types are not overruled: what is stored is read by a schema', () => {
  const planted = castsIn(
    'x.ts',
    parse(
      'x.ts',
      'f(a as never); (b as unknown as B).c; JSON.parse(d) as D; const e: E = JSON.parse(f); JSON.parse(g).h; const i: unknown = JSON.parse(j); k.parse(JSON.parse(l)); jsonIn(m) as M; n.safeParse(jsonIn(o)); const p = jsonIn(q);',
    ),
  );
  expect(planted).toEqual(['never', 'unknown', ...Array(4).fill('JSON.parse')].map((kind) => `x.ts ${kind}`));
  const found = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter(
        (path) =>
          /\/src\/.*\.tsx?$/.test(path) && !/node_modules|\/dist\/|\/migrations\/|\.d\.ts$/.test(path),
      )
      .flatMap((path) => castsIn(path, sourceOf(path))),
  );
  expect(found.filter((cast) => !(cast in CASTS))).toEqual([]);
  expect(Object.keys(CASTS).filter((cast) => !found.includes(cast))).toEqual([]);
});
