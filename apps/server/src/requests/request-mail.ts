/** Mail about requests. */
import type { MailNotice, MailValues } from '../mail/queue.ts';
import type { Row } from '../store/schema/schema.ts';

export function requestMail(
  event: Extract<MailNotice['event'], `request-${string}`>,
  row: Pick<Row<'token_requests'>, 'user_id' | 'offer_name' | 'help_url'>,
  values: MailValues = {},
): MailNotice {
  return {
    event,
    userRow: row.user_id,
    values: { offer: row.offer_name, helpUrl: row.help_url, ...values },
  };
}
