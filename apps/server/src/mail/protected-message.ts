/** A row of the queue as the octets to send: its content, signed and encrypted as the settings and the row require. */

import { MAIL_LANGUAGES } from '@sower/api/mail-events';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { encryptionProblem } from '../keys/x509/mail-certificate.ts';
import { encryptEntity, signEntity } from '../keys/x509/smime.ts';
import { message, textEntity, withAttachment } from '../smtp/message.ts';
import type { StoredMailSettings } from '../store/mail/settings.ts';
import { certificateOf, findUserMail } from '../store/mail/templates.ts';
import type { Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { blockSchema } from './blocks.ts';
import { htmlMail, picturesOf } from './html.ts';
import { signingIdentityOf } from './signing.ts';

const readMessage = storedJson(
  'mail.message',
  z.object({
    text: z.string(),
    /** Of a mail that an earlier version queued. */
    html: z.string().optional(),
    language: z.enum(MAIL_LANGUAGES).default('en'),
    blocks: z.array(blockSchema).default([]),
    attachment: z.object({ fileName: z.string(), type: z.string(), content: z.string() }).optional(),
  }),
);

export async function protectedMessage(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'settings'>,
  stored: StoredMailSettings,
  row: Row<'mail'>,
): Promise<Outcome<Uint8Array>> {
  const opened = context.sealing.open(aadOf('mail.message', row.id), row.message ?? '');
  const content = readMessage(Buffer.from(opened).toString());
  const look = await context.settings.current();
  // Drawn now and not when it was queued: it is many times as long as what it says.
  const html = content.html ?? htmlMail({ ...content, subject: row.subject }, look);
  let entity = textEntity({ text: content.text, html, pictures: picturesOf(html, look) });
  if (content.attachment) entity = withAttachment(entity, content.attachment);
  const identity = signingIdentityOf(context, stored);
  if (identity) entity = await signEntity(entity, identity, context.now());
  if (row.encrypted === 1) {
    const certificate =
      row.user_id === null ? null : certificateOf(await findUserMail(context.db, row.user_id));
    if (!certificate) {
      return refused('wrong-state', text('mail.certificate-gone'));
    }
    const problem = encryptionProblem(certificate, row.recipient, context.now());
    if (problem) return refused('wrong-state', text('mail.certificate-unusable', { reason: problem }));
    entity = await encryptEntity(entity, certificate);
  }
  const { from, fromName, replyTo } = stored.settings;
  return done(
    message(
      {
        from,
        fromName,
        replyTo,
        to: row.recipient,
        subject: row.subject,
        messageId: row.message_id,
        date: row.created_at,
      },
      entity,
    ),
  );
}
