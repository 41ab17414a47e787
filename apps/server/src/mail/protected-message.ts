/** A row of the queue as the octets to send: what it says, signed and encrypted as the settings and the row ask for. */
import type { Floor } from '../floor.ts';
import { encryptionProblem } from '../keys/mail-certificate.ts';
import { encryptEntity, signEntity } from '../keys/smime.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { message, textEntity } from '../smtp/message.ts';
import type { StoredMailSettings } from '../store/mail-settings.ts';
import { findUserMail } from '../store/mail-templates.ts';
import type { Row } from '../store/schema.ts';
import { messagePlace } from './queue.ts';
import { signingIdentityOf } from './signing.ts';

export async function protectedMessage(
  uses: Pick<Floor, 'db' | 'sealing' | 'now'>,
  stored: StoredMailSettings,
  row: Row<'mail'>,
): Promise<Outcome<Uint8Array>> {
  const opened = uses.sealing.open(messagePlace(row.id), row.message ?? '');
  let entity = textEntity(JSON.parse(Buffer.from(opened).toString()) as { text: string; html: string });
  const identity = signingIdentityOf(uses, stored);
  if (identity) entity = await signEntity(entity, identity, uses.now());
  if (row.encrypted === 1) {
    const certificate =
      row.user_id === null ? undefined : (await findUserMail(uses.db, row.user_id))?.certificate;
    if (!certificate) {
      return refused('wrong-state', 'It may go out encrypted only, and the certificate of the user is gone.');
    }
    const problem = encryptionProblem(certificate, row.recipient, uses.now());
    if (problem) return refused('wrong-state', `It may go out encrypted only. ${problem}`);
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
