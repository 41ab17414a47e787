/**
 * What distributing to many and assigning to many have in common. Check and work read the same facts and decide by the same rules: the check
 * records who would be left out; the work locks the rows, decides again and gives. Each write is one statement for all rows of a batch.
 */

import type { Algorithm } from '@sower/api/device-types';
import { type Text, text } from '@sower/texts/outcomes';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { whyAbove } from '../../directory/roles.ts';
import { nextTokens, recordAssignments } from '../../provisioning/tokens/assign.ts';
import { lastDayOf } from '../../provisioning/tokens/mint.ts';
import { newId } from '../../store/db/ids.ts';
import { claimSerials } from '../../store/operations/installation.ts';
import type { TokenKey } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findNextTokens, oldestValidDay, ownSerial, type TokenRow } from '../../store/tokens/tokens.ts';
import {
  assignTokens,
  type Fact,
  insertAssignedTokens,
  listFacts,
  lockFacts,
  putResults,
  type RowResult,
} from '../../store/work/distribution-batches.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import { type Batch, batchOf } from '../../work/runner.ts';
import { type DistributionContext, nicknameOf, reasonAgainst, type StoredGiving } from './plan.ts';

/** What a batch rests on. */
export type Giving = {
  readonly job: JobRow;
  readonly actor: Actor;
  readonly input: StoredGiving;
  /** Tokens that a user may have. */
  readonly limit: number;
  readonly stock: Awaited<ReturnType<typeof nextTokens>>;
  readonly expiresOn: string;
  /** What the seeds are for; absent: nothing is distributed. */
  readonly algorithm: Algorithm | undefined;
};

export async function prepareGiving<Input extends StoredGiving>(
  context: DistributionContext,
  actor: Actor,
  job: JobRow,
  input: Input,
  algorithm?: Algorithm,
): Promise<Outcome<Giving & { readonly input: Input }>> {
  const settings = await context.settings.current();
  // It may have passed since the job was created: a job begins up to 90 days later.
  const expiresOn = lastDayOf(settings, context.now(), input.expiresOn);
  if (!expiresOn.ok) return expiresOn;
  return done({
    job,
    actor,
    input,
    limit: settings['tokens.maxPerUser'],
    stock: await nextTokens(context, actor),
    algorithm,
    expiresOn: expiresOn.value,
  });
}

type Decided = Fact & { against: Text | null };

/** @returns the facts, each with the reason against it, if any */
async function decide(
  trx: Connection,
  context: DistributionContext,
  { job, actor, input, limit, algorithm }: Giving,
  rows: number,
): Promise<Decided[]> {
  const now = context.now();
  const state = job.phase === 'check' ? 'new' : 'ready';
  const slice = { jobId: job.id, state, from: job.position, limit: rows } as const;
  const named = input.replace === undefined ? input.by : 'replaced';
  if (job.phase === 'work') await lockFacts(trx, slice, named);
  const facts = await listFacts(trx, slice, named, { now, day: oldestValidDay(now) });
  const above = await whyAbove(trx, actor, facts, ({ user_id }) => user_id);
  return facts.map((fact) => {
    const against = reasonAgainst(actor, input, fact, { now, limit, algorithm });
    // Onto the fact itself: rows of the database are slow to copy.
    return Object.assign(fact, { against: against ?? above(fact) ?? null });
  });
}

const NOTHING = {
  origin: null,
  domain_before: null,
  latest_before: null,
  distribution_id: null,
  sealed: null,
};
export function resultOf(jobId: string, fact: Decided, state: string, reason: Text | null): RowResult {
  // Outside the actor's scope the user does not exist, and nothing is recorded about them.
  const hidden = reason?.code === 'job-row.no-user' || reason?.code === 'job-row.no-token';
  return {
    ...NOTHING,
    job_id: jobId,
    position: fact.position,
    state,
    text: reason && JSON.stringify(reason),
    target: hidden ? null : fact.user_id,
    user_id: hidden ? null : fact.holder,
    token_id: null,
    serial: hidden ? null : fact.serial,
    nickname: fact.nickname,
    device_id: fact.device_id,
  };
}

