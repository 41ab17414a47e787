/**
 * The documents against the code: tables that repeat one, links, the tests that docs/conformance.md names, paths of somebody's machine.
 *
 * `SOWER_WRITE_TABLES=1 npx vitest run test/unit/documents.test.ts` writes the tables of docs/configuration.md,
 * docs/authentication.md and test/simulation/README.md again.
 */

import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALERT_KINDS, type AlertKind, CHECKS } from '@sower/api/checks';
import { type DeviceDefinition, deviceDefinitionSchema } from '@sower/api/device-types';
import { SUPER_ADMIN_PERMISSIONS } from '@sower/api/permissions';
import { emergencyPolicySchema, lockoutPolicySchema, tokenPolicySchema } from '@sower/api/policies';
import { PROBLEMS, type ProblemCode } from '@sower/api/problems';
import { settingsSchema } from '@sower/api/settings';
import { PLACEHOLDERS, renderLink } from '@sower/ctkip/links';
import { REPLY_ATTRIBUTES } from '@sower/radius/attributes';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { EXIT_CODES, type Exit } from '../../apps/cli/src/outcome.ts';
import { OPTION_ROWS } from '../../apps/server/src/config.ts';
import { SUPPORTED_POSTGRESQL } from '../../apps/server/src/store/db/postgresql/versions.ts';
import { cliEn, consoleEn, outcomesEn } from '../../packages/texts/test/tables.ts';
import { TRANSITIONS } from '../harness/token-modes.ts';
import { DEFECTS } from '../simulation/defects.ts';
import { PROMISES } from '../simulation/model.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    if (entry.isDirectory()) return files(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
}

const PACKAGE_PAGES = files('packages', /^README\.md$/);
const DOCUMENTS = ['README.md', 'CHANGELOG.md', ...files('docs', /\.md$/), ...PACKAGE_PAGES];
const SOURCES = ['apps', 'packages', 'test'].flatMap((folder) =>
  files(folder, /\.(ts|tsx|js|cjs|json|html|css)$/),
);

// --- tables -----------------------------------------------------------------------------------------------------------------

type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function written({ head, rows }: Table): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

type Range = { minimum?: number; maximum?: number; default?: unknown; description?: string };
const settings = Object.entries(settingsSchema.shape).map(
  ([name, schema]) => [name, z.toJSONSchema(schema) as Range] as const,
);
const deviceTypes = files('apps/server/device-types', /\.json$/)
  .sort()
  .map((path) => JSON.parse(read(path)) as DeviceDefinition);
const TARGET = {
  url: 'https://otp.example.com/ctkip/services/CtkipService',
  activationCode: '123456789012',
  nickname: 'Phone',
};

function placeholderValue(name: string): string {
  const rendered = renderLink(`{url}|{${name}}`, TARGET);
  if (!rendered.ok) throw new Error(rendered.defect);
  return rendered.link.slice(TARGET.url.length + 1);
}

const TABLES: Record<string, Table> = {
  options: {
    head: ['option', 'variable', 'default', 'meaning'],
    rows: OPTION_ROWS.map(({ argument, variable, otherwise, text }) => [
      argument === undefined ? '–' : code(argument),
      code(variable),
      otherwise ?? '–',
      `${text}.`,
    ]),
  },
  settings: {
    head: ['setting', 'default', 'from', 'to', 'meaning'],
    rows: settings.map(([name, { default: value, minimum, maximum, description }]) => [
      code(name),
      value === '' ? '(empty)' : String(value),
      minimum === undefined ? '–' : String(minimum),
      maximum === undefined ? '–' : String(maximum),
      String(description),
    ]),
  },
  problems: {
    head: ['code', 'HTTP status', 'title'],
    rows: Object.entries(PROBLEMS).map(([name, status]) => [
      code(name),
      String(status),
      outcomesEn.problem[name as ProblemCode],
    ]),
  },
  permissions: {
    head: ['permission', 'what it allows', 'first administrator'],
    rows: Object.entries(outcomesEn['permission-name']).map(([name, meaning]) => [
      code(name),
      meaning,
      (SUPER_ADMIN_PERMISSIONS as readonly string[]).includes(name) ? 'yes' : 'no',
    ]),
  },
  'audit actions': {
    head: ['action', 'in words'],
    rows: Object.entries(consoleEn['audit-action']).map(([name, words]) => [code(name), words]),
  },
  'exit codes': {
    head: ['exit code', 'meaning'],
    rows: Object.entries(EXIT_CODES).map(([name, number]) => [String(number), cliEn.exit[name as Exit]]),
  },
  'device types': {
    head: ['id', 'name', 'device class', 'apps that do not identify their device', 'link template'],
    rows: deviceTypes.map(({ id, name, deviceClass, binding, linkTemplate }) => [
      code(id),
      name,
      code(deviceClass),
      binding.assertion === 'required' ? 'refused' : 'accepted',
      code(linkTemplate),
    ]),
  },
  placeholders: {
    head: ['placeholder', 'value in this example'],
    rows: PLACEHOLDERS.map((name) => [code(`{${name}}`), code(placeholderValue(name))]),
  },
};

