/** Mail templates: text with `{{placeholders}}`. No logic, no code, and a value is never read as a template. */

import { type MailEvent, placeholdersOf, SECRET_PLACEHOLDERS } from '@sower/api/mail-events';
import { type Text, text } from '@sower/texts/outcomes';
import { isEmptied, PLACEHOLDER, textOf } from './blocks.ts';

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

/** As text. A line that contained only empty placeholders, or a button without its address, is left out. */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .split('\n')
    .filter((line) => !isEmptied(line, values))
    .map((line) => textOf(line, values))
    .join('\n');
}
