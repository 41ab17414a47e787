/** Minting token records. CT-KIP creates the seed later, so a record is a serial number and an expiration date. */

import type { Settings } from '@sower/api/settings';
import { DAY, dayOf } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, auditActorOf } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import { newId } from '../../store/db/ids.ts';
import { claimSerials } from '../../store/operations/installation.ts';
import type { TokenKey } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { insertTokens, isExpired, ownSerial } from '../../store/tokens/tokens.ts';

export type Minted = { first: string; last: string; count: number; serials: string[] };

/** The last day of a new token for which no other is given. */
export const expiryOfNew = (settings: Pick<Settings, 'tokens.lifetimeDays'>, now: number): string =>
  dayOf(now + settings['tokens.lifetimeDays'] * DAY);

/** The last day of new tokens: the one that was chosen, unless it has passed, or that of the settings. */
export function lastDayOf(
  settings: Pick<Settings, 'tokens.lifetimeDays'>,
  now: number,
  chosen: string | undefined,
): Outcome<string> {
  const day = chosen ?? expiryOfNew(settings, now);
  return isExpired(day, now) ? invalidAt('expiresOn', text('token.expiry-passed')) : done(day);
}

export async function mintTokens(
  context: Pick<ServerContext, 'db' | 'settings' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  input: {
    readonly count: number;
    readonly expiresOn?: string | undefined;
    readonly securityDomain?: string | undefined;
  },
): Promise<Outcome<Minted>> {
  const domain = await domainFor(context, actor, 'tokens:mint', input.securityDomain);
  if (!domain.ok) return domain;
  const expiresOn = lastDayOf(await context.settings.current(), context.now(), input.expiresOn);
  if (!expiresOn.ok) return expiresOn;
  return allOrNothing(context.db, async (trx) => {
    await holdDomain(trx, domain.value);
    const made = await mintRecords(trx, context, auditActorOf(actor), {
      count: input.count,
      expiresOn: expiresOn.value,
      domain: domain.value.path,
    });
    const serials = made.map(({ serial }) => serial);
    return done({
      first: serials[0] as string,
      last: serials.at(-1) as string,
      count: input.count,
      serials,
    });
  });
}

/** In the transaction of the caller, who has made sure that the actor may do this. */
export async function mintRecords(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  auditActor: AuditActor,
  {
    count,
    expiresOn,
    domain,
  }: { readonly count: number; readonly expiresOn: string; readonly domain: string },
): Promise<{ readonly id: TokenKey; readonly serial: string }[]> {
  const start = await claimSerials(trx, count);
  const made = Array.from({ length: count }, (_, index) => ({
    id: newId<TokenKey>(context),
    serial: ownSerial(start + index),
  }));
  const now = context.now();
  await insertTokens(
    trx,
    made.map((record) => ({
      ...record,
      domain,
      user_id: null,
      // Disabled until assigned: a record without a user must never be accepted.
      enabled: 0,
      lost: 0,
      expires_on: expiresOn,
      pin: null,
      failures: 0,
      last_failure_at: null,
      created_at: now,
      version: 1,
    })),
  );
  await record(trx, context, auditActor, {
    action: 'token.mint',
    object: `token:${made[0]?.serial}`,
    reason: text('event.records-minted', {
      number: count,
      first: made[0]?.serial ?? '',
      last: made.at(-1)?.serial ?? '',
      date: expiresOn,
    }),
  });
  return made;
}