const policyTable = (schema: z.ZodObject): Table => ({
  head: ['field', 'default', 'values', 'meaning'],
  rows: Object.entries(schema.shape).map(([name, field]) => {
    const {
      default: value,
      enum: choices,
      minimum,
      maximum,
      type,
      description,
    } = z.toJSONSchema(field as z.ZodType) as Range & { enum?: string[]; type?: string };
    const values =
      choices?.map(code).join(', ') ??
      { boolean: '`true`, `false`', array: 'a list' }[type ?? ''] ??
      `${minimum} to ${maximum}`;
    return [code(name), code(JSON.stringify(value).replaceAll('"', '')), values, String(description)];
  }),
});

const AUTHENTICATION_TABLES: Record<string, Table> = {
  'token modes': {
    head: ['mode', 'shown, step by step', 'told after each', 'mode afterwards'],
    rows: TRANSITIONS.map(({ mode, shows, told, becomes }) => [
      mode,
      shows.join(', '),
      told.join(', '),
      becomes,
    ]),
  },
  'token policy': policyTable(tokenPolicySchema),
  'lockout policy': policyTable(lockoutPolicySchema),
  'emergency access policy': policyTable(emergencyPolicySchema),
};

const PROMISE_TABLES: Record<string, Table> = {
  promises: {
    head: ['promise of the model', 'words that it checks'],
    rows: PROMISES.map(({ says, from: [page, words] }) => [
      says,
      `${words} ([${basename(page, '.md')}](../../${page}))`,
    ]),
  },
  'planted defects': {
    head: ['planted defect', 'found within so many schedules'],
    rows: DEFECTS.map(({ what, within, on }) => [on ? `${what}, on PostgreSQL` : what, String(within)]),
  },
};

test('each promise of the simulator names words that are on their page', () => {
  for (const { from } of PROMISES) {
    const [page, words] = from;
    expect(read(page).replaceAll(/\s+/g, ' ')).toContain(words);
  }
});

