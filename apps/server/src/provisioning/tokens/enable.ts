/** Enabling, disabling, marking as lost, moving and deleting tokens. */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { type Outcome, refusedAt } from '../../core/outcome.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import { withdrawLive } from '../../store/distribution/distributions.ts';
import { deleteSessionsByToken } from '../../store/log-on/self-service.ts';
import type { TokenKey } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { changeToken, deleteToken, type TokenRow } from '../../store/tokens/tokens.ts';
import { changing } from './token-for.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

/** Enabling also resets the count of wrong passcodes. */
export const turned = (enabled: boolean) =>
  enabled ? ({ enabled: 1, failures: 0, last_failure_at: null } as const) : ({ enabled: 0 } as const);

export const setEnabled = (
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly enabled: boolean },
) =>
  changing(context, actor, 'tokens:edit', input.serial, async (trx, token) => {
    if (input.enabled && token.user_id === null) {
      undo('wrong-state', text('token.not-assigned-enable'));
    }
    await changeToken(trx, token.id, turned(input.enabled));
    if (!input.enabled) await endItsSessions(trx, actor, token);
    return [{ action: input.enabled ? 'token.enable' : 'token.disable' }];
  });

/** A lost token keeps its user and its seed, but is not accepted until it is found. Its live activation code becomes invalid. */
export const markLost = (
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly lost: boolean },
) =>
  changing(context, actor, 'tokens:edit', input.serial, async (trx, token) => {
    if (token.user_id === null) undo('wrong-state', text('token.not-assigned-lost'));
    await changeToken(trx, token.id, { lost: input.lost ? 1 : 0 });
    if (input.lost) {
      await withdrawOfLost(trx, context, actor, token.id);
      await endItsSessions(trx, actor, token);
    }
    return [{ action: input.lost ? 'token.lost' : 'token.found' }];
  });

export async function withdrawOfLost(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  actor: Actor,
  tokenId: TokenKey,
): Promise<void> {
  await withdrawLive(trx, context, tokenId, { reason: text('event.marked-lost'), source: actor.source });
}

/** Anyone who proved possession of a token that is no longer valid may be a thief, and could otherwise continue for hours. */
export async function endItsSessions(
  trx: Connection,
  actor: Actor,
  { user_id: userRow }: Pick<TokenRow, 'user_id'>,
): Promise<void> {
  if (userRow !== null) await deleteSessionsByToken(trx, userRow, actor.session);
}

/** To another security domain, which takes the permission in both. An assigned token moves only with its user. */
export async function moveToken(
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly securityDomain: string },
): Promise<Outcome<undefined>> {
  const domain = await domainFor(context, actor, 'tokens:edit', input.securityDomain);
  if (!domain.ok) return domain;
  return changing(context, actor, 'tokens:edit', input.serial, async (trx, token) => {
    if (token.domain === domain.value.path) return [];
    movable(token);
    await holdDomain(trx, domain.value);
    await changeToken(trx, token.id, { domain: domain.value.path });
    return [{ action: 'token.move', reason: text('event.to', { name: domain.value.name }) }];
  });
}

export function movable(token: TokenRow): void {
  if (token.user_id === null) return;
  const detail = text('token.in-domain-of-user', { user: token.holder ?? '' });
  undoWith(refusedAt('securityDomain', 'wrong-state', detail));
}

export const removeToken = (context: Context, actor: Actor, input: { readonly serial: string }) =>
  changing(context, actor, 'tokens:delete', input.serial, async (trx, token) => {
    if (!(await deleteToken(trx, token.id))) {
      undo('wrong-state', text('token.assigned', { user: token.holder ?? '' }));
    }
    return [{ action: 'token.delete' }];
  });
