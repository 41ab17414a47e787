/** The language of mail and letters to a user, as the user chooses it. */

import type { MailLanguage } from '@sower/api/mail-events';
import type { OwnMail } from '@sower/api/self-service';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { lockUser } from '../store/directory/users.ts';
import { findUserMail, saveUserMail } from '../store/mail/templates.ts';
import type { Connection } from '../store/schema/schema.ts';
import type { SignedInUser } from './signed-in-user.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing' | 'mailSettings'>;

export const showOwnMail = async (context: Context, user: SignedInUser): Promise<Outcome<OwnMail>> =>
  done(await view(context, context.db, user));

export async function editOwnMail(
  context: Context,
  user: SignedInUser,
  { language }: { readonly language: MailLanguage | '' },
): Promise<Outcome<OwnMail>> {
  return allOrNothing(context.db, async (trx) => {
    if ((await lockUser(trx, user.id))?.enabled !== 1) undo('not-authenticated', text('session.ended'));
    const present = await findUserMail(trx, user.id);
    await saveUserMail(trx, {
      user_id: user.id,
      language: language === '' ? null : language,
      certificate: present?.certificate ?? null,
    });
    await record(trx, context, user.auditActor, {
      action: 'user.mail',
      object: `user:${user.userId}`,
      reason: text('event.parts', { parts: [`language = ${language}`] }),
    });
    return done(await view(context, trx, user));
  });
}

async function view(context: Context, db: Connection, { id }: SignedInUser): Promise<OwnMail> {
  const row = await findUserMail(db, id);
  const { settings } = await context.mailSettings.current(db);
  return {
    ...(row?.language ? { language: row.language as MailLanguage } : {}),
    otherwise: (row?.source_language as MailLanguage | null | undefined) ?? settings.language,
  };
}
