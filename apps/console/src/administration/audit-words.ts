/** Audit actions and results in words. English stands in the API's own table; other languages have theirs. */
import { AUDIT_ACTIONS } from '@sower/api/audit-actions';
import { useTranslation } from 'react-i18next';

export function useAuditWords() {
  const { t, i18n } = useTranslation();
  const translated = t('audit.actions', { returnObjects: true }) as Record<string, string>;
  return {
    action: (name: string): string => {
      const own = (AUDIT_ACTIONS as Record<string, string>)[name] ?? name;
      return i18n.language === 'en' ? own : (translated[name.replaceAll(/[.-]/g, '_')] ?? own);
    },
    result: (result: 'success' | 'refused' | 'failure'): string => t(`audit.results.${result}`),
  };
}
