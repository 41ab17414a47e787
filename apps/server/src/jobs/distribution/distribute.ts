/**
 * The two phases of distributing to many. Both read the same facts and decide by the same rules: the check records who would be left out;
 * the work locks the rows, decides again and distributes. Each write is one statement for all rows of a batch.
 */

import { SOURCE_PERMISSIONS } from '@sower/api/jobs';
import { type Text, text } from '@sower/messages/outcomes';
import { type Actor, auditActorOf } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { refusalAbove } from '../../directory/above.ts';
import type { MailNotice } from '../../mail/queue.ts';
import { hashCode } from '../../provisioning/distribution/activation-code.ts';
import {
  type DistributionPlan,
  distributed,
  distributionMail,
  newCode,
  reasonOf,
  resolveBinding,
  storedSnapshot,
} from '../../provisioning/distribution/distribute.ts';
import { nextTokens } from '../../provisioning/tokens/assign.ts';
import { newId } from '../../store/db/ids.ts';
import { type AuditEvent, insertAudit } from '../../store/tables/audit.ts';
import {
  assignTokens,
  type Fact,
  insertDistributions,
  insertHeldTokens,
  listFacts,
  lockFacts,
  makeWay,
  putResults,
  type RowResult,
  takeStock,
} from '../../store/tables/distribution-batches.ts';
import { domainNames } from '../../store/tables/domains.ts';
import { claimSerials } from '../../store/tables/installation.ts';
import type { JobRow } from '../../store/tables/jobs.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { lastGoodDay } from '../../store/tables/tokens.ts';
import type { Batch, JobKind } from '../runner.ts';
import { profileChanged, readInput, type StoredDistribution, sealsCodes } from './input.ts';
import { type DistributionContext, nicknameOf, planOf, reasonAgainst } from './plan.ts';

const DAY = 86_400_000;

type Prepared = {
  readonly job: JobRow;
  readonly actor: Actor;
  readonly input: StoredDistribution;
  readonly plan: DistributionPlan;
  readonly limit: number;
  readonly stock: Awaited<ReturnType<typeof nextTokens>>;
  readonly expiresOn: string;
};

export const distributeJobs = (context: DistributionContext): JobKind => ({
  needs: (job) => SOURCE_PERMISSIONS[readInput(job).tokens],
  prepare: async (actor, job) => {
    const prepared = await prepare(context, actor, job);
    if (!prepared.ok) return prepared;
    const batch = job.phase === 'check' ? check : work;
    return done((trx, held, limit) => batch(trx, context, { ...prepared.value, job: held }, limit));
  },
  end: (job) => (job.phase === 'work' ? 'done' : readInput(job).most === undefined ? 'waiting' : 'work'),
});

async function prepare(context: DistributionContext, actor: Actor, job: JobRow): Promise<Outcome<Prepared>> {
  const input = readInput(job);
  if (await profileChanged(context, input))
    return refused('wrong-state', text('job.profile-edited', { profile: input.profile }));
  const plan = await planOf(context, input);
  if (!plan.ok) return plan;
  const settings = await context.settings.current();
  const lifetime = settings['tokens.lifetimeDays'] * DAY;
  return done({
    job,
    actor,
    input,
    plan: plan.value,
    limit: settings['tokens.maxPerUser'],
    stock: await nextTokens(context, actor),
    expiresOn: input.expiresOn ?? new Date(context.now() + lifetime).toISOString().slice(0, 10),
  });
}

type Decided = Fact & { against: Text | null };

/** @returns the facts, each with the reason against it, if any */
async function decide(
  trx: Connection,
  context: DistributionContext,
  { job, actor, input, limit }: Prepared,
  rows: number,
): Promise<Decided[]> {
  const now = context.now();
  const state = job.phase === 'check' ? 'new' : 'ready';
  const slice = { jobId: job.id, state, from: job.position, limit: rows } as const;
  if (job.phase === 'work') await lockFacts(trx, slice, input.by);
  const facts = await listFacts(trx, slice, input.by, { now, day: lastGoodDay(now) });
  const decided: Decided[] = [];
  for (const fact of facts) {
    let against = reasonAgainst(actor, input, fact, { now, limit });
    if (!against && fact.above === 1)
      against = (await refusalAbove(trx, actor, 'tokens:distribute', fact.user_id))?.detail;
    // Onto the fact itself: rows of the database are slow to copy.
    decided.push(Object.assign(fact, { against: against ?? null }));
  }
  return decided;
}

