/** What administrators see and change of their own log-on. API keys have none. */

import type { OwnLogOn } from '@sower/api/log-on';
import { text } from '@sower/messages/outcomes';
import type { Floor } from '../context.ts';
import { type Actor, actorName } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refused, refusedAt, wrongSecret } from '../core/outcome.ts';
import { passkeysPossible, viewPasskey } from '../directory/passkey-view.ts';
import { passwordProblem } from '../directory/password.ts';
import { findAdministrator, updateAdministrator } from '../store/tables/administrators.ts';
import { insertAudit } from '../store/tables/audit.ts';
import { listPasskeys } from '../store/tables/passkeys.ts';
import type { Row } from '../store/tables/schema.ts';
import { deleteSessionsOf } from '../store/tables/sessions.ts';
import { findUserById, userIdKey } from '../store/tables/users.ts';

type Uses = Pick<Floor, 'db' | 'passwords' | 'strength' | 'sealing' | 'publicUrl' | 'now' | 'random'>;

/** The administrator who is logged on, for what is theirs alone. API keys have no log-on. */
export async function ownRow(uses: Pick<Floor, 'db'>, actor: Actor): Promise<Outcome<Row<'administrators'>>> {
  const row =
    actor.kind === 'administrator' ? await findAdministrator(uses.db, userIdKey(actor.name)) : undefined;
  return row ? done(row) : refused('not-authenticated', text('log-on.administrator-required'));
}

export async function showOwnLogOn(uses: Uses, actor: Actor): Promise<Outcome<OwnLogOn>> {
  const self = await ownRow(uses, actor);
  if (!self.ok) return self;
  const row = self.value;
  const user = row.token_user_id === null ? undefined : await findUserById(uses.db, row.token_user_id);
  return done({
    userName: row.user_name,
    passkeys: (await listPasskeys(uses.db, row.id)).map(viewPasskey),
    passkeysPossible: passkeysPossible(uses.publicUrl),
    ...(user ? { tokenOf: user.user_id } : {}),
  });
}

/** The session that asks goes on; whoever else was logged on with the old password is out. */
export async function setOwnPassword(
  uses: Uses,
  actor: Actor,
  input: { readonly password: string; readonly newPassword: string },
): Promise<Outcome<undefined>> {
  const self = await ownRow(uses, actor);
  if (!self.ok) return self;
  const row = self.value;
  const event = {
    actor: actorName(actor),
    action: 'administrator.password' as const,
    object: `administrator:${row.user_name}`,
    source: actor.source,
  };
  if (!(await uses.passwords.fits(row.password_hash, input.password, actor.source))) {
    await insertAudit(uses.db, uses, { ...event, result: 'refused', reason: 'wrong present password' });
    return wrongSecret(refusedAt('password', 'password-refused', text('password.wrong')));
  }
  const problem = await passwordProblem(uses, input.newPassword, [row.user_name], 'newPassword');
  if (problem) return problem;
  const passwordHash = await uses.passwords.hash(input.newPassword, actor.source);
  return uses.db.transaction().execute(async (trx) => {
    if (!(await updateAdministrator(trx, row.id, row.version, { password_hash: passwordHash }))) {
      return editedMeanwhile(row.version);
    }
    await deleteSessionsOf(trx, row.id, actor.session);
    await insertAudit(trx, uses, { ...event, result: 'success' });
    return done(undefined);
  });
}