export async function check(
  trx: Connection,
  context: DistributionContext,
  giving: Giving,
  rows: number,
): Promise<Batch> {
  const { job, input } = giving;
  const decided = await decide(trx, context, giving, rows);
  let ready = 0;
  const results = decided.map((fact) => {
    let { against } = fact;
    if (against === null && input.tokens === 'stock' && job.done + ready >= input.stock)
      against = text('job-row.none-left');
    if (against === null && input.most !== undefined && job.done + ready >= input.most)
      against = text('job-row.daily-limit');
    if (against === null) ready += 1;
    const nickname = nicknameOf(input, fact);
    const result = resultOf(job.id, fact, against === null ? 'ready' : 'left-out', against);
    return { ...result, nickname, serial: input.tokens === 'held' ? result.serial : null };
  });
  await putResults(trx, results);
  return batchOf(job, decided, rows, { done: ready, leftOut: decided.length - ready, failed: 0 });
}

/** Locks the next rows, decides again, and takes a token for each that can have one. */
export async function give(
  trx: Connection,
  context: DistributionContext,
  giving: Giving,
  rows: number,
): Promise<{
  readonly decided: readonly Decided[];
  readonly given: readonly Given[];
  readonly refused: readonly RowResult[];
}> {
  const decided = await decide(trx, context, giving, rows);
  const wanted = decided.filter(({ against }) => against === null);
  const given = await takeTokens(trx, context, giving, wanted);
  const got = new Set(given.map(({ position }) => position));
  const refused = decided
    .filter(({ position }) => !got.has(position))
    .map((fact) => resultOf(giving.job.id, fact, 'failed', fact.against ?? text('job-row.none-left')));
  return { decided, given, refused };
}

/** A fact with its token. */
export type Given = Decided & {
  readonly user_id: string;
  readonly holder: string;
  readonly domain: string;
  readonly token_id: TokenKey;
  readonly serial: string;
  readonly domain_before: string | null;
  /** What it replaces. */
  readonly replaced: Pick<TokenRow, 'id' | 'serial' | 'pin' | 'pin_set_at' | 'pin_change'> | undefined;
};

/** Tokens that users already have, as they are; others are assigned or minted for their users. */
async function takeTokens(
  trx: Connection,
  context: DistributionContext,
  { actor, input, stock, expiresOn }: Giving,
  wanted: readonly Decided[],
): Promise<Given[]> {
  if (input.tokens === 'held')
    return wanted.map((fact) => ({
      ...fact,
      ...{ domain_before: null, replaced: undefined },
    })) as readonly Decided[] as Given[];
  if (wanted.length === 0) return [];
  const free =
    input.tokens === 'stock'
      ? await findNextTokens(trx, stock, wanted.length)
      : await newRecords(trx, context, wanted.length);
  const given = wanted.slice(0, free.length).map((fact, index) => {
    const { id, serial, domain } = free[index] as (typeof free)[number];
    const replaced = input.replace && replacedIn(fact);
    const fresh = { token_id: id, serial, pin: null, latest_before: null, domain_before: domain };
    return { ...fact, ...fresh, replaced };
  }) as readonly Decided[] as Given[];
  if (given.length === 0) return [];
  if (input.tokens === 'stock') await assignTokens(trx, given.map(ownership), input.profile !== undefined);
  else {
    await insertAssignedTokens(
      trx,
      given.map((fact) => ({ ...ownership(fact), serial: fact.serial })),
      { expiresOn, now: context.now() },
    );
    await record(trx, context, actor, minted(given, expiresOn));
  }
  await recordAssignments(
    trx,
    context,
    actor,
    given.map(({ serial, holder, domain, domain_before }) => ({
      holder: { user_id: holder, domain },
      token: { serial, domain: domain_before },
    })),
  );
  return given;
}

const replacedIn = ({ token_id: id, serial, pin, pin_set_at, pin_change }: Decided): Given['replaced'] =>
  id === null || serial === null ? undefined : { id, serial, pin, pin_set_at, pin_change: pin_change ?? 0 };

const ownership = ({ token_id, user_id, domain }: Given) => ({ token_id, user_id, domain });

async function newRecords(trx: Connection, context: DistributionContext, count: number) {
  const start = await claimSerials(trx, count);
  return Array.from({ length: count }, (_, index) => ({
    id: newId(context),
    serial: ownSerial(start + index),
    domain: null,
  }));
}

function minted(given: readonly Given[], date: string): Recorded {
  const [first, last] = [given[0]?.serial ?? '', given.at(-1)?.serial ?? ''];
  return {
    action: 'token.mint',
    object: `token:${first}`,
    reason: text('event.records-minted', { number: given.length, first, last, date }),
  };
}
