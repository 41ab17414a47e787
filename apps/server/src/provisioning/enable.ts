/** Enabling, disabling, losing, moving and deleting tokens. */

import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { domainFor } from '../identity/domains.ts';
import { type Outcome, refused, undo, undoable } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { withdrawLive } from '../store/distributions.ts';
import { changeToken, deleteToken } from '../store/tokens.ts';
import { tokenFor } from './token-for.ts';

type Uses = Pick<Floor, 'db' | 'now' | 'random'>;

/** Enabling also forgets the wrong passcodes counted so far. */
export async function setEnabled(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly enabled: boolean },
): Promise<Outcome<undefined>> {
  const found = await tokenFor(uses, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (input.enabled && token.user_id === null) {
    return refused('wrong-state', 'The token is not assigned. Assigning it to a user enables it.');
  }
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await changeToken(
        trx,
        token.id,
        input.enabled ? { enabled: 1, failures: 0, last_failure_at: null } : { enabled: 0 },
      );
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: input.enabled ? 'token.enable' : 'token.disable',
        object: `token:${token.serial}`,
        result: 'success',
        source: actor.source,
      });
      return undefined;
    }),
  );
}

/** A lost token keeps its user and its seed, and verifies nothing until it is found. Its live activation code dies. */
export async function markLost(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly lost: boolean },
): Promise<Outcome<undefined>> {
  const found = await tokenFor(uses, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (token.user_id === null)
    return refused('wrong-state', 'The token is not assigned; nobody can have lost it.');
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await changeToken(trx, token.id, { lost: input.lost ? 1 : 0 });
      if (input.lost) {
        await withdrawLive(trx, uses, token.id, {
          reason: 'the token was marked as lost',
          source: actor.source,
        });
      }
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: input.lost ? 'token.lost' : 'token.found',
        object: `token:${token.serial}`,
        result: 'success',
        source: actor.source,
      });
      return undefined;
    }),
  );
}

/** To another security domain, which needs the permission in both. */
export async function moveToken(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly securityDomain: string },
): Promise<Outcome<undefined>> {
  const found = await tokenFor(uses, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const domain = await domainFor(uses, actor, 'tokens:edit', input.securityDomain);
  if (!domain.ok) return domain;
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await changeToken(trx, found.value.id, { domain: domain.value.path });
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.move',
        object: `token:${found.value.serial}`,
        result: 'success',
        reason: `to ${domain.value.name}`,
        source: actor.source,
      });
      return undefined;
    }),
  );
}

export async function removeToken(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string },
): Promise<Outcome<undefined>> {
  const found = await tokenFor(uses, actor, 'tokens:delete', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      if (!(await deleteToken(trx, token.id))) {
        undo('wrong-state', `The token is assigned to ${token.holder ?? 'a user'}. Unassign it first.`);
      }
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.delete',
        object: `token:${token.serial}`,
        result: 'success',
        source: actor.source,
      });
      return undefined;
    }),
  );
}
