/** Mail templates: text with `{{placeholders}}`. No logic, no code, and a value is never read as a template. */

import { type MailEvent, placeholdersOf, SECRET_PLACEHOLDERS } from '@sower/api/mail-events';
import { UNPRINTABLE } from '@sower/bytes/printable';
import { type Text, text } from '@sower/texts/outcomes';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** What is wrong with a template, at which placeholder and where; `undefined` if nothing is. */
export function templateProblem(
  template: string,
  event: MailEvent,
  part: 'subject' | 'body',
): Text | undefined {
  const known: string[] = placeholdersOf(event).filter(
    (name) => part === 'body' || !(SECRET_PLACEHOLDERS as readonly string[]).includes(name),
  );
  for (const { 1: inner = '', index } of template.matchAll(PLACEHOLDER)) {
    if (!known.includes(inner.trim())) {
      return text('mail.template-unknown-placeholder', {
        place: place(template, index),
        placeholder: `{{${inner.trim()}}}`,
        known: known.map((name) => `{{${name}}}`),
      });
    }
  }
  const stray = /\{\{|\}\}/.exec(template.replace(PLACEHOLDER, (all) => ' '.repeat(all.length)));
  if (stray)
    return text('mail.template-stray', { place: place(template, stray.index), characters: stray[0] });
  return undefined;
}

function place(template: string, index: number): Text {
  const before = template.slice(0, index).split('\n');
  return text('mail.place', { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

/** Each value is one line: a name cannot add lines to a mail. A line that contained only empty placeholders is left out. */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const rendered = line.replace(PLACEHOLDER, (_, name: string) => oneLine(values[name.trim()] ?? ''));
      return rendered.trim() === '' && line.trim() !== '' ? [] : [rendered];
    })
    .join('\n');
}

const UNPRINTABLE_RUN = new RegExp(`(?:${UNPRINTABLE.source})+`, 'gu');

function oneLine(value: string): string {
  return value.toWellFormed().replace(UNPRINTABLE_RUN, ' ').trim();
}

/** The same as HTML: only paragraphs. Everything is escaped, including the template author's text. */
export function htmlOf(text: string): string {
  const paragraphs = text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(escaped).join('<br>')}</p>`);
  return `<!doctype html><html><head><meta charset="utf-8"></head><body>${paragraphs.join('')}</body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
