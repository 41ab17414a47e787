/**
 * The windows and the empty lists that the consoles can show, read out of their code by what stands above them: so a walk that misses one
 * is noticed, also one that was added after the walk was written.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Texts } from '@sower/texts/catalogue';
import type { Page } from 'playwright-core';
import ts from 'typescript';
import { pseudoPattern } from './foreign-texts.ts';

export const SOURCE = fileURLToPath(new URL('../../../apps/console/src', import.meta.url));
const TITLED = new Set([
  ...['Dialog', 'FormDialog', 'ConfirmDialog', 'BulkDialog', 'ModalHeader'],
  ...['Nothing', 'Listing', 'EmptyState', 'UnreachablePage'],
]);

/** The parts that all use are given theirs. */
const SHARED = new RegExp(`export function (${[...TITLED].join('|')})\\b`);

export type Title = { readonly file: string; readonly key: string; readonly shown: RegExp };

/**
 * @param of which console's files
 * @param texts its English table
 * @returns a line for each key that can stand above something; and the files that have something whose title is no text of the table
 */
export function titlesInCode(
  of: 'security' | 'self-service',
  texts: Texts,
): { titles: readonly Title[]; without: readonly string[] } {
  const table = flat(texts);
  const titles = new Map<string, Title>();
  const without: string[] = [];
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.tsx') || file.startsWith('self-service/') !== (of === 'self-service')) continue;
    for (const title of titlesOf(file)) {
      const patterns = keyPatterns(title);
      const isShared = /^(ui|shell)\//.test(file) || SHARED.test(title.getSourceFile().text);
      if (patterns.length === 0 && !isShared) without.push(`${file}: ${title.getText()}`);
      for (const [key, text] of table) {
        if (patterns.some((pattern) => pattern.test(key)))
          titles.set(`${file} ${key}`, { file, key, shown: pseudoPattern(text) });
      }
    }
  }
  return { titles: [...titles.values()], without };
}

/** Attributes of what has a title, and `title: …` where a file puts several together before. */
function titlesOf(file: string): ts.Node[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(SOURCE, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: ts.Node[] = [];
  let given = false;
  const titleIn = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'title') found.push(node.initializer);
    else ts.forEachChild(node, titleIn);
  };
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'useOnce')
      node.arguments.slice(0, 1).forEach(titleIn);
    // What a list says when it is empty.
    if (ts.isJsxAttribute(node) && node.name.getText() === 'none' && node.initializer) {
      const before = found.length;
      titleIn(node.initializer);
      if (found.length === before) given = true;
    }
    if (ts.isJsxSelfClosingElement(node) || ts.isJsxOpeningElement(node)) {
      if (TITLED.has(node.tagName.getText())) {
        for (const attribute of node.attributes.properties) {
          if (ts.isJsxSpreadAttribute(attribute)) {
            if (askedAbout(attribute) === undefined) given = true;
            else found.push(attribute);
          } else if (/^title(Text)?$/.test(attribute.name.getText()) && attribute.initializer) {
            if (keyPatterns(attribute.initializer).length === 0) given = true;
            found.push(attribute.initializer);
          }
        }
      }
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  if (!given) return found;
  const put: ts.Node[] = [];
  const properties = (node: ts.Node): void => {
    const holds = ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node);
    if (holds && node.name.getText() === 'title' && keyPatterns(node).length > 0) put.push(node);
    ts.forEachChild(node, properties);
  };
  properties(source);
  return put.length === 0 ? found : [...found.filter((node) => keyPatterns(node).length > 0), ...put];
}

/** The key of `{...asking(t, 'offers.delete')}`: what the window is called has it and `Title`, what its button does is the text itself. */
export const askedAbout = (given: ts.JsxAttributeLike): string | undefined =>
  ts.isJsxSpreadAttribute(given)
    ? /^asking\(\s*t,\s*'([\w.]+)'/.exec(given.expression.getText())?.[1]
    : undefined;

/** The keys in an expression, `tokens.confirm.${what}.title` as whatever it can become. */
export function keyPatterns(node: ts.Node): RegExp[] {
  const literally = (text: string): string => text.replaceAll('.', '\\.');
  const found: RegExp[] = [];
  const walk = (each: ts.Node): void => {
    const asked = ts.isJsxSpreadAttribute(each) ? askedAbout(each) : undefined;
    if (asked !== undefined) {
      found.push(new RegExp(`^${literally(asked)}Title$`));
    } else if (ts.isStringLiteralLike(each) && /^[\w-]+(\.[\w-]+)+$/.test(each.text)) {
      found.push(new RegExp(`^${literally(each.text)}$`));
    } else if (ts.isTemplateExpression(each) && /^[\w-]+\./.test(each.head.text)) {
      const rest = each.templateSpans.map(({ literal }) => `[^.]+${literally(literal.text)}`);
      found.push(new RegExp(`^${literally(each.head.text)}${rest.join('')}$`));
    } else ts.forEachChild(each, walk);
  };
  walk(node);
  return found;
}

/** Plural forms under the key that the code has. */
export function flat(texts: Texts, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [[path + name.replace(/_other$/, ''), text]] : flat(text, `${path}${name}.`),
  ) as [string, string][];
}

/** Whatever stands above something on a page, windows and empty lists among it. */
export const titlesShown = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.pf-v6-c-modal-box__title-text, h1, h2, h3')].map((title) =>
      title.textContent.trim(),
    ),
  );