describe.each([
  ['docs/configuration.md', TABLES],
  ['docs/authentication.md', AUTHENTICATION_TABLES],
  ['test/simulation/README.md', PROMISE_TABLES],
])('%s repeats the code', (path, tables) => {
  const place = (name: string): RegExp => new RegExp(`(<!-- table: ${name} -->\n)([^<]*)(<!-- end -->)`);
  if (process.env.SOWER_WRITE_TABLES === '1') {
    let text = read(path);
    for (const [name, table] of Object.entries(tables)) {
      text = text.replace(
        place(name),
        (_, start: string, __, end: string) => `${start}${written(table)}\n${end}`,
      );
    }
    writeFileSync(join(root, path), text);
  }

  test.each(Object.keys(tables))('table: %s', (name) => {
    const table = tables[name] as Table;
    expect(table.rows.length).toBeGreaterThan(0);
    expect(place(name).exec(read(path))?.[2]).toBe(`${written(table)}\n`);
  });

  test('no table there is of something else', () => {
    const named = [...read(path).matchAll(/<!-- table: (.*?) -->/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(tables).sort());
  });
});

describe('docs/configuration.md', () => {
  const path = 'docs/configuration.md';

  test('every field of a device definition is explained, and no other', () => {
    const section = read(path).split('### Fields of a device definition')[1]?.split('\n#')[0] ?? '';
    const explained = [...section.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name);
    const { binding, ...fields } = deviceDefinitionSchema.shape;
    const expected = [...Object.keys(fields), ...Object.keys(binding.shape).map((name) => `binding.${name}`)];
    expect(explained.sort()).toEqual(expected.sort());
  });

  test('every environment variable of the programs is explained, and no other', () => {
    const variables = (text: string): string[] => text.match(/\bSOWER_[A-Z_]+\b/g) ?? [];
    const programs = SOURCES.filter((source) =>
      /^(apps\/\w+\/(src|bin)|packages\/texts\/src)\//.test(source),
    );
    const used = new Set([
      ...programs.flatMap((source) => variables(read(source))),
      ...OPTION_ROWS.map(({ variable }) => variable),
    ]);
    expect(used.size).toBeGreaterThan(10);
    expect([...new Set(variables(read(path)))].sort()).toEqual([...used].sort());
  });
});

// --- links ------------------------------------------------------------------------------------------------------------------

type Link = { readonly text: string; readonly target: string };

function linksOf(markdown: string): Link[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)].map(([, text, target]) => ({
    text: text as string,
    target: target as string,
  }));
}

/** As GitHub makes an anchor of a heading. */
function anchors(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading as string);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What a link in `document` points to and is not there. */
function broken(document: string, markdown: string): string[] {
  return linksOf(markdown)
    .filter(({ target }) => !/^[a-z]+:/i.test(target))
    .filter(({ target }) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(root, document) : resolve(root, dirname(document), path);
      if (!existsSync(file) || relative(root, file).startsWith('..')) return true;
      return anchor !== undefined && !anchors(readFileSync(file, 'utf8')).has(anchor);
    })
    .map(({ target }) => `${document} -> ${target}`);
}

test('every link between documents and files points to something', () => {
  expect(DOCUMENTS.length).toBeGreaterThan(15);
  expect(DOCUMENTS.flatMap((document) => broken(document, read(document)))).toEqual([]);
  // The finder finds.
  expect(
    broken('README.md', '[a](docs/no.md) [b](README.md#no-such-heading) [c](../x) [d](#sower)'),
  ).toHaveLength(3);
});

// --- conformance ------------------------------------------------------------------------------------------------------------

/** Whether the source has a test of this title, called or as a case of a portable suite. */
function hasTest(source: string, title: string): boolean {
  const name = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quoted = `(['"\`])${name}\\1`;
  const called = `\\b(?:test|it)(?:\\.each[^\\n]*)?\\(\\s*${quoted}`;
  const method = `^ {2}(?:async )?(?:${quoted.replace('\\1', '\\2')}|${name})\\(\\)`;
  return new RegExp(`${called}|${method}`, 'm').test(source);
}

type Requirement = { readonly section: string; readonly word: string; readonly tested: string };

function requirements(): Requirement[] {
  const rows = read('docs/conformance.md').matchAll(
    /^\| (§[\d.]+|App\. [A-D][\d.]*) \| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm,
  );
  return [...rows].map(([, section, word, , tested]) => ({
    section: section as string,
    word: word as string,
    tested: tested as string,
  }));
}

