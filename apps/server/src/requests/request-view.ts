/** A request as shown, and what the viewer can do with it now. */

import type { Permission } from '@sower/api/permissions';
import type { TokenRequest } from '@sower/api/requests';
import { isoTime } from '@sower/api/time';
import type { Text } from '@sower/texts/outcomes';
import type { WhyAbove } from '../directory/roles.ts';
import type { MailNotice, MailValues } from '../mail/queue.ts';
import { listDecisions, type RequestRow } from '../store/distribution/requests.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import {
  aboveIn,
  approverAmong,
  barredFromDistributing,
  barredFromWithdrawing,
  type Decider,
  decidersReaching,
  enderAmong,
} from './deciders.ts';
import { stepsOf } from './offers.ts';

/** As the API shows it, not yet in words. */
export type RequestView = Omit<TokenRequest, keyof Bars> & Bars;

/** What the viewer cannot do with the request now, and why. */
type Bars = {
  readonly notDecidable?: Text;
  readonly notDistributable?: Text;
  readonly notRejectable?: Text;
  readonly notWithdrawable?: Text;
};

function barsOf(
  deciders: readonly Decider[],
  row: RequestRow,
  decisions: readonly Row<'request_decisions'>[],
  whyAbove: WhyAbove<RequestRow>,
): Bars {
  const reaching = (permission: Permission) => decidersReaching(deciders, row, permission, whyAbove);
  const deciding = reaching('requests:decide');
  const approver = approverAmong(deciding, row, decisions);
  const ender = enderAmong(deciding, row);
  const notDistributable =
    row.state === 'approved' ? barredFromDistributing(reaching('tokens:distribute'), row) : undefined;
  const notWithdrawable = barredFromWithdrawing(reaching('requests:make'), row);
  return {
    ...('bar' in approver ? { notDecidable: approver.bar } : {}),
    ...(notDistributable === undefined ? {} : { notDistributable }),
    ...('bar' in ender ? { notRejectable: ender.bar } : {}),
    ...(notWithdrawable === undefined ? {} : { notWithdrawable }),
  };
}

export async function viewRequests(
  db: Connection,
  /** The viewer and those for whom they stand in; undefined for the user whose requests they are, who decides nothing. */
  deciders: readonly [Decider, ...Decider[]] | undefined,
  rows: readonly RequestRow[],
): Promise<RequestView[]> {
  const decisions = Map.groupBy(
    await listDecisions(
      db,
      rows.map(({ id }) => id),
    ),
    ({ request_id }) => request_id,
  );
  const whyAbove = await aboveIn(db, deciders ? rows : []);
  return rows.map((row) => {
    const made = decisions.get(row.id) ?? [];
    const steps = stepsOf(row);
    const userName = `${row.first_name} ${row.last_name}`.trim();
    return {
      id: row.id,
      userId: row.userId,
      ...(userName === '' ? {} : { userName }),
      offer: row.offer_name,
      profile: row.profile_name ?? '',
      state: row.state,
      reason: row.reason,
      nickname: row.nickname,
      steps,
      step: row.step,
      distribution: row.distribution === 1,
      ...(row.deferred_until === null ? {} : { deferredUntil: isoTime(row.deferred_until) }),
      ...(row.serial === null ? {} : { serial: row.serial }),
      ...(row.replaces === null ? {} : { replaces: row.replaces }),
      history: made.map(({ decision, step, actor: by, on_behalf_of: onBehalfOf, at, comment }) => ({
        decision,
        ...(step === null ? {} : { step: steps[step]?.name ?? '' }),
        by,
        ...(onBehalfOf === null ? {} : { onBehalfOf }),
        at: isoTime(at),
        comment,
      })),
      ...(deciders && barsOf(deciders, row, made, whyAbove)),
      createdAt: isoTime(row.created_at),
      createdBy: row.created_by,
      version: row.version,
    };
  });
}

/** Mail about requests. */
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
