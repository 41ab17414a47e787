/** Audit actions and results in words. English stands in the API's own table; other languages have theirs. */
import { AUDIT_ACTIONS } from '@sower/api/audit-actions';
import { useLanguage } from '../texts/language.ts';
import { useTexts } from '../texts/use-texts.ts';

export function useAuditWords() {
  const t = useTexts();
  const language = useLanguage();
  return {
    action: (name: string): string => {
      const own = (AUDIT_ACTIONS as Record<string, string>)[name] ?? name;
      return language === 'en' ? own : t(`audit.actions.${name.replaceAll(/[.-]/g, '_')}`);
    },
    result: (result: 'success' | 'refused' | 'failure'): string => t(`audit.results.${result}`),
  };
}
