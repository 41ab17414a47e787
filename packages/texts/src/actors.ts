/** What kind of actor a name is of. The API and the audit trail call one `api-key:portal`; the texts are under `actor`. */

import { nameInTrail } from '@sower/api/audit';

const KINDS = ['administrator', 'api-key', 'user', 'agent', 'agent-credential', 'radius'] as const;
/** The server itself, and who acted on its host or without logging on. */
const SYSTEM = ['system', 'system:rotate-key', 'system:recover-key', 'system:anonymous'] as const;

export type NamedActor =
  | { readonly kind: (typeof KINDS)[number]; readonly name: string }
  | { readonly system: (typeof SYSTEM)[number] };

/** Undefined: another kind, which rows of an earlier version may have. */
export function namedActor(actor: string): NamedActor | undefined {
  const system = SYSTEM.find((name) => name === actor);
  if (system !== undefined) return { system };
  const at = actor.indexOf(':');
  const kind = KINDS.find((name) => name === actor.slice(0, at));
  return kind && { kind, name: nameInTrail(actor) };
}