const NOTHING = {
  origin: null,
  domain_before: null,
  latest_before: null,
  distribution_id: null,
  sealed: null,
};
function resultOf(jobId: string, fact: Decided, state: string, reason: Text | null): RowResult {
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

const batchOf = (
  job: JobRow,
  facts: readonly Fact[],
  rows: number,
  counts: Pick<Batch, 'done' | 'leftOut' | 'failed'>,
): Batch => ({
  position: facts.length < rows ? job.total : (facts.at(-1) as Fact).position + 1,
  ...counts,
  last: facts.length < rows,
});

async function check(
  trx: Connection,
  context: DistributionContext,
  prepared: Prepared,
  rows: number,
): Promise<Batch> {
  const { job, input } = prepared;
  const decided = await decide(trx, context, prepared, rows);
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

/** A fact with its token. */
type Given = Decided & {
  readonly user_id: string;
  readonly holder: string;
  readonly domain: string;
  readonly token_id: string;
  readonly serial: string;
  readonly domain_before: string | null;
};

async function work(
  trx: Connection,
  context: DistributionContext,
  prepared: Prepared,
  rows: number,
): Promise<Batch> {
  const { job, actor, input, plan } = prepared;
  const decided = await decide(trx, context, prepared, rows);
  const wanted = decided.filter(({ against }) => against === null);
  const given = await takeTokens(trx, context, prepared, wanted);
  const got = new Set(given.map(({ position }) => position));
  const refusedRows = decided
    .filter(({ position }) => !got.has(position))
    .map((fact) => resultOf(job.id, fact, 'failed', fact.against ?? text('job-row.none-left')));
  const auditActor = auditActorOf(actor);
  const results: RowResult[] = [...refusedRows];
  const made: (Parameters<typeof insertDistributions>[3][number] & Pick<DistributionPlan, 'binding'>)[] = [];
  const mail: MailNotice[] = [];
  const why = (binding: DistributionPlan['binding']) =>
    reasonOf({ ...plan, binding }, [text('event.by-job', { job: job.name })]);
  /** By the kind of the binding: its device is not in it. */
  const reasons = {
    any: why({ kind: 'any' }),
    class: why({ kind: 'class' }),
    id: why({ kind: 'id', deviceId: '' }),
  };
  for (const fact of given) {
    const binding = resolveBinding(
      input.binding === 'file' ? { kind: 'id', deviceId: fact.device_id ?? '' } : { kind: input.binding },
      plan.snapshot,
    );
    const device = binding.ok ? binding.value : plan.binding;
    const nickname = fact.nickname ?? '';
    const token = {
      id: fact.token_id,
      serial: fact.serial,
      pin: fact.pin,
      user_id: fact.user_id,
      holder: fact.holder,
    };
    const own = { ...plan, token, binding: device, input: { ...plan.input, nickname } };
    const code = newCode(context, own);
    const id = newId(context);
    made.push({
      id,
      token_id: fact.token_id,
      serial: fact.serial,
      user_id: fact.user_id,
      code_hash: code === undefined ? null : hashCode(context.sealing, code),
      device_kind: device.kind,
      device_id: device.kind === 'id' ? device.deviceId : null,
      nickname,
      binding: device,
    });
    mail.push(...distributionMail(own, code));
    results.push({
      ...resultOf(job.id, fact, 'done', null),
      token_id: fact.token_id,
      origin: input.tokens,
      domain_before: fact.domain_before,
      latest_before: fact.latest_before,
      distribution_id: id,
      sealed:
        code === undefined || !sealsCodes(input)
          ? null
          : sealCode(context, job.id, fact.position, own, id, code),
    });
  }
  const common = {
    profile_id: plan.profile.id,
    profile_name: plan.profile.name,
    device_type: plan.deviceType.id,
    snapshot: storedSnapshot(plan),
    delivery: plan.profile.delivery,
    created_at: context.now(),
    created_by: auditActor.name,
    expires_at: plan.expiresAt,
    job_id: job.id,
  };
  if (input.tokens === 'held')
    await makeWay(
      trx,
      context,
      given.map(({ token_id: id, latest_before }) => ({ id, fresh: latest_before === null })),
      text('event.redistributed'),
      actor.source,
    );
  await insertDistributions(trx, context, common, made, actor.source);
  await context.queueMail(trx, ...mail);
  // Switched off since the batch was prepared: nothing was queued, and nobody would ever get these codes.
  if (input.mail !== undefined && !(await context.mailSettings.current(trx)).settings.enabled)
    throw new Error('mail was switched off while codes were being mailed');
  await insertAudit(
    trx,
    context,
    ...made.map(
      (row): AuditEvent => ({
        actor: auditActor.name,
        action: 'token.distribute',
        object: `token:${row.serial}`,
        result: 'success',
        reason: reasons[row.binding.kind],
        source: actor.source,
      }),
    ),
  );
  await putResults(trx, results);
  return {
    ...batchOf(job, decided, rows, { done: given.length, leftOut: 0, failed: refusedRows.length }),
    codes: results.some(({ sealed }) => sealed !== null),
  };
}

/** Fetched once, by whoever started the job; see result.ts. */
export type SealedCode = { readonly code: string; readonly link: string; readonly url: string };
export const codePlace = (jobId: string, position: number): string => `job_rows.sealed:${jobId}:${position}`;

function sealCode(
  context: DistributionContext,
  jobId: string,
  position: number,
  plan: DistributionPlan,
  id: string,
  code: string,
): string {
  const { ctkipUrl: url, link = '' } = distributed(plan, id, code);
  const sealed: SealedCode = { code, link, url };
  return context.sealing.seal(codePlace(jobId, position), Buffer.from(JSON.stringify(sealed)));
}

/** Tokens that users already have, as they are; others are assigned or minted for their users. */
async function takeTokens(
  trx: Connection,
  context: DistributionContext,
  { actor, input, stock, expiresOn }: Prepared,
  wanted: readonly Decided[],
): Promise<Given[]> {
  if (input.tokens === 'held')
    return wanted.map((fact) => ({ ...fact, domain_before: null })) as readonly Decided[] as Given[];
  if (wanted.length === 0) return [];
  const free =
    input.tokens === 'stock'
      ? await takeStock(trx, stock.scopes, stock.expiresFrom, wanted.length)
      : await newRecords(trx, context, wanted.length);
  const given = wanted.slice(0, free.length).map((fact, index) => {
    const { id, serial, domain } = free[index] as (typeof free)[number];
    return { ...fact, token_id: id, serial, pin: null, latest_before: null, domain_before: domain };
  }) as readonly Decided[] as Given[];
  if (given.length === 0) return [];
  if (input.tokens === 'stock') await assignTokens(trx, given.map(placeOf));
  else {
    await insertHeldTokens(
      trx,
      given.map((fact) => ({ ...placeOf(fact), serial: fact.serial })),
      { expiresOn, now: context.now() },
    );
    await insertAudit(trx, context, mintEvent(actor, given, expiresOn));
  }
  await insertAudit(trx, context, ...(await assignEvents(trx, actor, given)));
  return given;
}

const placeOf = ({ token_id, user_id, domain }: Given) => ({ token_id, user_id, domain });

async function newRecords(trx: Connection, context: DistributionContext, count: number) {
  const start = await claimSerials(trx, count);
  return Array.from({ length: count }, (_, index) => ({
    id: newId(context),
    serial: String(start + index).padStart(12, '0'),
    domain: null,
  }));
}

function mintEvent(actor: Actor, given: readonly Given[], date: string): AuditEvent {
  const { name, source } = auditActorOf(actor);
  const [first, last] = [given[0]?.serial ?? '', given.at(-1)?.serial ?? ''];
  return {
    actor: name,
    action: 'token.mint',
    object: `token:${first}`,
    result: 'success',
    reason: text('event.records-minted', { number: given.length, first, last, date }),
    source,
  };
}

async function assignEvents(trx: Connection, actor: Actor, given: readonly Given[]): Promise<AuditEvent[]> {
  const { name, source } = auditActorOf(actor);
  const paths = given.flatMap(({ domain, domain_before }) =>
    domain_before === null || domain_before === domain ? [] : [domain, domain_before],
  );
  const names = await domainNames(trx, paths);
  return given.map(({ serial, holder, domain, domain_before }) => {
    const to = text('event.to', { name: holder });
    const moved = domain_before !== null && domain_before !== domain;
    return {
      actor: name,
      action: 'token.assign',
      object: `token:${serial}`,
      result: 'success',
      reason: moved
        ? text('event.moved-into', {
            what: to,
            from: names.get(domain_before) ?? '',
            into: names.get(domain) ?? '',
          })
        : to,
      source,
    };
  });
}
