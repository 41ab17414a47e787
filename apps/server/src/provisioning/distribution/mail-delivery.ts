/**
 * Whether link and activation code of a URL delivery may be mailed, and how: in two mails, so that neither is useful alone, or in one that
 * only the user's private key opens.
 */

import type { MailDeliveryOptions, MailSettings } from '@sower/api/mail';
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
  const user = await findUserById(db, userRow);
  const noAddress = !user || user.email === '' ? text('mail.no-address') : undefined;
  const certificate = certificateOf(await findUserMail(db, userRow));
  const unencryptable =
    certificate === null
      ? text('mail.no-certificate')
      : encryptionProblem(certificate, user?.email ?? '', context.now());
  const separate = againstWay(settings, 'separate') ?? noAddress;
  const encrypted = againstWay(settings, 'encrypted') ?? noAddress ?? unencryptable;
  return { ...(separate && { separate }), ...(encrypted && { encrypted }) };
}

/** Why a way is available for none of the users. */
export function againstWay(
  settings: Pick<MailSettings, 'enabled' | 'urlDelivery'>,
  way: keyof MailDeliveryOptions,
): Text | undefined {
  if (!settings.enabled) return text('mail.not-set-up');
  if (settings.urlDelivery === 'never') return text('mail.separate-not-allowed');
  return way === 'separate' && settings.urlDelivery !== 'separate' ? text('mail.encrypted-only') : undefined;
}