describe('docs/conformance.md', () => {
  test('every test it names exists', () => {
    const named = linksOf(read('docs/conformance.md')).filter(({ target }) => /\/test\/.*\.ts$/.test(target));
    expect(named.length).toBeGreaterThan(50);
    const missing = named.filter(({ text, target }) => {
      const file = resolve(root, 'docs', target);
      return !existsSync(file) || !hasTest(readFileSync(file, 'utf8'), text);
    });
    expect(missing).toEqual([]);
    const source = read('test/unit/documents.test.ts');
    expect([hasTest(source, 'every test it names exists'), hasTest(source, 'no such test, nowhere')]).toEqual(
      [true, false],
    );
  });

  test('every row names a test or says why there is none, and the sums are right', () => {
    const rows = requirements();
    const lines = read('docs/conformance.md').match(/^\| (?:§|App)/gm) ?? [];
    expect(rows).toHaveLength(lines.length);
    const tested = rows.filter((row) => row.tested.includes('.ts)'));
    const untested = rows.filter((row) => !row.tested.includes('.ts)'));
    expect(
      untested.filter(
        (row) => !/^(Not applicable|Departs(?: in part)?|By design|Not ours): /.test(row.tested),
      ),
    ).toEqual([]);
    expect(read('docs/conformance.md')).toContain(
      `${rows.length} requirements, ${tested.length} with a test, ${untested.length} without.`,
    );
  });
});

