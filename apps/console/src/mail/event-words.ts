/** Events and placeholders of mail in words. English stands in the API's own table; other languages have theirs. */
import {
  COMMON_PLACEHOLDERS,
  type CommonPlaceholder,
  EVENT_PLACEHOLDERS,
  type EventPlaceholder,
  MAIL_EVENTS,
  type MailEvent,
} from '@sower/api/mail-events';
import { useTranslation } from 'react-i18next';

export function useEventWords(): (event: MailEvent) => string {
  const { t, i18n } = useTranslation();
  const translated = t('mailEvents', { returnObjects: true }) as Record<string, string>;
  return (event) =>
    i18n.language === 'en'
      ? MAIL_EVENTS[event].title
      : (translated[event.replaceAll('-', '_')] ?? MAIL_EVENTS[event].title);
}

const PLACEHOLDERS = { ...COMMON_PLACEHOLDERS, ...EVENT_PLACEHOLDERS };

export function usePlaceholderWords(): (name: CommonPlaceholder | EventPlaceholder) => string {
  const { t, i18n } = useTranslation();
  const translated = t('mailPlaceholders', { returnObjects: true }) as Record<string, string>;
  return (name) =>
    i18n.language === 'en' ? PLACEHOLDERS[name].meaning : (translated[name] ?? PLACEHOLDERS[name].meaning);
}
