/** Rows to a webhook, signed as Standard Webhooks say (https://www.standardwebhooks.com, `v1`). Arrived: it answered with 2xx. */

import { createHmac } from 'node:crypto';
import { request } from 'node:https';
import { retryAfter } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { ReceiverBusy, RowsRefused } from '../../audit/forward/forward.ts';
import { TextError } from '../../core/outcome.ts';
import { failureOf } from './syslog.ts';

type Webhook = {
  readonly url: string;
  readonly key: Uint8Array;
  readonly authority: string | undefined;
  readonly userAgent: string;
};

/** What is wrong is what was sent, not the address, the key or the moment: bad request, too large, unprocessable. */
const REFUSALS = [400, 413, 422];

/** With these, `Retry-After` says for how long (RFC 6585 §4, RFC 9110 §15.6.4). */
const BUSY = [429, 503];

/** @param timestamp seconds */
export const webhookSignature = (key: Uint8Array, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

export async function postRows(
  { url, key, authority, userAgent }: Webhook,
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: number },
  signal: AbortSignal,
): Promise<void> {
  const where = new URL(url).host;
  const timestamp = Math.floor(now / 1000);
  let answer: { readonly status: number; readonly retryAt: number | undefined };
  try {
    answer = await new Promise<typeof answer>((done, reject) => {
      const call = request(
        url,
        {
          method: 'POST',
          signal,
          agent: false,
          ...(authority === undefined ? {} : { ca: authority }),
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': userAgent,
            'webhook-id': id,
            'webhook-timestamp': timestamp,
            'webhook-signature': webhookSignature(key, id, timestamp, body),
          },
        },
        (response) => {
          // The body says nothing that counts.
          const { statusCode: status = 0, headers } = response;
          const retryAt = BUSY.includes(status) ? retryAfter(headers['retry-after'], now) : undefined;
          done({ status, retryAt });
          response.destroy();
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  } catch (error) {
    throw failureOf(where, error);
  }
  const { status, retryAt } = answer;
  if (REFUSALS.includes(status)) throw new RowsRefused(text('audit-forward.refused', { where, status }));
  if (status >= 200 && status <= 299) return;
  const why = text('audit-forward.status', { where, status });
  throw retryAt === undefined ? new TextError(why) : new ReceiverBusy(why, retryAt - now);
}
