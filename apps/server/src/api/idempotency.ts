/**
 * Idempotency-Key, for acts whose repetition gives another code or another token: with one key, a caller does it at most once in a day
 * (docs/decisions/0100-idempotency-keys.md). The repetition is refused, since an answer with a code is not kept for it.
 */

import { createHash, createHmac } from 'node:crypto';
import { DAY } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName } from '../core/actor.ts';
import { type Outcome, type Refused, refused } from '../core/outcome.ts';
import {
  claimIdempotencyKey,
  noteIdempotentDone,
  releaseIdempotencyKey,
} from '../store/operations/idempotency-keys.ts';

/** Nothing that somebody guesses: a chosen code in the request is protected by it. */
const FORM = /^"?([\w.~+/=-]{16,128})"?$/;

type Context = Pick<ServerContext, 'db' | 'now'>;

/**
 * @param header its value, if any: then the work is done at most once
 * @param request what has to be the same, apart from the caller: names the operation
 */
export async function atMostOnce<T>(
  { db, now }: Context,
  actor: Actor,
  header: string | readonly string[] | undefined,
  request: { readonly operation: string; readonly params: unknown; readonly body: unknown },
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (header === undefined) return work();
  const key = typeof header === 'string' ? FORM.exec(header)?.[1] : undefined;
  if (key === undefined) return refused('invalid-request', text('request.bad-idempotency-key'));
  const who = actor.key ?? actor.principal ?? actorName(actor);
  const id = createHash('sha256')
    .update(JSON.stringify([who, request.operation, key]))
    .digest('base64url');
  // Under the key, which is not stored: a code that was chosen cannot be found out from it.
  const fingerprint = createHmac('sha256', key).update(JSON.stringify(request)).digest('base64url');
  const row = { id, fingerprint, state: 'running' as const, expires_at: now() + DAY };
  const claim = await claimIdempotencyKey(db, row, now());
  if (claim !== 'claimed') return { ...repeated(claim, fingerprint) };
  // If it throws, no one knows whether it was done: the key stays, and a repetition hears that.
  const outcome = await work();
  if (outcome.ok) await noteIdempotentDone(db, id);
  else await releaseIdempotencyKey(db, id);
  return outcome;
}

function repeated(
  earlier: { readonly fingerprint: string; readonly state: 'running' | 'done' } | undefined,
  fingerprint: string,
): Refused {
  // Released since it was found taken: the first request was refused.
  if (earlier === undefined) return refused('repeated', text('request.repeated-running'));
  if (earlier.fingerprint !== fingerprint) return refused('key-reused', text('request.key-reused'));
  return refused('repeated', text(`request.repeated-${earlier.state}`));
}
