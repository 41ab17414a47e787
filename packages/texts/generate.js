// Writes src/tables/ from the texts in src/<language>/<area>.json: for each table its keys with the values they take, as types, and how its
// files are loaded. setup.js and `npm run check` run it. A language is a folder: nothing else lists it. Plain JavaScript that Node 20 can read.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What an app asks for at once: the areas that it reads, the first one its own. A browser downloads only what is not `atHand` when it is
 * needed: `all` languages are, English alone, or none.
 */
export const TABLES = {
  authenticator: { areas: ['authenticator', 'importing'], atHand: 'all' },
  cli: { areas: ['cli', 'importing', 'names'], atHand: 'en' },
  'console-start': { areas: ['console-start', 'both-consoles'], atHand: 'en' },
  console: { areas: ['console', 'names', 'telephone'], atHand: 'none' },
  'self-service': { areas: ['self-service', 'both-consoles', 'telephone'], atHand: 'en' },
  outcomes: { areas: ['outcomes', 'names'], atHand: 'all' },
  mail: { areas: ['mail', 'telephone'], atHand: 'all' },
  'first-page': { areas: ['first-page', 'telephone'], atHand: 'all' },
};

const SOURCES = fileURLToPath(new URL('src/', import.meta.url));
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Each language with its areas; English first. */
export function readLanguages(folder = SOURCES) {
  const languages = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'tables')
    .map(({ name }) => name)
    .sort((one, other) => (other === 'en') - (one === 'en') || (one < other ? -1 : 1));
  return Object.fromEntries(
    languages.map((language) => [
      language,
      Object.fromEntries(
        readdirSync(`${folder}${language}`)
          .filter((name) => name.endsWith('.json'))
          .map((name) => [
            name.slice(0, -'.json'.length),
            JSON.parse(readFileSync(`${folder}${language}/${name}`, 'utf8')),
          ]),
      ),
    ]),
  );
}

/** Paths and texts of an area. */
export const leavesOf = (texts, path = '') =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [[path + name, text]] : leavesOf(text, `${path}${name}.`),
  );

/** Keys of an area, each with the placeholders of its text: the forms of a plural are one key, which takes `count`. */
export function keysOf(texts) {
  const leaves = leavesOf(texts);
  const paths = new Set(leaves.map(([path]) => path));
  const keys = new Map();
  for (const [path, text] of leaves) {
    const key = path.replace(PLURAL, '');
    if (key !== path && paths.has(key)) throw new Error(`${key} is a text, and ${path} a plural form of it`);
    const found = [...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, placeholder]) => placeholder);
    keys.set(key, new Set([...(keys.get(key) ?? []), ...found, ...(key === path ? [] : ['count'])]));
  }
  return keys;
}

const nameOf = (placeholder) => placeholder.split(',', 1)[0];
const namesOf = (placeholders) => [...new Set([...placeholders].map(nameOf))].sort().join(', ');

/** What an area of a language lacks, has too much, and says with other values than the English one. */
export function differences(english, texts) {
  const expected = keysOf(english);
  const found = keysOf(texts ?? {});
  const both = [...expected].filter(([key]) => found.has(key));
  return {
    missing: [...expected.keys()].filter((key) => !found.has(key)),
    superfluous: [...found.keys()].filter((key) => !expected.has(key)),
    values: both
      .filter(([key, placeholders]) => namesOf(placeholders) !== namesOf(found.get(key)))
      .map(
        ([key, placeholders]) =>
          `${key}: ${namesOf(found.get(key))}, and in English ${namesOf(placeholders)}`,
      ),
  };
}

function typeOf(name, placeholders) {
  if (name === 'count' || placeholders.has(`${name}, number`)) return 'number';
  return ['date', 'time'].some((format) => placeholders.has(`${name}, ${format}`)) ? 'string' : 'Value';
}

const typeName = (name) => `${name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}Texts`;
const variable = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

