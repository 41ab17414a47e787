/**
 * Save and Distribute: one transaction withdraws the earlier code, makes the new distribution and writes the trail. The answer is
 * the only moment at which the activation code exists in clear.
 */
import type {
  ActivationCodeChoice,
  DeviceBinding,
  DistributeInput,
  DistributeResult,
} from '@sower/api/resources';
import { renderLink } from '@sower/ctkip/links';
import { normaliseDeviceId } from '@sower/ctkip/provisioning-data';
import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import {
  findLiveDistribution,
  insertDistribution,
  replaceCode,
  withdrawLive,
} from '../store/distributions.ts';
import { newId } from '../store/ids.ts';
import type { Connection, Row } from '../store/schema.ts';
import { deleteSeeds, prunePendingSeeds } from '../store/seeds.ts';
import { findProfile } from '../store/token-profiles.ts';
import { changeToken } from '../store/tokens.ts';
import { isUniqueViolation } from '../store/violation.ts';
import { chosenCodeProblem, generateCode, hashCode } from './activation-code.ts';
import { isoTime } from './distribution-view.ts';
import { linkBase } from './link-base.ts';
import { bindingEnforced, codeLifetime, readSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';
import { tokenFor } from './token-for.ts';
import { isExpired } from './token-view.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'deviceTypes' | 'settings' | 'publicUrl' | 'now' | 'random'>;

/** Where clients go: SecurID by the dialect of deployed clients, the OATH key types by the RFC's, which alone can name them. */
export function ctkipUrl(base: string, algorithm: Snapshot['algorithm']): string {
  return `${base}${algorithm === 'securid' ? '/ctkip/services/CtkipService' : '/ctkip'}`;
}

export async function distributeToken(
  uses: Uses,
  actor: Actor,
  serial: string,
  input: DistributeInput,
): Promise<Outcome<DistributeResult>> {
  const now = uses.now();
  const found = await tokenFor(uses, actor, 'tokens:distribute', serial);
  if (!found.ok) return found;
  const token = found.value;
  if (token.user_id === null || token.holder === null) {
    return refused('wrong-state', 'The token is not assigned. Assign it to a user first.');
  }
  if (token.lost === 1) {
    return refused(
      'wrong-state',
      'The token is marked as lost. Mark it as found first, or assign another one.',
    );
  }
  if (token.enabled !== 1) return refused('wrong-state', 'The token is disabled. Enable it first.');
  if (isExpired(token.expires_on, now))
    return refused('wrong-state', `The token expired on ${token.expires_on}.`);
  const profile = await findProfile(uses.db, input.profile);
  if (!profile) return refusedAt('profile', 'not-found', `There is no token profile "${input.profile}".`);
  const deviceType = await uses.deviceTypes.find(uses.db, profile.device_type);
  if (!deviceType)
    return refused('in-use', `The device type "${profile.device_type}" is gone. Import it again.`);
  const snapshot = takeSnapshot(profile, deviceType);

  const binding = resolveBinding(input.deviceBinding, snapshot);
  if (!binding.ok) return binding;
  if (profile.delivery === 'qr' && input.activationCode) {
    return refusedAt(
      'activationCode',
      'code-refused',
      'For QR code delivery the activation code is system-generated and cannot be changed.',
    );
  }
  const settings = await uses.settings.current();
  const base = await linkBase(uses);
  const choice: ActivationCodeChoice = input.activationCode ?? { kind: 'digits' };
  if (choice.kind === 'chosen') {
    const minLength = settings['activation.minChosenLength'];
    const problem = chosenCodeProblem(choice.value, { serial, userId: token.holder, minLength });
    if (problem) return refusedAt('activationCode.value', 'code-refused', problem);
  }
  const lifetime = codeLifetime(input.codeExpires ?? profile.code_expiry);
  const expiresAt = lifetime === undefined ? null : now + lifetime;

  for (let attempt = 1; ; attempt += 1) {
    const id = newId(uses);
    const code =
      profile.delivery === 'qr'
        ? undefined
        : choice.kind === 'chosen'
          ? choice.value
          : generateCode(choice.kind, uses.random);
    try {
      await uses.db.transaction().execute(async (trx) => {
        // First, so that two who distribute one token do so one after the other.
        await changeToken(trx, token.id, {});
        await withdrawLive(trx, uses, token.id, { reason: 'redistributed', source: actor.source });
        await insertDistribution(
          trx,
          uses,
          {
            id,
            token_id: token.id,
            user_id: token.user_id as string,
            profile_id: profile.id,
            profile_name: profile.name,
            device_type: deviceType.id,
            snapshot: JSON.stringify({ ...snapshot, codeExpiry: input.codeExpires ?? profile.code_expiry }),
            delivery: profile.delivery,
            code_hash: code === undefined ? null : hashCode(uses.sealing, code),
            device_kind: binding.value.kind,
            device_id: binding.value.kind === 'id' ? binding.value.deviceId : null,
            nickname: input.nickname,
            state: 'issued',
            reason: null,
            attempts: 0,
            created_at: now,
            created_by: actorName(actor),
            expires_at: expiresAt,
            trigger_hash: null,
            trigger_expires_at: null,
            trigger_device_id: null,
            seen_device_id: null,
            reply_hash: null,
            reply: null,
            reply_until: null,
          },
          { source: actor.source },
        );
        if (input.revokeNow) await deleteSeeds(trx, token.id);
        else await prunePendingSeeds(trx, token.id);
        await insertAudit(trx, uses, {
          actor: actorName(actor),
          action: 'token.distribute',
          object: `token:${serial}`,
          result: 'success',
          reason: `profile ${profile.name}, ${profile.delivery}, device ${binding.value.kind}${input.revokeNow ? ', present seed revoked' : ''}`,
          source: actor.source,
        });
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (choice.kind === 'chosen' && attempt > 1) {
        return refusedAt(
          'activationCode.value',
          'code-refused',
          'This code cannot be used. Choose another one.',
        );
      }
      // Another administrator distributed the same token at this moment, or a code came up twice.
      if (attempt > 5) throw error;
      continue;
    }
    return done({
      id,
      serial,
      delivery: profile.delivery,
      ctkipUrl: ctkipUrl(base, snapshot.algorithm),
      ...(code === undefined ? {} : { activationCode: code, link: linkFor(base, snapshot, code) }),
      ...(expiresAt === null ? {} : { expiresAt: isoTime(expiresAt) }),
      bindingEnforced: bindingEnforced(snapshot),
      notices: notices(snapshot, binding.value, token.pin !== null, deviceType.trustedCertificateRequired),
    });
  }
}

/** A fresh code for a QR distribution, each time the user asks to see it; the earlier one dies. */
export async function openActivation(
  uses: Uses,
  actor: Actor,
  serial: string,
): Promise<Outcome<{ link: string; activationCode: string; expiresAt?: string }>> {
  const found = await tokenFor(uses, actor, 'activations:open', serial);
  if (!found.ok) return found;
  const token = found.value;
  const row = await findLiveDistribution(uses.db, token.id);
  if (row?.delivery !== 'qr' || row.user_id !== token.user_id) {
    return refused(
      'wrong-state',
      'The token is not waiting to be activated by QR code. Ask for it to be distributed.',
    );
  }
  return uses.db.transaction().execute(async (trx) => {
    const fresh = await freshCode(trx, uses, actor, serial, row);
    if (!fresh)
      return refused('wrong-state', 'The token was activated or withdrawn at this moment. Look again.');
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

/** @returns undefined when the distribution was not live any more */
export async function freshCode(
  trx: Connection,
  uses: Pick<Floor, 'sealing' | 'settings' | 'publicUrl' | 'now' | 'random'>,
  actor: Actor,
  serial: string,
  row: Pick<Row<'distributions'>, 'id' | 'state' | 'snapshot'>,
): Promise<FreshCode | undefined> {
  const snapshot = readSnapshot(row.snapshot);
  const lifetime = codeLifetime(snapshot.codeExpiry);
  const expiresAt = lifetime === undefined ? null : uses.now() + lifetime;
  const activationCode = generateCode('digits', uses.random);
  const { source } = actor;
  const number = await replaceCode(trx, uses, row, hashCode(uses.sealing, activationCode), expiresAt, {
    reason: 'a fresh code was asked for',
    source,
  });
  if (number === undefined) return undefined;
  await insertAudit(trx, uses, {
    actor: actorName(actor),
    action: 'token.open-activation',
    object: `token:${serial}`,
    result: 'success',
    source,
  });
  const base = await linkBase(uses);
  return {
    number,
    link: linkFor(base, snapshot, activationCode),
    url: ctkipUrl(base, snapshot.algorithm),
    activationCode,
    ...(expiresAt === null ? {} : { expiresAt: isoTime(expiresAt) }),
  };
}

function linkFor(base: string, snapshot: Snapshot, activationCode: string): string {
  const url = ctkipUrl(base, snapshot.algorithm);
  const rendered = renderLink(snapshot.deviceType.linkTemplate, { url, activationCode });
  // Templates are checked when they are imported; an address always works, with the code typed.
  return rendered.ok ? rendered.link : url;
}

/** The class id typed into the field means the class; an id is kept in its normal form. */
function resolveBinding(binding: DeviceBinding, snapshot: Snapshot): Outcome<DeviceBinding> {
  if (binding.kind !== 'id') return done(binding);
  const id = normaliseDeviceId(binding.deviceId);
  if (id === '' || id.length > 64) {
    return refusedAt(
      'deviceBinding.deviceId',
      'invalid-request',
      'The device id has to have 1 to 64 letters and digits.',
    );
  }
  if (id === normaliseDeviceId(snapshot.deviceType.deviceClass)) return done({ kind: 'class' });
  return done({ kind: 'id', deviceId: id });
}

function notices(
  snapshot: Snapshot,
  binding: DeviceBinding,
  pinSet: boolean,
  trustedCertificateRequired: boolean,
): string[] {
  const list: string[] = [];
  if (!bindingEnforced(snapshot)) {
    list.push(
      binding.kind === 'id'
        ? `The binding to this device is recorded. It is enforced when the app says its device id; ${snapshot.deviceType.name} apps that say nothing are accepted.`
        : `The device class is recorded. It is enforced when the app says it; ${snapshot.deviceType.name} apps that say nothing are accepted.`,
    );
  }
  if (snapshot.authenticationType !== 'tokencode' && !pinSet) {
    list.push('No PIN is set for this token: until one is, the tokencode alone is accepted.');
  }
  if (trustedCertificateRequired) {
    list.push(`${snapshot.deviceType.name} refuses servers whose certificate it does not trust.`);
  }
  return list;
}
