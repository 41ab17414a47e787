/**
 * The HTML of a mail, shown in the page. The server has drawn it, so it is well-formed and of few elements; these become elements of the page
 * one by one, because the page's policy lets nothing be parsed into it. Links lead nowhere: it is a picture of the mail.
 */
import { createElement, type ReactNode } from 'react';

const ELEMENTS = ['a', 'br', 'div', 'img', 'li', 'ol', 'p', 'span', 'table', 'tbody', 'td', 'tr', 'ul'];
const EMPTY = ['br', 'img'];

type Open = { readonly name: string; readonly attributes: string; readonly children: ReactNode[] };

export function HtmlView({ html }: { html: string }) {
  const body = /<body[^>]*>(.*)<\/body>/s.exec(html)?.[1] ?? '';
  return <div className="sower-preview-html">{elementsOf(body)}</div>;
}

function elementsOf(markup: string): ReactNode[] {
  const top: Open = { name: '', attributes: '', children: [] };
  const open = [top];
  const last = (): Open => open.at(-1) ?? top;
  for (const [part, closing, name = '', attributes = ''] of markup
    .replace(/<!--.*?-->/gs, '')
    .matchAll(/<(\/)?([a-z]+)((?:\s+[\w-]+="[^"]*")*)\s*\/?>|[^<]+/g)) {
    if (!part.startsWith('<')) last().children.push(decoded(part));
    else if (!ELEMENTS.includes(name)) continue;
    else if (EMPTY.includes(name))
      last().children.push(elementOf({ name, attributes, children: [] }, last()));
    else if (closing === undefined) open.push({ name, attributes, children: [] });
    else if (open.length > 1) {
      const done = open.pop() as Open;
      last().children.push(elementOf(done, last()));
    }
  }
  return top.children;
}

function elementOf({ name, attributes, children }: Open, parent: Open): ReactNode {
  const given = Object.fromEntries(
    [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decoded(value)]),
  );
  const props = {
    key: parent.children.length,
    style: styleOf(given.style ?? ''),
    ...(given.role === undefined ? {} : { role: given.role }),
    ...(name === 'img' ? { src: given.src, alt: given.alt, width: given.width, height: given.height } : {}),
    ...(name === 'td' || name === 'table' ? { width: given.width } : {}),
  };
  return EMPTY.includes(name) ? createElement(name, props) : createElement(name, props, children);
}

/** `margin-top:1px` as React has it. What it does not know, such as `mso-padding-alt`, is for mail programs alone. */
const styleOf = (style: string): Record<string, string> =>
  Object.fromEntries(
    style
      .split(';')
      .map((declaration) => declaration.split(/:(.*)/s))
      .filter(([property = '']) => property !== '' && !property.startsWith('mso-'))
      .map(([property = '', value = '']) => [
        property.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
  );

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? '');
