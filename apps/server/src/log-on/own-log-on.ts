/** What administrators see and change about their own logon. API keys have none. */

import type { OwnLogOn } from '@sower/api/log-on';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt, wrongSecret } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { storePassword } from '../directory/administrators.ts';
import { passwordProblem } from '../directory/password.ts';
import { findAdministrator } from '../store/directory/administrators.ts';
import { findUserById, userIdKey } from '../store/directory/users.ts';
import { listStoredPasskeys } from '../store/log-on/passkeys.ts';
import type { Row } from '../store/schema/schema.ts';

type Context = Pick<
  ServerContext,
  'db' | 'passwords' | 'strength' | 'sealing' | 'publicUrl' | 'now' | 'random'
>;

/** The administrator who is logged on, for what is theirs alone. API keys have no logon. */
export async function ownRow(
  context: Pick<ServerContext, 'db' | 'sealing'>,
  actor: Actor,
): Promise<Outcome<Row<'administrators'>>> {
  const row =
    actor.kind === 'administrator'
      ? await findAdministrator(context.db, context, userIdKey(actor.name))
      : undefined;
  return row ? done(row) : refused('not-authenticated', text('log-on.administrator-required'));
}

export async function showOwnLogOn(context: Context, actor: Actor): Promise<Outcome<OwnLogOn>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const row = self.value;
  const user = row.token_user_id === null ? undefined : await findUserById(context.db, row.token_user_id);
  return done({
    userName: row.user_name,
    passkeys: (await listStoredPasskeys(context.db, row.id)).map(viewPasskey),
    passkeysPossible: passkeysPossible(context.publicUrl),
    ...(user ? { tokenOf: user.user_id } : {}),
  });
}

/** The current session continues; everyone else who was logged on with the old password is logged off. */
export async function setOwnPassword(
  context: Context,
  actor: Actor,
  input: { readonly password: string; readonly newPassword: string },
): Promise<Outcome<undefined>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const row = self.value;
  if (row.source_id !== null) return refused('wrong-state', text('password.in-directory'));
  if (!(await context.passwords.fits(row.password_hash, input.password, actor.source))) {
    await record(context.db, context, actor, {
      ...{ action: 'administrator.password', object: `administrator:${row.user_name}` },
      result: 'refused',
      reason: text('event.wrong-current-password'),
    });
    return wrongSecret(refusedAt('password', 'password-refused', text('password.wrong')));
  }
  if (input.password === input.newPassword) {
    return refusedAt('newPassword', 'password-refused', text('password.unchanged'));
  }
  const problem = await passwordProblem(context, input.newPassword, [row.user_name], 'newPassword');
  if (problem) return problem;
  const passwordHash = await context.passwords.hash(input.newPassword, actor.source);
  const change = { password_hash: passwordHash, must_change_password: 0, password_given_at: null } as const;
  return storePassword(context, actor, row, change, actor.session);
}

/** Browsers tie a passkey to a host name; an IP address cannot be a relying party ID. */
export const passkeysPossible = (publicUrl: string): boolean =>
  !/^\[|^[\d.]+$/.test(new URL(publicUrl).hostname);

/** A passkey as its owner sees it. */
export const viewPasskey = (row: Omit<Row<'passkeys'>, 'mark'>): OwnLogOn['passkeys'][number] => ({
  id: row.id,
  name: row.name,
  createdAt: isoTime(row.created_at),
  ...(row.last_used_at === null ? {} : { lastUsedAt: isoTime(row.last_used_at) }),
});
