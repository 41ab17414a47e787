/** Minting token records. CT-KIP makes the seed later, so a record is a serial number and an expiry. */

import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { domainFor } from '../identity/domains.ts';
import { done, type Outcome, refusedAt } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { newId } from '../store/ids.ts';
import { claimSerials } from '../store/installation.ts';
import { insertTokens } from '../store/tokens.ts';

const DAY = 86_400_000;

export type Minted = { first: string; last: string; count: number; serials: string[] };

export async function mintTokens(
  uses: Pick<Floor, 'db' | 'settings' | 'now' | 'random'>,
  actor: Actor,
  input: {
    readonly count: number;
    readonly expiresOn?: string | undefined;
    readonly securityDomain?: string | undefined;
  },
): Promise<Outcome<Minted>> {
  const domain = await domainFor(uses, actor, 'tokens:mint', input.securityDomain);
  if (!domain.ok) return domain;
  const now = uses.now();
  const settings = await uses.settings.current();
  const expiresOn =
    input.expiresOn ?? new Date(now + settings['tokens.lifetimeDays'] * DAY).toISOString().slice(0, 10);
  if (Date.parse(`${expiresOn}T00:00:00Z`) <= now) {
    return refusedAt('expiresOn', 'invalid-request', 'The expiry date has passed already.');
  }
  return uses.db.transaction().execute(async (trx) => {
    const start = await claimSerials(trx, input.count);
    const serials = Array.from({ length: input.count }, (_, index) =>
      String(start + index).padStart(12, '0'),
    );
    await insertTokens(
      trx,
      serials.map((serial) => ({
        id: newId(uses),
        serial,
        domain: domain.value.path,
        user_id: null,
        // Disabled until assigned: a record nobody holds must never verify anything.
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
    const first = serials[0] as string;
    const last = serials.at(-1) as string;
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'token.mint',
      object: `token:${first}`,
      result: 'success',
      reason: `${input.count} records, ${first} to ${last}, expiring ${expiresOn}`,
      source: actor.source,
    });
    return done({ first, last, count: input.count, serials });
  });
}
