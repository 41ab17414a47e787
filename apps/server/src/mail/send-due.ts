/**
 * Sends waiting mail. A row is claimed with a lease, sent, and only then marked as sent.
 *
 * Nothing is lost: a node that dies loses its lease, and another sends the row. Nothing is sent twice, with one exception that SMTP leaves
 * open (RFC 5321 §4.2.5, RFC 1047): if the mail server has accepted a mail, but its answer or our commit after it is lost, the row is sent
 * again under the same Message-ID, by which a mailbox can recognize it.
 */

import type { MailFigure } from '@sower/api/figures';
import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { countOnce } from '../audit/figures/counts.ts';
import type { ServerContext } from '../context.ts';
import { SYSTEM } from '../core/actor.ts';
import { record } from '../core/record.ts';
import type { SendMail, SmtpReply } from '../smtp/transport.ts';
import { isUnavailable } from '../store/db/errors.ts';
import type { Reason } from '../store/db/reason.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { withdrawMail } from '../store/mail/about.ts';
import { claimDueMail, markMailDead, markMailSent, postponeMail } from '../store/mail/queue.ts';
import type { StoredMailSettings } from '../store/mail/settings.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { newLease } from '../store/work/due.ts';
import { protectedMessage } from './protected-message.ts';
import { smtpServerOf } from './settings.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'settings' | 'mailSettings'> & {
  readonly sendMail: SendMail;
};

/** Longer than any sending takes; see smtp/transport. */
const LEASE_MILLISECONDS = 5 * MINUTE;
/** How many rows one process claims at a time: no more than it can send within the lease. */
const BATCH = 5;
const FIRST_DELAY_MILLISECONDS = 30_000;
const LONGEST_DELAY_MILLISECONDS = 30 * MINUTE;

/** 30 s, 1 min, 2 min … at most half an hour. @param attempts how often it was tried */
export function retryDelay(attempts: number): number {
  return Math.min(FIRST_DELAY_MILLISECONDS * 2 ** Math.min(attempts - 1, 16), LONGEST_DELAY_MILLISECONDS);
}

/** Sends what is due now. @returns how many rows it took */
export async function sendDueMail(context: Context): Promise<number> {
  const stored = await context.mailSettings.current(context.db);
  if (!stored.settings.enabled) return 0;
  const now = context.now();
  const lease = newLease(context);
  const rows = await claimDueMail(context.db, {
    now,
    lease,
    leaseUntil: now + LEASE_MILLISECONDS,
    limit: BATCH,
  });
  // In parallel: one that hangs must not use up the lease of the others, and one that fails must not stop the others.
  const results = await Promise.allSettled(rows.map((row) => sendRow(context, stored, row)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return rows.length;
}

async function sendRow(context: Context, stored: StoredMailSettings, row: Row<'mail'>): Promise<void> {
  const now = context.now();
  if (row.send_before !== null && row.send_before <= now) {
    return giveUp(context, row, text('mail.too-late'));
  }
  if (await withdrawMail(context.db, row, now)) return;
  let failure: unknown;
  const reply = await attempt(context, stored, row).catch((error: unknown): Failed => {
    // Without the database, nothing can be recorded; the lease will expire.
    if (isUnavailable(error)) throw error;
    failure = error;
    return { kind: 'failed', reply: text('mail.not-made') };
  });
  if (reply.kind === 'accepted') {
    await counted(context, 'sent', (trx) => markMailSent(trx, row, context.now(), reply.reply));
  } else if (reply.kind === 'refused') {
    await giveUp(context, row, reply.reply);
  } else if (context.now() >= row.given_up_at) {
    await giveUp(context, row, text('mail.given-up', { count: row.attempts, reply: reply.reply }));
  } else {
    const nextAt = context.now() + retryDelay(row.attempts);
    await counted(context, 'postponed', (trx) => postponeMail(trx, row, nextAt, reply.reply));
  }
  if (failure) throw failure;
}

type Failed = { readonly kind: 'failed'; readonly reply: Reason };

async function attempt(
  context: Context,
  stored: StoredMailSettings,
  row: Row<'mail'>,
): Promise<SmtpReply | { readonly kind: 'refused'; readonly reply: Text }> {
  const made = await protectedMessage(context, stored, row);
  if (!made.ok) return { kind: 'refused', reply: made.detail };
  return context.sendMail(smtpServerOf(context, stored), {
    from: stored.settings.from,
    to: row.recipient,
    raw: made.value,
  });
}

/** Only by the process that still had the lease. */
function counted(context: Context, outcome: MailFigure, mark: (trx: Connection) => Promise<boolean>) {
  return inTransaction(context.db, async (trx) => {
    if (await mark(trx)) await countOnce(trx, { kind: 'mail', at: context.now(), name: outcome });
  });
}

async function giveUp(context: Context, row: Row<'mail'>, reason: Reason): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    if (!(await markMailDead(trx, row, reason))) return;
    await record(trx, context, SYSTEM, {
      action: 'mail.dead',
      object: `mail:${row.id}`,
      result: 'failure',
      reason: text('event.mail-dead', { event: row.event, reason }),
    });
    await countOnce(trx, { kind: 'mail', at: context.now(), name: 'dead' });
  });
}

/** @returns whether more may be due */
export const sendMailRound = async (context: Context): Promise<boolean> =>
  (await sendDueMail(context)) >= BATCH;
