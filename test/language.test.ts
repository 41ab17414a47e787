/** Sentences of the server in the caller's language: every one that can reach a person has its German. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBLEMS } from '@sower/api/problems';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { languageOf, sayerFor, translator } from '../apps/server/src/api/language.ts';
import { GERMAN } from '../apps/server/src/api/sentences.de.ts';
import { type Finding, findingInWords } from '../apps/server/src/api/validation-words.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Calls whose arguments are said to the caller. */
const SAYING = /^(refused|refusedAt|refusedFor|undo)$/;
/** Where sentences are also returned and gathered: all that looks like one. */
const SAYING_FILES =
  /^(apps\/server\/src\/(core|audit|directory|provisioning|authentication|clients|certificates|log-on|self-service|mail|requests|jobs|api)\/|apps\/server\/src\/keys\/x509\/(certificate-view|mail-certificate|signing-identity)|packages\/api\/src\/)/;
/** Findings have codes; the consoles say them by their code, and their table is as complete as the types ask. */
const SAID_BY_CODE = /^packages\/api\/src\/certificate-findings\.ts$/;
/** Mail is written in the language of its reader: each template stands there in every language. */
const WRITTEN_IN_BOTH = /^apps\/server\/src\/mail\/original-templates\.ts$/;
const LOOKS_LIKE_ONE = /^[A-Z"{].* .*\.$/s;

type Found = { readonly form: string; readonly where: string };

/** The literals of a file that are sentences, with `{1}`, `{2}` … for what is put into them. */
function sentencesOf(path: string, text: string): Found[] {
  const found: Found[] = [];
  if (SAID_BY_CODE.test(path) || WRITTEN_IN_BOTH.test(path)) return found;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node, said: boolean): void => {
    const call = ts.isCallExpression(node) ? node.expression.getText(source) : '';
    // For operators, documentation, and programmers; not for callers.
    if (ts.isNewExpression(node) || ts.isThrowStatement(node) || /\blog\b|^insertAudit$|^audit$/.test(call))
      return;
    if (ts.isPropertyAssignment(node) && /^(description|summary|meaning)$/.test(node.name.getText(source)))
      return;
    const form = formOf(node);
    if (form !== undefined) {
      const sentence = said ? /\p{L} ./u.test(form) : SAYING_FILES.test(path) && LOOKS_LIKE_ONE.test(form);
      if (sentence) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push({ form, where: `${path}:${line + 1}` });
      }
    }
    ts.forEachChild(node, (child) => visit(child, said || SAYING.test(call)));
  };
  visit(source, false);
  return found;
}

function formOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return (
    node.head.text + node.templateSpans.map((span, index) => `{${index + 1}}${span.literal.text}`).join('')
  );
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.de.ts') ? [relative('.', path)] : [];
  });
}

const FOUND = [...sourceFiles('apps/server/src'), ...sourceFiles('packages/api/src')].flatMap((path) =>
  sentencesOf(path, readFileSync(join(ROOT, path), 'utf8')),
);

describe('German', () => {
  test('of every sentence and every title of a problem', () => {
    expect(FOUND.length).toBeGreaterThan(80);
    const lacking = FOUND.filter(({ form }) => !Object.hasOwn(GERMAN, form)).map(
      ({ form, where }) => `${where}  ${form}`,
    );
    expect(lacking).toEqual([]);
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(titles.filter((title) => !Object.hasOwn(GERMAN, title))).toEqual([]);
  });

  test('holds each value of its sentence once, and no sentence is taken for another', () => {
    const say = translator(GERMAN);
    for (const [form, german] of Object.entries(GERMAN)) {
      const places = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted();
      expect(places(german), form).toEqual(places(form));
      const fill = (text: string) => text.replace(/\{(\d)\}/g, (_, place: string) => `Wert${place}`);
      expect(say(fill(form))).toBe(fill(german));
    }
  });

  test('a planted sentence without German is found', () => {
    const planted = `
      export const one = () => refused('in-use', \`Still \${count} of "\${name}" here. Wait.\`);
      export function pinProblem() { return 'A PIN of the moon is refused.'; }
      const not = new Error('A bug of ours.');`;
    expect(sentencesOf('apps/server/src/directory/planted.ts', planted).map(({ form }) => form)).toEqual([
      'Still {1} of "{2}" here. Wait.',
      'A PIN of the moon is refused.',
    ]);
  });
});

describe('saying', () => {
  const say = sayerFor('de');
  test('values stay as they are, in whatever order; words of ours in them are said too', () => {
    expect(say('There is no user "{1} of ".')).toBe('Es gibt keinen Benutzer „{1} of “.');
    const form = {
      'From {1} to {2}.': 'Nach {2} von {1}.',
      'a user': 'ein Benutzer',
      'users ({1})': 'Benutzer ({1})',
    };
    expect(translator(form)('From a user to b.')).toBe('Nach b von ein Benutzer.');
    expect(translator(form)('From users (2), users (3) to c.')).toBe(
      'Nach c von Benutzer (2), Benutzer (3).',
    );
    expect(translator(form)('From a to b')).toBe('From a to b');
    expect(translator(form)('From to .')).toBe('From to .');
  });
  test('an unknown sentence goes out in English', () => {
    expect(say('Nobody has translated this.')).toBe('Nobody has translated this.');
    expect(say('constructor')).toBe('constructor');
  });
  test('a long value costs no more than reading it', () => {
    const long = 'There is no user "'.repeat(20_000);
    expect(say(long)).toBe(long);
  });
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.5, de;q=0.4', 'en'],
  ['fr, de;q=0.3', 'de'],
  ['de;q=0', 'en'],
  ['de;q=x', 'en'],
  ['DE', 'de'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test.each<[Partial<Finding>, string]>([
  [
    { keyword: 'invalid_type', message: 'Invalid input: expected string, received undefined' },
    'This is needed.',
  ],
  [{ keyword: 'invalid_type', message: 'x', params: { expected: 'array' } }, 'This has to be a list.'],
  [{ keyword: 'too_small', params: { origin: 'string', minimum: 1 } }, 'This is needed.'],
  [{ keyword: 'too_small', params: { origin: 'number', minimum: 5 } }, 'The least value is 5.'],
  [{ keyword: 'too_big', params: { origin: 'string', maximum: 9 } }, 'At most 9 characters are allowed.'],
  [
    { keyword: 'invalid_format', message: 'Invalid e', params: { format: 'email' } },
    'This is not an e-mail address.',
  ],
  [{ keyword: 'invalid_format', message: 'Our own words.' }, 'Our own words.'],
  [{ keyword: 'unrecognized_keys', params: { keys: ['a', 'b'] } }, 'There is no such field: a, b.'],
])('%o is said as "%s"', (finding, sentence) => {
  expect(findingInWords({ params: {}, keyword: '', ...finding })).toBe(sentence);
});
