/** What administrators see and change of their own log-on. API keys have none. */
import type { OwnLogOn } from '@sower/api/log-on';
import type { Floor } from '../floor.ts';
import { done, editedMeanwhile, type Outcome, refused, refusedAt } from '../outcome.ts';
import { deleteOtherSessions, findAdministrator, updateAdministrator } from '../store/administrators.ts';
import { insertAudit } from '../store/audit.ts';
import { listPasskeys } from '../store/passkeys.ts';
import type { Row } from '../store/schema.ts';
import { findUserById, userIdKey } from '../store/users.ts';
import { type Actor, actorName } from './actor.ts';
import { passkeysPossible, viewPasskey } from './passkey-view.ts';
import { passwordProblem } from './password.ts';

type Uses = Pick<Floor, 'db' | 'passwords' | 'sealing' | 'publicUrl' | 'now' | 'random'>;

/**
 * The administrator who asks, for what is theirs alone. API keys have no log-on.
 * @param password asked for again where a borrowed screen must not be enough
 */
export async function ownRow(
  uses: Pick<Floor, 'db' | 'passwords'>,
  actor: Actor,
  password?: string,
): Promise<Outcome<Row<'administrators'>>> {
  const row =
    actor.kind === 'administrator' ? await findAdministrator(uses.db, userIdKey(actor.name)) : undefined;
  if (!row) return refused('not-authenticated', 'Log on as an administrator.');
  if (password !== undefined && !(await uses.passwords.fits(row.password_hash, password, actor.source))) {
    return refusedAt('password', 'password-refused', 'This is not your password.');
  }
  return done(row);
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
  input: { readonly password: string; readonly newPassword: string; readonly sessionId: string },
): Promise<Outcome<undefined>> {
  const self = await ownRow(uses, actor, input.password);
  if (!self.ok) return self;
  const row = self.value;
  const problem = passwordProblem(input.newPassword, row.user_name, 'newPassword');
  if (problem) return problem;
  const passwordHash = await uses.passwords.hash(input.newPassword, actor.source);
  return uses.db.transaction().execute(async (trx) => {
    if (!(await updateAdministrator(trx, row.id, row.version, { password_hash: passwordHash }))) {
      return editedMeanwhile(row.version);
    }
    await deleteOtherSessions(trx, row.id, uses.sealing.keyedHash('session', input.sessionId));
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'administrator.password',
      object: `administrator:${row.user_name}`,
      result: 'success',
      source: actor.source,
    });
    return done(undefined);
  });
}
