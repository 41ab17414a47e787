/**
 * Actors in words. The API and the audit trail call one `api-key:portal`; searches, links and what is exported keep that name.
 */
import { useTexts } from '../texts/use-texts.ts';

const KINDS = ['administrator', 'api-key', 'user', 'agent', 'radius'] as const;
/** The server itself, and who acted on its host or without logging on. */
const SYSTEM = ['system', 'system:rotate-key', 'system:recover-key', 'system:anonymous'] as const;

export function useActorWords(): (actor: string) => string {
  const t = useTexts();
  return (actor) => {
    const system = SYSTEM.find((name) => name === actor);
    if (system !== undefined) return t(`actors.${system}`);
    const at = actor.indexOf(':');
    const kind = KINDS.find((name) => name === actor.slice(0, at));
    // Rows of an earlier version may have others.
    return kind === undefined ? actor : t(`actors.${kind}`, { name: actor.slice(at + 1) });
  };
}
