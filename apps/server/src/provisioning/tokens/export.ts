/**
 * Exporting tokens with their seeds: PSKC, encrypted with a password or to the transfer key of another installation, with an audit row for each token. Seeds leave the server in no other
 * form. PINs and positions in the past stay here; a counter goes with its token, so that the next server accepts no code again.
 */
import { createHash } from 'node:crypto';
import type { ExportedTokens, ExportTokens } from '@sower/api/token-exports';
import { MAX_EXPORT } from '@sower/api/token-exports';
import type { PskcToken } from '@sower/otp/pskc-token';
import { type PskcProtection, pskcWriter } from '@sower/otp/pskc-write';
import { readTransferKey } from '@sower/otp/transfer-key';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, auditActorOf, covers, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { whyAbove } from '../../directory/roles.ts';
import { secondApprovalOf, useSecondApproval } from '../../directory/second-approval.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { listTokens } from '../../store/tokens/search.ts';
import { listSeedsOf } from '../../store/tokens/seeds.ts';
import { listBySerials, type TokenRow } from '../../store/tokens/tokens.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'onAlteredRow' | 'now' | 'random'>;

/** What OWASP recommends for PBKDF2 with HMAC-SHA-256. */
const ITERATIONS = 600_000;
const MAX_TITLE = 100;

export async function exportTokens(
  context: Context,
  actor: Actor,
  input: ExportTokens,
): Promise<Outcome<ExportedTokens>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  if (!covers(actor, 'keys:edit', TOP_DOMAIN.path))
    return refused('not-permitted', text('permission.required', { permission: 'keys:edit' }));
  const protection = protectionOf(input);
  if (!protection.ok) return protection;
  const found = await chosen(context.db, input, context.now());
  const rows = found.slice(0, MAX_EXPORT);
  const ids = rows.map(({ id }) => id);
  const seeds = await listSeedsOf(context.db, ids);
  const current = new Map(
    seeds.filter(({ state }) => state === 'current').map((seed) => [seed.token_id, seed]),
  );
  // A seed is the second factor itself.
  const above = await whyAbove(context.db, actor, rows, ({ user_id }) => user_id);
  const those = rows.flatMap((token) => {
    const seed = above(token) ? undefined : current.get(token.id);
    return seed ? [{ token, seed }] : [];
  });
  const exported = new Set(those.map(({ token }) => token.id));
  const leftOut = rows.filter(({ id }) => !exported.has(id)).map(({ serial }) => serial);
  const last = rows.at(-1);
  const more = found.length > MAX_EXPORT && last ? { next: last.serial } : {};
  const answer = { count: those.length, leftOut, ...more };
  if (!protection.value) return done(answer);
  const auditActor = auditActorOf(actor);
  const what = { action: 'token.export', ...namesOf(input, protection.value) } as const;
  const approved = await secondApprovalOf(context, auditActor, what);
  if (!approved.ok) return approved;
  const made = await pskcWriter({ protection: protection.value, hash: 'sha256', random: context.random });
  if (!made.ok)
    return made.reason === 'invalid-key'
      ? invalidAt('transferKey', text('token-export.key.no-key'))
      : refused('invalid-request', text('token-export.password'));
  const parts = [made.writer.head];
  for (const { token, seed } of those) {
    const written = made.writer.record(tokenOf(context, token, seed));
    if (!written.ok) throw new Error(`token ${token.serial} cannot be written: ${written.at}`);
    parts.push(written.xml);
  }
  parts.push(made.writer.tail);
  const reason =
    protection.value.kind === 'transfer-key'
      ? text('event.exported-to', { count: those.length, key: protection.value.to.fingerprint })
      : text('event.exported', { count: those.length });
  return allOrNothing(context.db, async (trx) => {
    const used = await useSecondApproval(trx, context, auditActor, what, approved.value);
    if (used) return used;
    await record(
      trx,
      context,
      auditActor,
      ...those.map(({ token }) => ({
        action: 'token.export' as const,
        object: `token:${token.serial}`,
        reason,
      })),
    );
    return done({ ...answer, pskc: parts.join('') });
  });
}

/** One more than fit into a file. */
function chosen(db: Connection, { choose, after }: ExportTokens, now: number): Promise<TokenRow[]> {
  if ('serials' in choose) return listBySerials(db, choose.serials);
  const filter = { scopes: [TOP_DOMAIN.path], ...('batch' in choose ? { batch: choose.batch } : {}) };
  return listTokens(db, filter, MAX_EXPORT + 1, now, after);
}

type Protection = Exclude<PskcProtection, { kind: 'key' | 'none' }>;

/** @returns undefined: it is a dry run */
function protectionOf({ password, transferKey }: ExportTokens): Outcome<Protection | undefined> {
  if (transferKey === undefined)
    return done(password === undefined ? undefined : { kind: 'password', password, iterations: ITERATIONS });
  if (password !== undefined) return invalidAt('transferKey', text('token-export.one-protection'));
  const read = readTransferKey(transferKey);
  return read.ok
    ? done({ kind: 'transfer-key', to: read.key })
    : invalidAt('transferKey', text(`token-export.key.${read.reason}`));
}

/** Approved is exactly this choice for exactly this key, and not the tokens that are in it now. */
function namesOf(
  { choose, after }: ExportTokens,
  protection: Protection,
): { readonly object: string; readonly title: string } {
  const to = protection.kind === 'transfer-key' ? { to: protection.to.fingerprint } : {};
  const said = JSON.stringify({ choose, after: after ?? '', ...to });
  const title = 'serials' in choose ? choose.serials.join(', ') : 'batch' in choose ? choose.batch : '*';
  const end = 'to' in to ? ` → ${to.to}` : '';
  return {
    object: `token-export:${createHash('sha256').update(said).digest('hex')}`,
    title: title.slice(0, MAX_TITLE - end.length) + end,
  };
}

function tokenOf({ sealing }: Pick<Context, 'sealing'>, token: TokenRow, seed: Row<'seeds'>): PskcToken {
  const common = {
    ...{ serial: token.serial, keyId: token.serial, digits: seed.digits, userId: token.holder ?? '' },
    seed: sealing.open(aadOf('seeds.sealed', seed.id), seed.sealed),
    ...{ manufacturer: token.maker, model: token.form_factor, friendlyName: token.label },
    ...{ issueNumber: '', issuer: '', deviceBinding: '', deviceUserId: '' },
    expiryTime: Date.parse(`${token.expires_on}T23:59:59Z`) / 1000,
    pin: 'none',
  } as const;
  if (seed.algorithm === 'hotp')
    return { ...common, algorithm: 'hotp', hash: seed.hash, counter: Number(seed.position) + 1 };
  const driftIntervals = seed.drift;
  if (seed.algorithm === 'totp')
    return {
      ...common,
      algorithm: 'totp',
      hash: seed.hash,
      intervalSeconds: seed.interval_seconds,
      driftIntervals,
    };
  const intervalSeconds = seed.interval_seconds === 30 ? 30 : 60;
  return { ...common, algorithm: 'securid', intervalSeconds, driftIntervals };
}
