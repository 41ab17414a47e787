/** Events and placeholders of mail in words. */
import type { CommonPlaceholder, EventPlaceholder, MailEvent } from '@sower/api/mail-events';
import { useTexts } from '../texts/use-texts.ts';

export function useEventWords(): (event: MailEvent) => string {
  const t = useTexts();
  return (event) => t(`mailEvents.${event}`);
}

export function usePlaceholderWords(): (name: CommonPlaceholder | EventPlaceholder) => string {
  const t = useTexts();
  return (name) => t(`mailPlaceholders.${name}`);
}
