/** Mail templates, chosen and filled: text with `{{placeholders}}`. No logic, no code, and a value is never read as a template. */

import {
  type MailEvent,
  type MailLanguage,
  placeholdersOf,
  SECRET_PLACEHOLDERS,
} from '@sower/api/mail-events';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { table } from '@sower/texts/tables/mail';
import type { Row } from '../store/schema/schema.ts';
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

export type Template = { readonly subject: string; readonly body: string };

/** The original templates. Edited ones are in the database. */
export const ORIGINAL_TEMPLATES: Readonly<Record<MailLanguage, Readonly<Record<MailEvent, Template>>>> = {
  en: table.en.en[0],
  de: table.de.de[0],
};

/** Chooses the template of a mail: the edited one for its device type, or the edited one for all, or the original. */
export function chooseTemplate(
  edited: readonly Row<'mail_templates'>[],
  event: MailEvent,
  deviceType: string,
  language: MailLanguage,
): Template {
  const of = (type: string): Template | undefined =>
    edited.find((row) => row.event === event && row.language === language && row.device_type === type);
  return of(deviceType) ?? of('') ?? ORIGINAL_TEMPLATES[language][event];
}

/**
 * Times and dates as the reader of a mail or letter writes them.
 * @param value a time, infinity for never, or a day without a time
 */
export function writtenTime(
  value: number | { readonly date: string },
  language: MailLanguage,
  timeZone: string,
): string {
  const locale = language === 'en' ? 'en-GB' : language;
  const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;
  if (typeof value === 'object') {
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: 'UTC' }).format(Date.parse(value.date));
  }
  // As it stands after "until".
  if (value === Number.POSITIVE_INFINITY) return outcomesIn(language)(text('mail.further-notice'));
  const minutes = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat(locale, { ...day, ...minutes, timeZone }).format(value);
}
