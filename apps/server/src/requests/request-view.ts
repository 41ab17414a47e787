/** A request as shown, and whether the viewer may decide on it now. */

import type { TokenRequest } from '@sower/api/requests';
import { isoTime } from '@sower/api/time';
import type { Text } from '@sower/texts/outcomes';
import type { MailNotice, MailValues } from '../mail/queue.ts';
import { listDecisions, type RequestRow } from '../store/distribution/requests.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import {
  aboveIn,
  approverAmong,
  barredFromDistributing,
  type Decider,
  decidersReaching,
} from './deciders.ts';
import { stepsOf } from './offers.ts';

/** As the API shows it, not yet in words. */
export type RequestView = Omit<TokenRequest, 'notDecidable' | 'notDistributable'> & {
  readonly notDecidable?: Text;
  readonly notDistributable?: Text;
};

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
    const found =
      deciders && approverAmong(decidersReaching(deciders, row, 'requests:decide', whyAbove), row, made);
    const bar = found && 'bar' in found ? found.bar : undefined;
    const notDistributable =
      deciders && row.state === 'approved'
        ? barredFromDistributing(decidersReaching(deciders, row, 'tokens:distribute', whyAbove), row)
        : undefined;
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
      ...(bar === undefined ? {} : { notDecidable: bar }),
      ...(notDistributable === undefined ? {} : { notDistributable }),
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
