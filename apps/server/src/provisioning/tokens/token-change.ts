/** A change of one token and its audit row: found in the actor's scope, then both or neither. */

import type { AuditAction } from '@sower/api/audit-actions';
import type { Permission } from '@sower/api/permissions';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import type { Reason } from '../../store/db/reason.ts';
import { lockUser } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import type { TokenRow } from '../../store/tokens/tokens.ts';
import { lockTokenFor, tokenFor } from './token-for.ts';

/** What was done, for the audit trail. */
export type AuditLine = { readonly action: AuditAction; readonly reason?: Reason | undefined };

/**
 * @param change makes the change inside the transaction, while no one else changes this token; it may `undo`
 * @param withHolder locks the user too, and before the token, as moving a user does: otherwise two that wait for each other would deadlock
 */
export async function changing(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  permission: Permission,
  serial: string,
  change: (trx: Connection, token: TokenRow) => Promise<readonly AuditLine[]>,
  withHolder = false,
): Promise<Outcome<undefined>> {
  const found = await tokenFor(context, actor, permission, serial);
  if (!found.ok) return found;
  return allOrNothing(context.db, async (trx) => {
    const { user_id: holder } = found.value;
    if (withHolder && holder !== null) await lockUser(trx, holder);
    const token = await lockTokenFor(trx, actor, permission, found.value);
    const lines = await change(trx, token);
    const object = `token:${token.serial}`;
    await record(trx, context, actor, ...lines.map((line) => ({ ...line, object })));
    return done(undefined);
  });
}
