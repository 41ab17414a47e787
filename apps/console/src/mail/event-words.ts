/** Events and placeholders of mail in words. English stands in the API's own table; other languages have theirs. */
import {
  COMMON_PLACEHOLDERS,
  type CommonPlaceholder,
  EVENT_PLACEHOLDERS,
  type EventPlaceholder,
  MAIL_EVENTS,
  type MailEvent,
} from '@sower/api/mail-events';
import { useLanguage } from '../texts/language.ts';
import { useTexts } from '../texts/use-texts.ts';

export function useEventWords(): (event: MailEvent) => string {
  const t = useTexts();
  const language = useLanguage();
  return (event) =>
    language === 'en' ? MAIL_EVENTS[event].title : t(`mailEvents.${event.replaceAll('-', '_')}`);
}

const PLACEHOLDERS = { ...COMMON_PLACEHOLDERS, ...EVENT_PLACEHOLDERS };

export function usePlaceholderWords(): (name: CommonPlaceholder | EventPlaceholder) => string {
  const t = useTexts();
  const language = useLanguage();
  return (name) => (language === 'en' ? PLACEHOLDERS[name].meaning : t(`mailPlaceholders.${name}`));
}
