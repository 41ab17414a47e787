/**
 * Users, actors and actions in words. People know each other by name, and not by user IDs. The API and the audit trail call an actor
 * `api-key:portal`; searches, links and the exported audit trail keep that name.
 */

import { visible } from '@sower/bytes/printable';
import { namedActor } from '@sower/texts/actors';
import { AUDIT_ACTIONS, type AuditAction } from '@sower/texts/tables/audit-actions';
import { useTexts } from '../texts/use-texts.ts';

export type Named = { readonly userId: string; readonly firstName?: string; readonly lastName?: string };

/** The name, or the user ID of someone who has none. */
export const nameOf = ({ userId, firstName = '', lastName = '' }: Named): string =>
  visible(`${firstName} ${lastName}`.trim() || userId);

/** The name with the user ID: several people have one name. */
export const nameAndId = (user: Named): string => {
  const [name, userId] = [nameOf(user), visible(user.userId)];
  return name === userId ? userId : `${name} (${userId})`;
};

/** The user of a token or of a request by name and user ID; empty: no one has it. */
export const holderOf = ({
  userId = '',
  userName = '',
}: {
  readonly userId?: string | undefined;
  readonly userName?: string | undefined;
}): string => nameAndId({ userId, lastName: userName });

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