test('docs/protocol.md: every identifier stands in the file beside it', () => {
  const section = read('docs/protocol.md').split('## Symbols and identifiers')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\|[^|\n]+\|([^|\n]*`[^|\n]+)\|([^|\n]+)\|$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.flatMap(([, identifiers = '', place = '']) => {
    const [link] = linksOf(place);
    const source = link ? readFileSync(resolve(root, 'docs', link.target), 'utf8') : '';
    const names = [...identifiers.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
    return names.filter((name) => !source.includes(name)).map((name) => `${name} in ${place.trim()}`);
  });
  expect(missing).toEqual([]);
});

test('docs/architecture.md: every room of the server is named', () => {
  const tree = read('docs/architecture.md').split('## The tree')[1]?.split('\n## ')[0] ?? '';
  const named = new Set([...tree.matchAll(/[a-z][a-z0-9-]*(?=\/)/g)].map(([name]) => name));
  const rooms = globSync('apps/server/src/**/', { cwd: root });
  expect(rooms.length).toBeGreaterThan(60);
  // The rooms of the store are those of the domain.
  expect(rooms.filter((room) => !named.has(basename(room)) && !room.includes('/store/'))).toEqual([]);
});

test('docs/architecture.md: every table of the database is explained, and no other', () => {
  const tables = globSync('apps/server/src/store/schema/*.ts', { cwd: root })
    .flatMap((path) => [...read(path).matchAll(/^(?:export )?type \w+Tables = \{([\s\S]*?)\n\};/gm)])
    .flatMap(([, members = '']) => [...members.matchAll(/^ {2}(\w+): /gm)])
    .map(([, name]) => name);
  expect(tables.length).toBeGreaterThan(10);
  const section = read('docs/architecture.md').split('## Data model')[1]?.split('\n## ')[0] ?? '';
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(explained.sort()).toEqual(tables.sort());
});

test('docs/divergences.md: each departure of RADIUS names tests, and they exist', () => {
  const section = read('docs/divergences.md').split('## RADIUS')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => /^\| RFC/.test(line));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const named = [...(row.split(' | ').at(-1) ?? '').matchAll(/([\w/.-]+\.test\.ts) "([^"]+)"/g)];
    expect(named.length, row).toBeGreaterThan(0);
    for (const [, file, title] of named) expect(read(String(file)), row).toContain(String(title));
  }
});

test('docs/radius.md names every reply attribute, and no other', () => {
  const section =
    read('docs/radius.md').split('## Reply attributes')[1]?.split('Any other attribute')[0] ?? '';
  const named = [...section.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(REPLY_ATTRIBUTES).sort());
});

// --- paths ------------------------------------------------------------------------------------------------------------------

/** Folders that exist on one machine only. Put together here, so that this file does not find itself. */
const MACHINE_PATH = new RegExp(`(?<![\\w.])/(?:${['work', 'home', 'root', 'Users'].join('|')})/[\\w.-]`);

test('no document and no source names a path of somebody’s machine', () => {
  const named = [...DOCUMENTS, ...SOURCES].filter((path) => MACHINE_PATH.test(read(path)));
  expect(named).toEqual([]);
  expect(SOURCES.length).toBeGreaterThan(150);
  expect(MACHINE_PATH.test(`see /${'home'}/me/x`)).toBe(true);
});

test('docs/runbook.md: each alert for Prometheus has a line, and no other', () => {
  const { groups } = parse(read('monitoring/alerts.yml')) as { groups: { rules: { alert: string }[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const lines = [...read('docs/runbook.md').matchAll(/^\| (Sower\w+) \|/gm)].map(([, name]) => name);
  expect(lines.toSorted()).toEqual(alerts.toSorted());
});

test('each alert of the server has a rule for Prometheus and a line in docs/runbook.md', () => {
  const { groups } = parse(read('monitoring/alerts.yml')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const raised = groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, expr }) =>
      [...expr.matchAll(/sower_alert\{alert=~"([\w-]+)\(:\.\*\)\?"\}/g)].map(([, kind]) => [kind, alert]),
    );
  expect(raised.map(([kind]) => kind).toSorted()).toEqual([...ALERT_KINDS].toSorted());
  const lines = [...read('docs/runbook.md').matchAll(/^\| (Sower\w+) \| `([\w-]+)` \|/gm)];
  expect(lines.map(([, alert, kind]) => [kind, alert]).toSorted()).toEqual(raised.toSorted());
});

test('thresholds and severities of alerts, in the rules for Prometheus and in docs/operations.md', () => {
  const { groups } = parse(read('monitoring/alerts.yml')) as {
    groups: {
      name: string;
      rules: { expr: string; labels: { severity: string }; annotations: { summary: string } }[];
    }[];
  };
  const rules = groups.find(({ name }) => name === 'sower-raised')?.rules ?? [];
  const kindOf = (expr: string): AlertKind => /alert=~"([\w-]+)\(/.exec(expr)?.[1] as AlertKind;
  expect(Object.fromEntries(rules.map(({ expr, labels }) => [kindOf(expr), labels.severity]))).toEqual(
    Object.fromEntries(ALERT_KINDS.map((kind) => [kind, CHECKS[kind].severity])),
  );
  const summary = (kind: AlertKind): string =>
    rules.find(({ expr }) => kindOf(expr) === kind)?.annotations.summary ?? '';
  const bad = (kind: AlertKind, unit: number): number => (CHECKS[kind].bad ?? Number.NaN) / unit;
  const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
  expect(summary('certificate')).toContain(`${bad('certificate', 1)} days`);
  expect(summary('clock')).toContain(`${bad('clock', second)} seconds`);
  const page = read('docs/operations.md').replace(/\s+/g, ' ');
  const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six'];
  for (const sentence of [
    `the last backup is older than ${words[bad('backup-late', day)]} days`,
    `by restoring it in the last ${bad('backup-unverified', day)} days`,
    `the certificate expires within ${bad('certificate', 1)} days; ${words[bad('acme', 1) + 1]} orders by ACME`,
    `less than ${bad('disk', 2 ** 20)} MiB are free`,
    `over ${bad('passcodes-guessed', 1)} more logons were refused than four times`,
    `over ${bad('passwords-guessed', 1)} more logons were refused than four times`,
    `more than ${bad('clock', second)} seconds`,
    `set an alert ${bad('certificate', 1)} days before`,
  ])
    expect(page).toContain(sentence);
  expect([bad('mail-stuck', hour), bad('audit-behind', minute)]).toEqual([1, 10]);
});

test('docs/operations.md: the versions of PostgreSQL that are supported, and until when', () => {
  const rows = [...read('docs/operations.md').matchAll(/^\| (1\d) \| (\d{4}-\d\d-\d\d) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, version, until]) => [version, until]))).toEqual(
    SUPPORTED_POSTGRESQL,
  );
});

test('docs/operations.md: each alert of the server has a line, and no other', () => {
  const [, section = ''] = read('docs/operations.md').split('### Alerts');
  const lines = [...section.split('\n## ')[0]!.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, names]) =>
    [...names!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
  );
  expect(lines.toSorted()).toEqual([...ALERT_KINDS].toSorted());
});
