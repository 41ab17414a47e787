/** Chooses the template of a mail: the edited one for its device type, or the edited one for all, or the original. */
import type { MailEvent, MailLanguage } from '@sower/api/mail-events';
import { table } from '@sower/texts/tables/mail';
import type { Row } from '../store/schema/schema.ts';

export type Template = { readonly subject: string; readonly body: string };

/** The original templates. Edited ones are in the database. */
export const ORIGINAL_TEMPLATES: Readonly<Record<MailLanguage, Readonly<Record<MailEvent, Template>>>> = {
  en: table.en.en[0],
  de: table.de.de[0],
};

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
