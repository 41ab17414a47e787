/**
 * Actors in words. The API and the audit trail call one `api-key:portal`; searches, links and the exported audit trail keep that name.
 */
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
