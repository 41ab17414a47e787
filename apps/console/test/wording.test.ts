/**
 * How the consoles write what leads somewhere, read out of their code: names of pages in title case, everything else in sentence case, and
 * what a button does as a verb. English alone has the two cases; verbs are checked in English too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { consoleEn, selfServiceEn } from '../../../packages/texts/test/tables.ts';
import { askedAbout, flat, keyPatterns, SOURCE } from '../../../test/harness/browser/titles-in-code.ts';

type Found = { readonly key: string; readonly text: string };

const TABLES = { security: flat(consoleEn), 'self-service': flat(selfServiceEn) };
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
);

/** Texts whose keys are in these parts of the code. */
function textsOf(parts: (file: string, source: ts.SourceFile) => readonly ts.Node[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const file of FILES) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(SOURCE, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const shared = /^(ui|texts)\//.test(file);
    const tables = shared
      ? [...TABLES.security, ...TABLES['self-service']]
      : TABLES[file.startsWith('self-service/') ? 'self-service' : 'security'];
    // A whole area of texts is not what one part says.
    const patterns = parts(file, source)
      .flatMap(keyPatterns)
      .filter((pattern) => !/^\^[\w-]+\\\.\[\^\.\]\+\$$/.test(pattern.source));
    for (const [key, text] of tables)
      if (patterns.some((pattern) => pattern.test(key))) found.set(`${key} ${text}`, { key, text });
  }
  return [...found.values()];
}

function elements(
  source: ts.Node,
  each: (tag: string, at: ts.JsxOpeningLikeElement, inside: readonly ts.Node[]) => void,
): void {
  const walk = (node: ts.Node): void => {
    if (ts.isJsxElement(node))
      each(node.openingElement.tagName.getText(), node.openingElement, node.children);
    else if (ts.isJsxSelfClosingElement(node)) each(node.tagName.getText(), node, []);
    ts.forEachChild(node, walk);
  };
  walk(source);
}

const attributes = (element: ts.JsxOpeningLikeElement, name: RegExp): ts.Node[] =>
  element.attributes.properties.flatMap((attribute) =>
    ts.isJsxAttribute(attribute) && name.test(attribute.name.getText()) && attribute.initializer
      ? [attribute.initializer]
      : [],
  );

/** What the button of a window does that says by one key what it asks. */
const actionsAsked = (given: ts.JsxAttributeLike): ts.Node[] =>
  ts.isJsxSpreadAttribute(given) && askedAbout(given) !== undefined && ts.isCallExpression(given.expression)
    ? given.expression.arguments.slice(1, 2)
    : [];

/** Title and breadcrumbs of a page, and the menu. */
const names = textsOf((file, source) => {
  if (file === 'shell/menu.ts') return [source];
  const parts: ts.Node[] = [];
  elements(source, (tag, element) => {
    if (tag === 'Screen') parts.push(...attributes(element, /^(title|crumb|trail)$/));
  });
  return parts;
});

/** What buttons say, also those of windows and forms that a file gives its word. */
const buttons = textsOf((_, source) => {
  const parts: ts.Node[] = [];
  elements(source, (tag, element, inside) => {
    if (/^(PatternFly\.)?(Button|LinkButton)$/.test(tag)) {
      parts.push(
        ...inside.filter(
          (child) => ts.isJsxExpression(child) && child.expression && !/=>/.test(child.getText()),
        ),
      );
    }
    if (/Dialog$|^FormEnd$/.test(tag))
      parts.push(...attributes(element, /^action$/), ...element.attributes.properties.flatMap(actionsAsked));
  });
  return parts;
});

/** Not the name of a page: it says in a sentence what is the matter. */
const SENTENCES = new Set(['whoCan.notPermitted', 'help.none']);

/** Within a title they are small, as first word they are not. */
const SMALL = new Set([
  ...['a', 'an', 'the', 'and', 'or', 'of', 'to', 'for', 'in', 'on', 'by', 'with', 'at'],
  ...['time', 'mail', 'ins'], // of "Real-time", "E-mail" and "Stand-ins"
]);

/** Capital in every sentence: what the field and the page that Sower follows call so. */
const NAMES = new RegExp(
  [
    'Activate Your Token|Save and Distribute|My Authenticators|User Dashboard|Self-Service Console|Security Console',
    'ACME|API|CSV|CTF|CT-KIP|DNS?|ID|JSON|PDF|PINs?|PSKC|QR|RADIUS|S/MIME|SMTP|URL|URI|Message-Authenticator|I',
  ]
    .map((each) => `\\b(?:${each})\\b`)
    .join('|'),
  'g',
);

/** How a button begins: with what it does. */
const VERBS = new Set(
  [
    'activate add allow apply approve ask assign cancel change check choose clear close confirm connect continue copy create defer delete disable',
    'distribute do download duplicate edit enable end export find finish generate get give have hide import issue keep leave lend link log make mark',
    'mint move name open order pause press print qualify read redistribute reject reload remove rename replace report request require',
    'reset resume resynchronize revoke rotate run save search select send set show sign start stop switch take test try unassign undo',
    'unlock upload use verify withdraw',
  ]
    .join(' ')
    .split(' '),
);

/** Not verbs, on purpose: what the caller or the user says of themselves, and where a list goes on. */
const OTHERWISE = [
  /^call\.acts\./,
  /^challenge\.take$/,
  /^activate\.(app\.have|old\.go)$/,
  /^ui\.(firstPage|previousPage|nextPage|back)$/,
];

const words = (text: string): string[] => text.replace(/\{\{[^}]*\}\}/g, ' ').match(/[\p{L}/]+/gu) ?? [];

describe('how it is written', () => {
  test('menu entries and names of pages are in title case', () => {
    const pages = names.filter(({ key }) => !SENTENCES.has(key));
    expect(pages.length).toBeGreaterThan(60);
    const wrong = pages.filter(({ text }) =>
      words(text).some((word, at) => /^\p{Ll}/u.test(word) && (at === 0 || !SMALL.has(word))),
    );
    expect(wrong).toEqual([]);
  });

  test('buttons are in sentence case', () => {
    expect(buttons.length).toBeGreaterThan(120);
    const wrong = buttons.filter(({ text }) => {
      const [first = '', ...rest] = words(text.replace(NAMES, (name) => name.toLowerCase()));
      return (/^\p{Ll}/u.test(first) && text.startsWith(first)) || rest.some((word) => /^\p{Lu}/u.test(word));
    });
    expect(wrong).toEqual([]);
  });

  test('buttons say what they do: they begin with a verb', () => {
    const wrong = buttons.filter(
      ({ key, text }) =>
        !OTHERWISE.some((pattern) => pattern.test(key)) && !VERBS.has((words(text)[0] ?? '').toLowerCase()),
    );
    expect(wrong).toEqual([]);
  });
});
