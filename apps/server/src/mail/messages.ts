/** Mail that is waiting, was sent, or could not be sent; and sending it again. Its content is never shown. */

import type { MailMessage } from '@sower/api/mail';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import type { Unworded } from '../core/unworded.ts';
import { reasonValue } from '../store/db/reason.ts';
import { isWithdrawn } from '../store/mail/about.ts';
import { claimDeadMail, findMail } from '../store/mail/queue.ts';
import type { Row } from '../store/schema/schema.ts';
import { KEEP_TRYING_MILLISECONDS } from './queue.ts';

export const viewMail = (row: Row<'mail'>): Unworded<MailMessage, 'reason'> => ({
  id: row.id,
  event: row.event,
  recipient: row.recipient,
  subject: row.subject,
  encrypted: row.encrypted === 1,
  state: row.state,
  attempts: row.attempts,
  createdAt: isoTime(row.created_at),
  ...(row.state === 'queued' ? { nextAt: isoTime(row.next_at) } : {}),
  ...(row.sent_at === null ? {} : { sentAt: isoTime(row.sent_at) }),
  ...(row.reason === null ? {} : { reason: reasonValue(row) }),
  messageId: row.message_id,
});

export async function resendMail(
  context: Pick<ServerContext, 'db' | 'now' | 'databaseNow' | 'random' | 'sealing'>,
  actor: Actor,
  id: string,
): Promise<Outcome<Row<'mail'>>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const now = context.databaseNow();
  const present = await findMail(context.db, id);
  if (!present) return refused('not-found', text('mail.not-found'));
  if (present.send_before !== null && present.send_before <= now) {
    return refused('wrong-state', text('mail.expired'));
  }
  if (present.state === 'dead' && (await isWithdrawn(context.db, present, now)))
    return refused('wrong-state', text('mail.withdrawn'));
  return allOrNothing(context.db, async (trx) => {
    const row = await claimDeadMail(trx, id, now, now + KEEP_TRYING_MILLISECONDS);
    if (!row) return refused('wrong-state', text('mail.not-failed'));
    await record(trx, context, actor, { action: 'mail.send-again', object: `mail:${id}`, reason: row.event });
    return done(row);
  });
}
