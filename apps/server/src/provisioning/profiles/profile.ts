/** Token profiles: add, edit, duplicate, delete. A profile may ask only for what its device type can do. */
import type { DeviceType, Profile, ProfileInput, ProfilePatch } from '@sower/api/resources';
import type { Floor } from '../../context.ts';
import { type Actor, actorName, denied } from '../../core/actor.ts';
import {
  done,
  editedMeanwhile,
  type Outcome,
  refused,
  refusedAt,
  undo,
  undoable,
} from '../../core/outcome.ts';
import { isoTime } from '../../core/time.ts';
import { newId } from '../../store/db/ids.ts';
import { isUniqueViolation } from '../../store/db/violation.ts';
import { insertAudit } from '../../store/tables/audit.ts';
import { hasLiveDistributionOf } from '../../store/tables/distributions.ts';
import { isProfileRequested } from '../../store/tables/requests.ts';
import type { Row } from '../../store/tables/schema.ts';
import {
  deleteProfile,
  findProfile,
  insertProfile,
  profileNameKey,
  updateProfile,
} from '../../store/tables/token-profiles.ts';

type Uses = Pick<Floor, 'db' | 'deviceTypes' | 'settings' | 'now' | 'random' | 'sealing'>;

/** As the administrator reads it on the page. */
export const DELIVERY_LABELS = {
  url: 'Dynamic Seed Provisioning (using URL)',
  qr: 'Dynamic Seed Provisioning (using QR Code)',
} as const;

export function viewProfile(row: Row<'token_profiles'>): Profile {
  return {
    id: row.id,
    name: row.name,
    deviceType: row.device_type,
    delivery: row.delivery,
    deliveryLabel: DELIVERY_LABELS[row.delivery],
    algorithm: row.algorithm,
    digits: row.digits,
    interval: row.interval_seconds,
    authenticationType: row.authentication_type,
    codeExpiry: row.code_expiry,
    createdAt: isoTime(row.created_at),
    version: row.version,
  };
}

export async function addProfile(uses: Uses, actor: Actor, input: ProfileInput): Promise<Outcome<Profile>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const deviceType = await uses.deviceTypes.find(uses.db, input.deviceType);
  if (!deviceType) {
    const known = (await uses.deviceTypes.list(uses.db)).map((type) => type.id);
    return refusedAt(
      'deviceType',
      'invalid-request',
      `There is no device type "${input.deviceType}". Known: ${known.join(', ')}.`,
    );
  }
  const problem = unsupported(input, deviceType);
  if (problem) return problem;
  return store(uses, actor, {
    id: newId(uses),
    name: input.name,
    name_key: profileNameKey(input.name),
    device_type: deviceType.id,
    delivery: input.delivery,
    algorithm: input.algorithm,
    digits: input.digits,
    interval_seconds: input.interval,
    authentication_type: input.authenticationType,
    code_expiry: input.codeExpiry ?? (await uses.settings.current())['provisioning.codeExpiry'],
    created_at: uses.now(),
    version: 1,
  });
}

export async function duplicateProfile(
  uses: Uses,
  actor: Actor,
  input: { readonly id: string; readonly name: string },
): Promise<Outcome<Profile>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const original = await findProfile(uses.db, input.id);
  if (!original) return noSuchProfile(input.id);
  return store(uses, actor, {
    ...original,
    id: newId(uses),
    name: input.name,
    name_key: profileNameKey(input.name),
    created_at: uses.now(),
    version: 1,
  });
}

async function store(uses: Uses, actor: Actor, row: Row<'token_profiles'>): Promise<Outcome<Profile>> {
  try {
    return await uses.db.transaction().execute(async (trx) => {
      const inserted = await insertProfile(trx, row);
      await audit(trx, uses, actor, 'profile.add', row.name);
      return done(viewProfile(inserted));
    });
  } catch (error) {
    if (isUniqueViolation(error)) return nameTaken(row.name);
    throw error;
  }
}

