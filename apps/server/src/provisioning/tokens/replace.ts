/**
 * Replacing a token with another. Both belong to the user for a while: the replaced one stays valid until the first passcode of its
 * replacement is accepted. To cancel a replacement, unassign it; the other token is not affected.
 */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, auditActorOf, covers, denied } from '../../core/actor.ts';
import { done, missingAt, type Outcome, refusedAt, refusedFor } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { lockUser } from '../../store/directory/users.ts';
import type { TokenKey, UserRow } from '../../store/schema/brands.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { claimReplacement, insertReplacement, listReplacements } from '../../store/tokens/replacements.ts';
import {
  changeToken,
  claimNextToken,
  claimToken,
  deleteToken,
  findToken,
  isExpired,
  lockToken,
  type TokenRow,
} from '../../store/tokens/tokens.ts';
import { nextTokens, noneLeft, recordAssignments, releaseToken } from './assign.ts';
import { barTo } from './eligibility.ts';
import { expiryOfNew, mintRecords } from './mint.ts';
import { openedPin, rememberPin, sealedPin } from './stored-pin.ts';
import { changing, lockTokenFor, tokenFor } from './token-for.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'now' | 'random'>;

type ReplaceInput = {
  readonly serial: string;
  /** Serial number of the replacement; absent: the next unassigned one. */
  readonly replacement?: string | undefined;
  /** Instead, a record minted for it. The caller has made sure that the actor may mint. */
  readonly mint?: boolean;
  readonly keepPin: boolean;
  /** What happens to the replaced token. */
  readonly afterwards: 'unassign' | 'delete';
};

/** @returns the serial number of the replacement */
export async function replaceToken(
  context: Context,
  actor: Actor,
  input: ReplaceInput,
): Promise<Outcome<string>> {
  // The server deletes it later without an actor, so the permission is checked here.
  const denial = input.afterwards === 'delete' ? denied(actor, 'tokens:delete') : undefined;
  if (denial) return denial;
  const next = await nextTokens(context, actor);
  let chosen: TokenRow | undefined;
  if (input.replacement !== undefined) {
    const found = await tokenFor(context, actor, 'tokens:assign', input.replacement);
    if (!found.ok) return missingAt('replacement', found);
    chosen = found.value;
    if (isExpired(chosen.expires_on, context.now())) {
      return refusedAt(
        'replacement',
        'wrong-state',
        text('token.replacement-expired', { serial: chosen.serial, date: chosen.expires_on }),
      );
    }
  }
  const expiresOn = expiryOfNew(await context.settings.current(), context.now());
  let serial = '';
  const outcome = await changing(
    context,
    actor,
    'tokens:assign',
    input.serial,
    async (trx, old) => {
      const { user_id: userRow, holder } = old;
      if (userRow === null || holder === null) {
        undo('wrong-state', text('token.not-assigned-replace'));
      }
      if (input.afterwards === 'delete' && !covers(actor, 'tokens:delete', old.domain))
        undoWith(refusedFor('tokens:delete', text('permission.required', { permission: 'tokens:delete' })));
      // The user is moved before or after, so both tokens are in one security domain.
      const user = await lockUser(trx, userRow);
      if (!user) undo('not-found', text('user.not-found', { user: holder }));
      const [replacement] = await listReplacements(trx, [old.id]);
      const pair = replacement && (replacement.replaced_id === old.id ? 'replaced' : 'replacing');
      switch (barTo({ userEnabled: user.enabled, pair }, context.now())) {
        case 'being-replaced':
          undo('wrong-state', text('token.being-replaced', { serial: replacement?.serial ?? '' }));
          break;
        case 'is-replacement':
          undo('wrong-state', text('token.is-replacement', { serial: replacement?.replaced_serial ?? '' }));
          break;
        case 'user-disabled':
          undo('wrong-state', text('user.disabled'));
      }
      const free = chosen && (await lockTokenFor(trx, actor, 'tokens:assign', chosen));
      // In the same transaction: if the pair is refused, no record is left over.
      const minted = input.mint
        ? (
            await mintRecords(trx, context, auditActorOf(actor), { count: 1, expiresOn, domain: user.domain })
          )[0]
        : undefined;
      const named = free ?? (minted && (await findToken(trx, minted.serial)));
      const taken = named
        ? (await claimToken(trx, named.id, userRow)) && named
        : await claimNextToken(trx, userRow, next);
      if (!taken) {
        if (!chosen) noneLeft(next.days);
        undo('wrong-state', text('token.replacement-assigned', { serial: chosen.serial }));
      }
      await recordAssignments(trx, context, actor, [{ holder: user, token: taken }]);
      await beginReplacement(trx, context, auditActorOf(actor), old, taken, input);
      serial = taken.serial;
      return [];
    },
    true,
  );
  return outcome.ok ? done(serial) : outcome;
}

