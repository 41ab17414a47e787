/** A row of the queue as the octets to send: what it says, signed and encrypted as the settings and the row ask for. */
import type { Floor } from '../floor.ts';
import { done, type Outcome } from '../outcome.ts';
import { message, textEntity } from '../smtp/message.ts';
import type { StoredMailSettings } from '../store/mail-settings.ts';
import type { Row } from '../store/schema.ts';
import { messagePlace } from './queue.ts';

export async function protectedMessage(
  uses: Pick<Floor, 'db' | 'sealing'>,
  stored: StoredMailSettings,
  row: Row<'mail'>,
): Promise<Outcome<Uint8Array>> {
  const opened = uses.sealing.open(messagePlace(row.id), row.message ?? '');
  const entity = textEntity(JSON.parse(Buffer.from(opened).toString()) as { text: string; html: string });
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
