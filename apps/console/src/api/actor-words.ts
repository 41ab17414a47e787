/**
 * Actors and actions in words. The API and the audit trail call an actor `api-key:portal`; searches, links and the exported audit trail keep
 * that name.
 */
import { AUDIT_ACTIONS, type AuditAction } from '@sower/api/audit-actions';
import { namedActor } from '@sower/texts/actors';
import { useTexts } from '../texts/use-texts.ts';
import { holderOf } from './user-name.ts';

/** A user by name first, if it is known. */
export function useActorWords(): (actor: string, userName?: string) => string {
  const t = useTexts();
  return (actor, userName) => {
    const named = namedActor(actor);
    if (named === undefined) return actor;
    return 'system' in named
      ? t(`actor.${named.system}`)
      : t(`actor.${named.kind}`, {
          name: userName === undefined ? named.name : holderOf({ userId: named.name, userName }),
        });
  };
}

const isKnown = (name: string): name is AuditAction => (AUDIT_ACTIONS as readonly string[]).includes(name);

/** Audit actions and results in words. */
export function useAuditWords() {
  const t = useTexts();
  return {
    /** Rows of an earlier version may have actions that no longer exist. */
    action: (name: string): string => (isKnown(name) ? t(`audit-action.${name}`) : name),
    result: (result: 'success' | 'refused' | 'failure'): string => t(`audit.results.${result}`),
  };
}
