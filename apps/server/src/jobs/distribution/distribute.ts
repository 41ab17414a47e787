/** Distributing to many: who gets a token is decided as for an assignment (give.ts), and each is distributed. */

import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { type Actor, auditActorOf } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
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
import { beginReplacement } from '../../provisioning/tokens/replace.ts';
import { newId } from '../../store/db/ids.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import {
  insertDistributions,
  makeWay,
  putResults,
  type RowResult,
} from '../../store/work/distribution-batches.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import { permissionsToGive } from '../../work/rights.ts';
import { type Batch, batchOf, type JobKind } from '../../work/runner.ts';
import { check, type Giving, give, prepareGiving, resultOf } from './give.ts';
import { profileChanged, readInput, type StoredDistribution, sealsCodes } from './input.ts';
import { type DistributionContext, planOf } from './plan.ts';

type Prepared = Giving & { readonly input: StoredDistribution; readonly plan: DistributionPlan };

export const distributeJobs = (context: DistributionContext): JobKind => ({
  needs: (job) => permissionsToGive(readInput(job)),
  prepare: async (actor, job) => {
    const prepared = await prepare(context, actor, job);
    if (!prepared.ok) return prepared;
    const batch = job.phase === 'check' ? check : work;
    return done((trx, locked, limit) => batch(trx, context, { ...prepared.value, job: locked }, limit));
  },
  end: (job) => (job.phase === 'work' ? 'done' : readInput(job).most === undefined ? 'waiting' : 'work'),
});

async function prepare(context: DistributionContext, actor: Actor, job: JobRow): Promise<Outcome<Prepared>> {
  const input = readInput(job);
  if (await profileChanged(context, input))
    return refused('wrong-state', text('job.profile-edited', { profile: input.profile }));
  const plan = await planOf(context, input);
  if (!plan.ok) return plan;
  const { algorithm } = plan.value.snapshot;
  const giving = await prepareGiving(context, actor, job, input, algorithm);
  return giving.ok ? done({ ...giving.value, plan: plan.value }) : giving;
}

async function work(
  trx: Connection,
  context: DistributionContext,
  prepared: Prepared,
  rows: number,
): Promise<Batch> {
  const { job, actor, input, plan } = prepared;
  const { decided, given, refused: refusedRows } = await give(trx, context, prepared, rows);
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
    mail.push(...distributionMail(own, code, id).map((notice) => ({ ...notice, bulk: true as const })));
    if (fact.replaced && input.replace)
      await beginReplacement(
        trx,
        context,
        auditActor,
        fact.replaced,
        { id: fact.token_id, serial: fact.serial },
        input.replace,
      );
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
  await insertDistributions(trx, context, common, made, { rule: job.rule_id, source: actor.source });
  await context.queueMail(trx, ...mail);
  // Switched off since the batch was prepared: nothing was queued, and no one would ever get these codes.
  if (input.mail !== undefined && !(await context.mailSettings.current(trx)).settings.enabled)
    throw new Error('mail was switched off while codes were being mailed');
  await record(
    trx,
    context,
    actor,
    ...made.map(
      ({ serial, binding }): Recorded => ({
        action: 'token.distribute',
        object: `token:${serial}`,
        reason: reasons[binding.kind],
      }),
    ),
  );
  await putResults(trx, results);
  return {
    ...batchOf(job, decided, rows, { done: given.length, leftOut: 0, failed: refusedRows.length }),
    codes: results.some(({ sealed }) => sealed !== null),
  };
}

/** Fetched once, by the person who started the job; see result.ts. */
const sealedCode = z.object({ code: z.string(), link: z.string(), url: z.string() });
export type SealedCode = Readonly<z.infer<typeof sealedCode>>;
export const readSealedCode = storedJson('job_rows.sealed', sealedCode);

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
  return context.sealing.seal(aadOf('job_rows.sealed', jobId, position), Buffer.from(JSON.stringify(sealed)));
}
