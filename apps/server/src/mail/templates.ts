/** Which template a mail is made of: the edited one of its device type, else the edited one of all, else the one that ships. */
import type { MailEvent, MailLanguage } from '@sower/api/mail-events';
import type { Row } from '../store/tables/schema.ts';
import { ORIGINAL_TEMPLATES, type Template } from './original-templates.ts';

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
