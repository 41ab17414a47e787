/** A user's mail settings: the language, and the certificate with which mail containing a secret is encrypted. */

import type { UserMail, UserMailPatch } from '@sower/api/mail';
import type { MailLanguage } from '@sower/api/mail-events';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { changingUser, userFor } from '../directory/users.ts';
import {
  encryptionProblem,
  mailCertificateFacts,
  readMailCertificate,
} from '../keys/x509/mail-certificate.ts';
import { findUserMail, saveUserMail } from '../store/mail/templates.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

const facts = (language: string | null, certificate: string | null) => ({
  ...(language === null ? {} : { language: language as MailLanguage }),
  ...(certificate === null ? {} : { certificate: mailCertificateFacts(certificate) }),
});

const view = (row: Row<'user_mail'>, { source_id }: Pick<Row<'users'>, 'source_id'>): UserMail => ({
  ...facts(row.language, row.certificate),
  ...(source_id === null ? {} : { source: facts(row.source_language, row.source_certificate) }),
});

const presentMail = async (db: Connection, user: Row<'users'>): Promise<Row<'user_mail'>> =>
  (await findUserMail(db, user.id)) ?? {
    user_id: user.id,
    language: null,
    certificate: null,
    source_language: null,
    source_certificate: null,
  };

export async function showUserMail(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<UserMail>> {
  const found = await userFor(context, actor, 'users:view', userId);
  return found.ok ? done(view(await presentMail(context.db, found.value), found.value)) : found;
}

export async function editUserMail(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  userId: string,
  change: UserMailPatch,
): Promise<Outcome<UserMail>> {
  const found = await userFor(context, actor, 'users:edit', userId);
  if (!found.ok) return found;
  const user = found.value;
  let certificate: string | null | undefined;
  if (change.certificate !== undefined) {
    certificate = change.certificate.trim() === '' ? null : (readMailCertificate(change.certificate) ?? '');
    const problem =
      certificate === ''
        ? text('mail-certificate.invalid')
        : certificate === null
          ? undefined
          : encryptionProblem(certificate, user.email, context.now());
    if (problem) return refusedAt('certificate', 'certificate-refused', problem);
  }
  return changingUser(context, actor, 'users:edit', user.user_id, async (trx) => {
    const present = await presentMail(trx, user);
    const row = {
      ...present,
      language: change.language === undefined ? present.language : change.language || null,
      certificate: certificate === undefined ? present.certificate : certificate,
    };
    await saveUserMail(trx, row);
    await record(trx, context, actor, {
      action: 'user.mail',
      object: `user:${user.user_id}`,
      reason: text('event.parts', {
        parts: [
          ...(change.language === undefined ? [] : [`language = ${change.language}`]),
          ...(certificate === undefined
            ? []
            : [
                certificate === null
                  ? text('event.certificate-removed')
                  : text('event.certificate', { fingerprint: mailCertificateFacts(certificate).fingerprint }),
              ]),
        ],
      }),
    });
    return view(row, user);
  });
}
