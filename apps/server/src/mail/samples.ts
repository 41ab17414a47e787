/** What the placeholders of a template stand for where it is previewed: in the language of the template what the reader of a mail gets in it. */
import { type MailEvent, type MailLanguage, placeholdersOf, previewOf } from '@sower/api/mail-events';
import { codeRuleOf } from './queue.ts';
import { writtenTime } from './written-time.ts';

const TIMES: Readonly<Record<string, number>> = {
  from: Date.UTC(2026, 10, 24, 10, 15),
  time: Date.UTC(2026, 10, 24, 10, 15),
  since: Date.UTC(2026, 10, 24, 10, 15),
  until: Date.UTC(2026, 11, 1),
  expires: Date.UTC(2026, 11, 1, 12),
};

/** @param codesByTelephone the setting */
export function samplesOf(
  event: MailEvent,
  language: MailLanguage,
  codesByTelephone: boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    placeholdersOf(event).map((name) => {
      const time = TIMES[name];
      if (time !== undefined) return [name, writtenTime(time, language, 'UTC')];
      return [name, name === 'codeRule' ? codeRuleOf(codesByTelephone, language) : previewOf(name)];
    }),
  );
}