/** Pairs two tokens of one user. In the caller's transaction, with the user's row locked. */
export async function beginReplacement(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'>,
  auditActor: AuditActor,
  old: Pick<TokenRow, 'id' | 'serial' | 'pin' | 'pin_set_at' | 'pin_change'>,
  replacement: Pick<Row<'tokens'>, 'id' | 'serial'>,
  { keepPin, afterwards }: Pick<ReplaceInput, 'keepPin' | 'afterwards'>,
  asRequested = false,
): Promise<void> {
  await insertReplacement(trx, {
    token_id: replacement.id,
    replaced_id: old.id,
    afterwards,
    created_at: context.now(),
    created_by: auditActor.name,
  });
  if (keepPin) await keepPinOf(trx, context, old, replacement.id);
  await changeToken(trx, old.id, {});
  await record(trx, context, auditActor, {
    action: 'token.replace',
    object: `token:${old.serial}`,
    reason: text('event.parts', {
      parts: [
        text('event.by-token', { serial: replacement.serial }),
        ...(asRequested ? [text('event.as-requested')] : []),
        keepPin ? text('event.pin-kept') : text('event.pin-dropped'),
        text(`event.then-${afterwards}`),
      ],
    }),
  });
}

/** With its age, that it has to be changed, and an entry among the earlier PINs of the replacement once it is. */
async function keepPinOf(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'>,
  old: Pick<TokenRow, 'id' | 'pin' | 'pin_set_at' | 'pin_change'>,
  tokenId: TokenKey,
): Promise<void> {
  const { pin_set_at, pin_change } = old;
  const pin = openedPin(context, old.id, old.pin);
  await changeToken(trx, tokenId, {
    pin: pin === undefined ? null : sealedPin(context, { tokenId, pin }),
    pin_set_at,
    pin_change,
  });
  if (pin !== undefined) await rememberPin(trx, context, { tokenId, pin });
}

/**
 * The first passcode of a replacement was accepted: the token it replaces is unassigned, and deleted if that was chosen. In the transaction
 * that accepts the passcode, so that there is never a time with both or neither. A token that is another user's by now is not touched.
 * @param replacement with the row of its user
 */
export async function completeReplacement(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  replacement: { readonly tokenId: TokenKey; readonly serial: string; readonly userRow: UserRow },
  source: string | undefined,
): Promise<void> {
  const pair = await claimReplacement(trx, replacement.tokenId);
  const old = pair && (await lockToken(trx, pair.replaced_id));
  if (!old || old.user_id !== replacement.userRow) return;
  const actor: Actor = { kind: 'system', name: 'replacement', grants: [], ...(source ? { source } : {}) };
  const object = `token:${old.serial}`;
  await record(trx, context, actor, {
    object,
    action: 'token.replaced',
    reason: text('event.replaced-accepted', { serial: replacement.serial }),
  });
  await releaseToken(trx, context, actor, old);
  if (pair.afterwards === 'delete' && (await deleteToken(trx, old.id))) {
    await record(trx, context, actor, { action: 'token.delete', object });
  }
}
