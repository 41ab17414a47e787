/**
 * Save and Distribute: one transaction withdraws the earlier code, creates the new distribution and writes the audit row. Only the answer
 * contains the activation code in the clear.
 */

import type { DeviceType } from '@sower/api/device-types';
import type {
  ActivationCodeChoice,
  DeviceBinding,
  DistributeInput,
  DistributeResult,
} from '@sower/api/distributions';
import { LIMITS } from '@sower/api/limits';
import { isoTime } from '@sower/api/time';
import { renderLink } from '@sower/ctkip/links';
import { pathFor } from '@sower/ctkip/paths';
import { normalizeDeviceId } from '@sower/ctkip/provisioning-data';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, auditActorOf } from '../../core/actor.ts';
import {
  done,
  invalidAt,
  missingAt,
  type Outcome,
  type Refused,
  refused,
  refusedAt,
} from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing, undo } from '../../core/transaction.ts';
import type { MailNotice, MailValues } from '../../mail/queue.ts';
import { isUniqueViolation } from '../../store/db/errors.ts';
import { newId } from '../../store/db/ids.ts';
import {
  findAdmissionByCode,
  findLiveDistribution,
  insertDistribution,
  replaceCode,
  withdrawLive,
} from '../../store/distribution/distributions.ts';
import { findActivationWindow, hasConfirmedToken } from '../../store/log-on/self-service.ts';
import { type AboutDistribution, distributionKey } from '../../store/mail/about.ts';
import type { UserRow } from '../../store/schema/brands.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { findProfile } from '../../store/tokens/profiles.ts';
import { deleteSeeds, prunePendingSeeds } from '../../store/tokens/seeds.ts';
import { changeToken, type TokenRow } from '../../store/tokens/tokens.ts';
import { noSuchProfile } from '../profiles/profile.ts';
import { barToCode, barWords, fitsAlgorithm, refusalOf } from '../tokens/eligibility.ts';
import { lockAssignedTokenFor, tokenFor } from '../tokens/token-for.ts';
import { chosenCodeProblem, codeInLink, generateCode, hashCode, hashesOfCode } from './activation-code.ts';
import { linkBase, withAppAddress } from './distribution-settings.ts';
import { deliveryOptions } from './mail-delivery.ts';
import { approvalOfCode, useApprovalOfCode } from './single-codes.ts';
import { bindingEnforced, codeExpiresAt, readSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

export type DistributeContext = Pick<
  ServerContext,
  | 'db'
  | 'sealing'
  | 'deviceTypes'
  | 'settings'
  | 'mailSettings'
  | 'queueMail'
  | 'publicUrl'
  | 'now'
  | 'random'
>;

/**
 * Where clients connect: for SecurID, the dialect of deployed clients; for the OATH key types, the RFC's, which alone has names for them.
 */
export function ctkipUrl(base: string, algorithm: Snapshot['algorithm']): string {
  return `${base}${pathFor(algorithm)}`;
}

export async function distributeToken(
  context: DistributeContext & Pick<ServerContext, 'onAlteredRow'>,
  actor: Actor,
  serial: string,
  input: DistributeInput,
): Promise<Outcome<Distributed>> {
  const found = await tokenFor(context, actor, 'tokens:distribute', serial);
  if (!found.ok) return found;
  const token = found.value;
  const against = refusalToDistribute(token, context.now());
  if (against) return against;
  if (token.user_id === null || token.holder === null)
    throw new Error(`token ${serial} has a user without a row`);
  const planned = await planDistribution(
    context,
    { ...token, user_id: token.user_id, holder: token.holder },
    input,
  );
  if (!planned.ok) return planned;
  const plan = planned.value;
  if (input.mail !== undefined) {
    const reason = (await deliveryOptions(context, context.db, token.user_id))[input.mail];
    if (reason !== undefined) return refusedAt('mail', 'wrong-state', reason);
  }
  if (plan.choice.kind === 'chosen') {
    const hashes = hashesOfCode(context.sealing, plan.choice.value);
    // While a data key replaces another, the code may be there under the earlier one, which no index notices.
    if (hashes.length > 1 && (await findAdmissionByCode(context.db, hashes)))
      return refusedAt('activationCode.value', 'code-refused', text('activation-code.taken'));
  }
  const shown = plan.profile.delivery === 'url' && input.mail === undefined;
  const approved = shown ? await approvalOfCode(context, actor) : undefined;
  if (approved?.ok === false) return approved;
  for (let attempt = 1; ; attempt += 1) {
    const code = newCode(context, plan);
    let id: string;
    try {
      const issued = await allOrNothing(context.db, async (trx) => {
        const locked = await lockAssignedTokenFor(trx, actor, 'tokens:distribute', token);
        const since = refusalToDistribute(locked, context.now());
        if (since) return since;
        const over = approved && (await useApprovalOfCode(trx, context, actor, approved.value));
        if (over) return over;
        return done(await issueDistribution(trx, context, auditActorOf(actor), plan, code));
      });
      if (!issued.ok) return issued;
      id = issued.value;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (plan.choice.kind === 'chosen' && attempt > 1) {
        return refusedAt('activationCode.value', 'code-refused', text('activation-code.taken'));
      }
      // Another administrator distributed the same token at the same time, or a code was generated twice.
      if (attempt > 5) throw error;
      continue;
    }
    const result = distributed(plan, id, code);
    const proof = await proofBeforeCode(context, plan);
    return done({ ...result, notices: [...result.notices, ...proof] });
  }
}

/** A user who has lost the token would be stopped in front of the QR code: who distributes it can help at once. */
async function proofBeforeCode(
  { db, now }: Pick<ServerContext, 'db' | 'now'>,
  { profile, token: { user_id: user } }: DistributionPlan,
): Promise<Text[]> {
  if (profile.delivery !== 'qr' || !(await hasConfirmedToken(db, user))) return [];
  return (await findActivationWindow(db, user, now())) ? [] : [text('notice.proof-first')];
}

/** Why no code for this token can be given to its user. */
const refusalToDistribute = (token: TokenRow, now: number): Refused | undefined =>
  refusalOf(barToCode(token, now), barWords(token, text('token.not-assigned-assign')));

export type DistributionPlan = {
  readonly token: PlannedToken;
  readonly profile: Row<'token_profiles'>;
  readonly deviceType: DeviceType;
  readonly snapshot: Snapshot;
  /** What links begin with. */
  readonly base: string;
  readonly binding: DeviceBinding;
  readonly choice: ActivationCodeChoice;
  readonly expiresAt: number | null;
  readonly input: DistributeInput;
};
type PlannedToken = Pick<TokenRow, 'id' | 'serial' | 'pin'> & {
  readonly user_id: UserRow;
  readonly holder: string;
};

/** Everything that can be wrong with the input, checked before anything is written. */
export async function planDistribution(
  context: DistributeContext,
  token: PlannedToken,
  input: DistributeInput,
): Promise<Outcome<DistributionPlan>> {
  const profile = await findProfile(context.db, input.profile);
  if (!profile) return missingAt('profile', noSuchProfile(input.profile));
  const deviceType = await context.deviceTypes.find(context.db, profile.device_type);
  if (!deviceType)
    return refused('in-use', text('device-type.gone-import', { deviceType: profile.device_type }));
  const snapshot = takeSnapshot(profile, deviceType);
  // Without one, the token is minted or chosen later, and one of ours.
  if (token.serial !== '' && !fitsAlgorithm(snapshot.algorithm, token.serial))
    return refusedAt('profile', 'wrong-state', text('distribution.serial', { serial: token.serial }));

  const binding = resolveBinding(input.deviceBinding, snapshot);
  if (!binding.ok) return binding;
  if (profile.delivery === 'qr' && input.activationCode) {
    return refusedAt('activationCode', 'code-refused', text('activation-code.generated'));
  }
  if (profile.delivery === 'qr' && input.mail) {
    return invalidAt('mail', text('distribution.no-mail-with-qr'));
  }
  const settings = await context.settings.current();
  const base = await linkBase(context);
  const choice: ActivationCodeChoice = input.activationCode ?? { kind: 'digits' };
  if (choice.kind === 'chosen') {
    const minLength = settings['activation.minChosenLength'];
    const problem = chosenCodeProblem(choice.value, {
      serial: token.serial,
      userId: token.holder,
      minLength,
    });
    if (problem) return refusedAt('activationCode.value', 'code-refused', problem);
  }
  const expiresAt = codeExpiresAt(input.codeExpires ?? profile.code_expiry, context.now());
  return done({
    token,
    profile,
    deviceType: withAppAddress(deviceType, base),
    snapshot,
    base,
    binding: binding.value,
    choice,
    expiresAt,
    input,
  });
}

/** `undefined` for a QR code: it is generated when the user asks for it. */
export function newCode(
  context: Pick<ServerContext, 'random'>,
  { profile, choice }: DistributionPlan,
): string | undefined {
  if (profile.delivery === 'qr') return undefined;
  return choice.kind === 'chosen' ? choice.value : generateCode(choice.kind, context.random);
}

/** With the chosen expiry, for the codes that the user asks for later. */
export const storedSnapshot = ({ snapshot, profile, input }: DistributionPlan): string =>
  JSON.stringify({ ...snapshot, codeExpiry: input.codeExpires ?? profile.code_expiry });

/**
 * In the transaction of the caller, who has made sure that the actor may do this.
 * @returns the ID of the distribution
 */
export async function issueDistribution(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'queueMail' | 'publicUrl' | 'now' | 'random'>,
  auditActor: AuditActor,
  plan: DistributionPlan,
  code: string | undefined,
): Promise<string> {
  const { token, profile, deviceType, binding, expiresAt, input } = plan;
  const id = newId(context);
  // First, so that two people who distribute one token do so one after the other.
  await changeToken(trx, token.id, {});
  await withdrawLive(trx, context, token.id, {
    reason: text('event.redistributed'),
    source: auditActor.source,
  });
  await insertDistribution(
    trx,
    context,
    {
      id,
      token_id: token.id,
      user_id: token.user_id,
      profile_id: profile.id,
      profile_name: profile.name,
      device_type: deviceType.id,
      snapshot: storedSnapshot(plan),
      delivery: profile.delivery,
      code_hash: code === undefined ? null : hashCode(context.sealing, code),
      device_kind: binding.kind,
      device_id: binding.kind === 'id' ? binding.deviceId : null,
      nickname: input.nickname,
      created_at: context.now(),
      created_by: auditActor.name,
      expires_at: expiresAt,
    },
    { source: auditActor.source },
  );
  if (input.revokeNow) await deleteSeeds(trx, token.id);
  else await prunePendingSeeds(trx, token.id);
  await context.queueMail(trx, ...distributionMail(plan, code, id));
  await record(trx, context, auditActor, {
    action: 'token.distribute',
    object: `token:${token.serial}`,
    reason: reasonOf(plan),
  });
  return id;
}

/** What the audit trail says about it. */
export const reasonOf = (
  { profile, binding, input }: Pick<DistributionPlan, 'profile' | 'binding' | 'input'>,
  more: readonly Text[] = [],
): Text =>
  text('event.parts', {
    parts: [
      text('event.profile', { profile: profile.name }),
      text(`profile.delivery-${profile.delivery}`),
      text(`event.device-${binding.kind}`),
      ...(input.revokeNow ? [text('event.seed-revoked')] : []),
      ...(input.mail === undefined ? [] : [text(`event.mailed-${input.mail}`)]),
      ...more,
    ],
  });

/**
 * By default, that it is ready, without a secret. If chosen, what is needed to import it: never code and address in one unencrypted mail.
 * @param id of the distribution
 * @param reminder what says it again
 */
export function distributionMail(
  { token, profile, deviceType, snapshot, base, expiresAt, input }: DistributionPlan,
  code: string | undefined,
  id: string,
  reminder?: string,
): MailNotice[] {
  const mail = (event: AboutDistribution, values: MailValues): MailNotice => ({
    event,
    values,
    userRow: token.user_id,
    deviceType: deviceType.id,
    onceKey: distributionKey(event, id, reminder),
    sendBefore: expiresAt ?? undefined,
  });
  const values = {
    serial: token.serial,
    nickname: input.nickname,
    expires: expiresAt ?? Number.POSITIVE_INFINITY,
    profile: profile.name,
    deviceType: deviceType.name,
    application: deviceType.application,
    downloadUrl: deviceType.downloadUrl ?? '',
  };
  if (code === undefined || input.mail === undefined) return [mail('token-ready', values)];
  const url = ctkipUrl(base, snapshot.algorithm);
  if (input.mail === 'encrypted') {
    const link = linkFor(base, snapshot, code, input.nickname);
    return [mail('delivery-encrypted', { ...values, url, code, link })];
  }
  const { serial, expires } = values;
  return [mail('delivery-link', { ...values, url }), mail('delivery-code', { serial, expires, code })];
}

/** As the API shows it, not yet in words. */
export type Distributed = Omit<DistributeResult, 'notices'> & { readonly notices: readonly Text[] };

export function distributed(plan: DistributionPlan, id: string, code: string | undefined): Distributed {
  const { token, profile, deviceType, snapshot, base, binding, expiresAt, input } = plan;
  return {
    id,
    serial: token.serial,
    delivery: profile.delivery,
    ctkipUrl: ctkipUrl(base, snapshot.algorithm),
    ...(code === undefined
      ? {}
      : { activationCode: code, link: linkFor(base, snapshot, code, input.nickname) }),
    ...(expiresAt === null ? {} : { expiresAt: isoTime(expiresAt) }),
    ...(input.mail === undefined ? {} : { mailed: input.mail }),
    bindingEnforced: bindingEnforced(snapshot),
    notices: notices(snapshot, binding, token.pin !== null, deviceType.trustedCertificateRequired),
  };
}

/** A new code for a QR distribution, each time the user asks to see it; the earlier one becomes invalid. */
export async function openActivation(
  context: DistributeContext,
  actor: Actor,
  serial: string,
): Promise<Outcome<{ link: string; activationCode: string; expiresAt?: string }>> {
  const found = await tokenFor(context, actor, 'activations:open', serial);
  if (!found.ok) return found;
  const token = found.value;
  const against = refusalToDistribute(token, context.now());
  if (against) return against;
  const row = await findLiveDistribution(context.db, token.id);
  if (row?.delivery !== 'qr' || row.user_id !== token.user_id) {
    return refused('wrong-state', text('distribution.not-waiting'));
  }
  const base = await linkBase(context);
  return allOrNothing(context.db, async (trx) => {
    const locked = await lockAssignedTokenFor(trx, actor, 'activations:open', token);
    const since = refusalToDistribute(locked, context.now());
    if (since) return since;
    const fresh = await freshCode(trx, context, auditActorOf(actor), serial, row, base);
    if (!fresh) undo('wrong-state', text('token.just-changed'));
    const { link, activationCode, expiresAt } = fresh;
    return done({ link, activationCode, ...(expiresAt === undefined ? {} : { expiresAt }) });
  });
}

export type FreshCode = {
  readonly number: number;
  readonly link: string;
  readonly url: string;
  readonly activationCode: string;
  readonly expiresAt?: string;
};

/**
 * @param base what links begin with, read before: with SQLite, a read outside the transaction would wait for it forever
 * @returns undefined if the distribution was no longer live
 */
export async function freshCode(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'>,
  auditActor: AuditActor,
  serial: string,
  row: Pick<Row<'distributions'>, 'id' | 'state' | 'snapshot' | 'nickname'>,
  base: string,
): Promise<FreshCode | undefined> {
  const snapshot = readSnapshot(row.snapshot);
  const expiresAt = codeExpiresAt(snapshot.codeExpiry, context.now());
  // Scanned, not typed: there is no reason for a short one.
  const activationCode = generateCode('long', context.random);
  const { source } = auditActor;
  const number = await replaceCode(trx, context, row, hashCode(context.sealing, activationCode), expiresAt, {
    reason: text('event.code-asked'),
    source,
  });
  if (number === undefined) return undefined;
  await record(trx, context, auditActor, { action: 'token.open-activation', object: `token:${serial}` });
  return {
    number,
    link: linkFor(base, snapshot, activationCode, row.nickname),
    url: ctkipUrl(base, snapshot.algorithm),
    activationCode,
    ...(expiresAt === null ? {} : { expiresAt: isoTime(expiresAt) }),
  };
}

export function linkFor(base: string, snapshot: Snapshot, activationCode: string, nickname: string): string {
  const url = ctkipUrl(base, snapshot.algorithm);
  const rendered = renderLink(snapshot.deviceType.linkTemplate, {
    url,
    activationCode: codeInLink(activationCode),
    nickname,
  });
  // Templates are checked on import; an address always works, with the code typed.
  return rendered.ok ? rendered.link : url;
}

/** The class ID typed into the field means the class; an ID is stored in its normal form. */
export function resolveBinding(binding: DeviceBinding, snapshot: Snapshot): Outcome<DeviceBinding> {
  if (binding.kind !== 'id') return done(binding);
  const id = normalizeDeviceId(binding.deviceId);
  if (id === '' || id.length > LIMITS.deviceId) {
    return invalidAt('deviceBinding.deviceId', text('distribution.device-id-form'));
  }
  if (id === normalizeDeviceId(snapshot.deviceType.deviceClass)) return done({ kind: 'class' });
  return done({ kind: 'id', deviceId: id });
}

function notices(
  snapshot: Snapshot,
  binding: DeviceBinding,
  pinSet: boolean,
  trustedCertificateRequired: boolean,
): Text[] {
  const list: Text[] = [];
  if (!bindingEnforced(snapshot)) {
    list.push(
      binding.kind === 'id'
        ? text('notice.device-recorded', { deviceType: snapshot.deviceType.name })
        : text('notice.class-recorded', { deviceType: snapshot.deviceType.name }),
    );
  }
  if (snapshot.authenticationType !== 'tokencode' && !pinSet) {
    list.push(text('notice.no-pin'));
  }
  if (trustedCertificateRequired) {
    list.push(text('notice.certificate', { deviceType: snapshot.deviceType.name }));
  }
  return list;
}
