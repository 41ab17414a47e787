/** Times and dates as the reader of a mail or letter writes them. */
import type { MailLanguage } from '@sower/api/mail-events';
import { outcomesIn, text } from '@sower/texts/outcomes';

/** @param value a time, infinity for never, or a day without a time */
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