function typesOf(areas) {
  return Object.entries(areas).map(([area, texts]) => {
    const lines = [...keysOf(texts)].map(([key, placeholders]) => {
      const values = [...new Set([...placeholders].map(nameOf))]
        .filter((name) => !name.startsWith('limit.'))
        .map((name) => `readonly ${name}: ${typeOf(name, placeholders)}`);
      return `  ${JSON.stringify(key)}: { ${values.join('; ')} };`;
    });
    return `export type ${typeName(area)} = {\n${lines.join('\n')}\n};\n`;
  });
}

function tableOf({ areas, atHand }, languages) {
  const imports = [];
  const imported = (language) => atHand === 'all' || (atHand === 'en' && language === 'en');
  const texts = (language) => {
    const files = areas.filter((area) => area in languages[language]);
    if (!imported(language))
      return `await load(${files.map((area) => `import('../${language}/${area}.json', { with: { type: 'json' } })`).join(', ')})`;
    const names = files.map((area) => `${language}_${variable(area)}`.replaceAll('-', '_'));
    files.forEach((area, at) => {
      const line = `import ${names[at]} from '../${language}/${area}.json' with { type: 'json' };`;
      if (!imports.includes(line)) imports.push(line);
    });
    return `[${names.join(', ')}]`;
  };
  const entries = Object.keys(languages)
    .filter((language) => areas[0] in languages[language])
    .map((language) => {
      const whole = areas.every(
        (area) => differences(languages.en[area], languages[language][area]).missing.length === 0,
      );
      const both = whole ? [language] : [language, 'en'];
      const fields = both.map((each) => `${JSON.stringify(each)}: ${texts(each)}`).join(', ');
      return `  ${JSON.stringify(language)}: ${imported(language) ? `{ ${fields} }` : `async () => ({ ${fields} })`},`;
    });
  const loads = entries.some((entry) => entry.includes('await load('));
  return [
    ...(loads ? ["import { load } from '../table.ts';"] : []),
    ...imports,
    `import type { ${[...new Set(areas)].map(typeName).join(', ')} } from './types.ts';`,
    '',
    `export type Catalogue = ${areas.map(typeName).join(' & ')};`,
    `export const table = {\n${entries.join('\n')}\n} as const;\n`,
  ].join('\n');
}

/** A group that stands in two areas of a table would hide one of them. */
function checkGroups({ en }) {
  for (const [name, { areas }] of Object.entries(TABLES)) {
    const groups = areas.flatMap((area) => Object.keys(en[area] ?? {}));
    const twice = groups.filter((group, at) => groups.indexOf(group) !== at);
    if (twice.length > 0) throw new Error(`${name}: more than one area has ${twice.join(', ')}`);
  }
}

/** The actions of the audit trail are those that have a text. */
const actionsOf = ({ names = {} }) =>
  [
    `export const AUDIT_ACTIONS = ${JSON.stringify(Object.keys(names['audit-action'] ?? {}))} as const;`,
    'export type AuditAction = (typeof AUDIT_ACTIONS)[number];\n',
  ].join('\n');

/** A language's name for itself, as a menu shows it. */
function ownName(language) {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

export function generate(folder = SOURCES) {
  const languages = readLanguages(folder);
  checkGroups(languages);
  const names = Object.keys(languages).map((language) => [language, ownName(language)]);
  const files = {
    types: [`import type { Value } from '../catalogue.ts';\n`, ...typesOf(languages.en)].join('\n'),
    'audit-actions': actionsOf(languages.en),
    languages: `export const LANGUAGE_NAMES = ${JSON.stringify(Object.fromEntries(names))} as const;\n`,
    ...Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [name, tableOf(table, languages)])),
  };
  mkdirSync(`${folder}tables`, { recursive: true });
  for (const name of readdirSync(`${folder}tables`))
    if (!(name.replace(/\.ts$/, '') in files)) rmSync(`${folder}tables/${name}`);
  for (const [name, content] of Object.entries(files)) {
    const file = `${folder}tables/${name}.ts`;
    const text = `// Made by packages/texts/generate.js.\n${content}`;
    // What is as it was keeps its time, so that nothing is built again.
    if (read(file) !== text) writeFileSync(file, text);
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate();
