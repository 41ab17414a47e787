/**
 * Whether link and activation code of a URL delivery may be mailed, and how: in two mails, so that neither is useful alone, or in one that
 * only the user's private key opens.
 */

import type { MailDeliveryOptions } from '@sower/api/mail';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { encryptionProblem } from '../../keys/x509/mail-certificate.ts';
import { findUserById } from '../../store/directory/users.ts';
import { certificateOf, findUserMail } from '../../store/mail/templates.ts';
import type { UserRow } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { tokenFor } from '../tokens/token-for.ts';

/** Why each way is not available. */
type DeliveryObstacles = { readonly [Way in keyof MailDeliveryOptions]?: Text };

export async function showMailDeliveryOptions(
  context: Pick<ServerContext, 'db' | 'mailSettings' | 'now'>,
  actor: Actor,
  serial: string,
): Promise<Outcome<DeliveryObstacles>> {
  const found = await tokenFor(context, actor, 'tokens:distribute', serial);
  if (!found.ok) return found;
  const { user_id } = found.value;
  if (user_id === null) {
    const reason = text('token.not-assigned-assign');
    return done({ separate: reason, encrypted: reason });
  }
  return done(await deliveryOptions(context, context.db, user_id));
}

/** Reasons against each way; a way without one is available. */
export async function deliveryOptions(
  context: Pick<ServerContext, 'mailSettings' | 'now'>,
  db: Connection,
  userRow: UserRow,
): Promise<DeliveryObstacles> {
  const { settings } = await context.mailSettings.current(db);
  const both = (reason: Text): DeliveryObstacles => ({ separate: reason, encrypted: reason });
  if (!settings.enabled) return both(text('mail.not-set-up'));
  if (settings.urlDelivery === 'never') {
    return both(text('mail.separate-not-allowed'));
  }
  const user = await findUserById(db, userRow);
  if (!user || user.email === '') return both(text('mail.no-address'));
  const certificate = certificateOf(await findUserMail(db, userRow));
  const encrypted =
    certificate === null
      ? text('mail.no-certificate')
      : encryptionProblem(certificate, user.email, context.now());
  return {
    ...(settings.urlDelivery === 'separate' ? {} : { separate: text('mail.encrypted-only') }),
    ...(encrypted === undefined ? {} : { encrypted }),
  };
}