export async function editProfile(
  uses: Uses,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: ProfilePatch },
): Promise<Outcome<Profile>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const present = await findProfile(uses.db, input.id);
  if (!present) return noSuchProfile(input.id);
  const deviceType = await uses.deviceTypes.find(uses.db, present.device_type);
  if (!deviceType) return refused('in-use', `The device type "${present.device_type}" is gone.`);
  const { change } = input;
  const name = change.name ?? present.name;
  const wanted = {
    delivery: change.delivery ?? present.delivery,
    algorithm: change.algorithm ?? present.algorithm,
    digits: change.digits ?? present.digits,
    interval: change.interval ?? present.interval_seconds,
    authenticationType: change.authenticationType ?? present.authentication_type,
  };
  const problem = unsupported(wanted, deviceType);
  if (problem) return problem;
  try {
    return await uses.db.transaction().execute(async (trx) => {
      const row = await updateProfile(trx, present.id, input.version, {
        name,
        name_key: profileNameKey(name),
        delivery: wanted.delivery,
        algorithm: wanted.algorithm,
        digits: wanted.digits,
        interval_seconds: wanted.interval,
        authentication_type: wanted.authenticationType,
        code_expiry: change.codeExpiry ?? present.code_expiry,
      });
      if (!row) return editedMeanwhile(present.version);
      await audit(trx, uses, actor, 'profile.edit', row.name);
      return done(viewProfile(row));
    });
  } catch (error) {
    if (isUniqueViolation(error)) return nameTaken(name);
    throw error;
  }
}

export async function removeProfile(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const profile = await findProfile(uses.db, id);
  if (!profile) return noSuchProfile(id);
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      if (await hasLiveDistributionOf(trx, profile.id)) {
        undo(
          'in-use',
          'Activation codes made from this profile are still live. Withdraw them or let them expire.',
        );
      }
      if (await isProfileRequested(trx, profile.id)) {
        undo(
          'in-use',
          'It is offered to users, or asked for. Delete the offer, and decide the requests, first.',
        );
      }
      await deleteProfile(trx, profile.id);
      await audit(trx, uses, actor, 'profile.delete', profile.name);
      return undefined;
    }),
  );
}

export const noSuchProfile = (id: string) => refused('not-found', `There is no token profile "${id}".`);
const nameTaken = (name: string) =>
  refusedAt('name', 'already-exists', `There is a token profile "${name}" already.`);

type Wanted = Pick<ProfileInput, 'delivery' | 'algorithm' | 'digits' | 'interval' | 'authenticationType'>;

function unsupported(wanted: Wanted, deviceType: DeviceType) {
  const errors: { path: string; message: string }[] = [];
  const need = (path: string, supported: boolean, message: string): void => {
    if (!supported) errors.push({ path, message });
  };
  need(
    'deviceType',
    deviceType.dynamicSeedProvisioning,
    `${deviceType.name} cannot do dynamic seed provisioning.`,
  );
  need('delivery', wanted.delivery !== 'qr' || deviceType.qrCode, `${deviceType.name} cannot scan QR codes.`);
  need(
    'algorithm',
    deviceType.algorithms.includes(wanted.algorithm),
    `${deviceType.name} cannot do the algorithm ${wanted.algorithm}.`,
  );
  need(
    'digits',
    deviceType.digits.includes(wanted.digits),
    `${deviceType.name} cannot show ${wanted.digits} digits.`,
  );
  need(
    'interval',
    deviceType.intervals.includes(wanted.interval),
    `${deviceType.name} cannot change the tokencode every ${wanted.interval} seconds.`,
  );
  need(
    'authenticationType',
    deviceType.authenticationTypes.includes(wanted.authenticationType),
    `${deviceType.name} cannot do the authentication type ${wanted.authenticationType}.`,
  );
  // The counter that a PIN is added to and the one that is sent must be one number: HOTP apps know no PINPad.
  need(
    'authenticationType',
    wanted.algorithm === 'securid' || wanted.authenticationType !== 'pinpad',
    'PINPad is for SecurID tokens: use fob or tokencode.',
  );
  if (errors.length === 0) return undefined;
  return refused('invalid-request', 'The profile does not fit the device type.', errors);
}

function audit(
  trx: Parameters<typeof insertAudit>[0],
  uses: Uses,
  actor: Actor,
  action: 'profile.add' | 'profile.edit' | 'profile.delete',
  name: string,
): Promise<void> {
  return insertAudit(trx, uses, {
    actor: actorName(actor),
    action,
    object: `profile:${name}`,
    result: 'success',
    source: actor.source,
  });
}
