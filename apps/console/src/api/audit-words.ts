/** Audit actions and results in words. */
import { AUDIT_ACTIONS, type AuditAction } from '@sower/api/audit-actions';
import { useTexts } from '../texts/use-texts.ts';

const isKnown = (name: string): name is AuditAction => (AUDIT_ACTIONS as readonly string[]).includes(name);

export function useAuditWords() {
  const t = useTexts();
  return {
    /** Rows of an earlier version may have actions that no longer exist. */
    action: (name: string): string => (isKnown(name) ? t(`audit-action.${name}`) : name),
    result: (result: 'success' | 'refused' | 'failure'): string => t(`audit.results.${result}`),
  };
}
