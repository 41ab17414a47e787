/** Token profiles: add, edit, duplicate, delete. A profile may require only what its device type can do. */

import type { DeviceType } from '@sower/api/device-types';
import type { Profile, ProfileInput, ProfilePatch, ProfileSettings } from '@sower/api/profiles';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type FieldProblem, invalidAt, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { type Edit, recordedRows, withoutUndefined } from '../../core/recorded.ts';
import { undo } from '../../core/transaction.ts';
import { newId } from '../../store/db/ids.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { hasLiveDistributionOf } from '../../store/distribution/distributions.ts';
import { isProfileRequested } from '../../store/distribution/requests.ts';
import { PROFILE_COLUMNS, type Row } from '../../store/schema/schema.ts';
import { findProfile } from '../../store/tokens/profiles.ts';

type Context = Pick<ServerContext, 'db' | 'deviceTypes' | 'settings' | 'now' | 'random' | 'sealing'>;

/** What the API shows, except for the wording. */
export const viewProfile = (row: Row<'token_profiles'>): Profile => ({
  id: row.id,
  name: row.name,
  deviceType: row.device_type,
  ...settingsOf(row),
  createdAt: isoTime(row.created_at),
  version: row.version,
});

const SETTINGS = Object.entries(PROFILE_COLUMNS) as [keyof ProfileSettings, keyof Columns][];
type Columns = Pick<Row<'token_profiles'>, (typeof PROFILE_COLUMNS)[keyof ProfileSettings]>;

const settingsOf = (row: Columns) =>
  Object.fromEntries(SETTINGS.map(([name, column]) => [name, row[column]])) as ProfileSettings;
export const columnsOf = (settings: ProfileSettings) =>
  Object.fromEntries(SETTINGS.map(([name, column]) => [column, settings[name]])) as Columns;

export async function addProfile(
  context: Context,
  actor: Actor,
  input: ProfileInput,
): Promise<Outcome<Profile>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const deviceType = await context.deviceTypes.find(context.db, input.deviceType);
  if (!deviceType) {
    const known = (await context.deviceTypes.list(context.db)).map((type) => type.id);
    return invalidAt('deviceType', text('device-type.unknown', { deviceType: input.deviceType, known }));
  }
  const problem = unsupported(input, deviceType);
  if (problem) return problem;
  return store(context, actor, {
    id: newId(context),
    name: input.name,
    name_key: userIdKey(input.name),
    device_type: deviceType.id,
    ...columnsOf({
      ...input,
      codeExpiry: input.codeExpiry ?? (await context.settings.current())['provisioning.codeExpiry'],
    }),
    created_at: context.now(),
    version: 1,
  });
}

export async function duplicateProfile(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly name: string },
): Promise<Outcome<Profile>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const original = await findProfile(context.db, input.id);
  if (!original) return noSuchProfile(input.id);
  return store(context, actor, {
    ...original,
    id: newId(context),
    name: input.name,
    name_key: userIdKey(input.name),
    created_at: context.now(),
    version: 1,
  });
}

const store = (context: Context, actor: Actor, row: Row<'token_profiles'>) =>
  PROFILES.insert(context, actor, row, {
    action: 'profile.add',
    ifTaken: () => nameTaken(row.name),
  });

export const editProfile = (context: Context, actor: Actor, input: Edit<ProfilePatch>) =>
  PROFILES.edit(context, actor, input, 'profile.edit', async (present, change) => {
    const deviceType = await context.deviceTypes.find(context.db, present.device_type);
    if (!deviceType) return refused('in-use', text('device-type.gone', { deviceType: present.device_type }));
    const { name, ...wanted } = {
      name: present.name,
      ...settingsOf(present),
      ...withoutUndefined(change),
    };
    const problem = unsupported(wanted, deviceType);
    if (problem) return problem;
    const columns = { name, name_key: userIdKey(name), ...columnsOf(wanted) };
    return done({ columns, ifTaken: () => nameTaken(name) });
  });

export const removeProfile = (context: Context, actor: Actor, id: string) =>
  PROFILES.remove(context, actor, id, {
    action: 'profile.delete',
    first: async (trx, profile) => {
      if (await hasLiveDistributionOf(trx, profile.id)) undo('in-use', text('profile.codes-live'));
      if (await isProfileRequested(trx, profile.id)) undo('in-use', text('profile.offered'));
    },
  });

export const noSuchProfile = (id: string) => refused('not-found', text('profile.not-found', { profile: id }));
const nameTaken = (name: string) =>
  refusedAt('name', 'already-exists', text('profile.exists', { profile: name }));

function unsupported(wanted: Omit<ProfileSettings, 'codeExpiry'>, deviceType: DeviceType) {
  const errors: FieldProblem[] = [];
  const need = (path: string, supported: boolean, message: Text): void => {
    if (!supported) errors.push({ path, message });
  };
  const type = { deviceType: deviceType.name };
  const { algorithm, digits, interval, authenticationType } = wanted;
  need('deviceType', deviceType.dynamicSeedProvisioning, text('profile.no-dynamic-provisioning', type));
  need('delivery', wanted.delivery !== 'qr' || deviceType.qrCode, text('profile.no-qr', type));
  need(
    'algorithm',
    deviceType.algorithms.includes(algorithm),
    text('profile.no-algorithm', { ...type, algorithm }),
  );
  need('digits', deviceType.digits.includes(digits), text('profile.no-digits', { ...type, digits }));
  need(
    'interval',
    deviceType.intervals.includes(interval),
    text('profile.no-interval', { ...type, seconds: interval }),
  );
  need(
    'authenticationType',
    deviceType.authenticationTypes.includes(authenticationType),
    text('profile.no-authentication-type', { ...type, authenticationType }),
  );
  // A PIN is added to the counter that is sent, so both would have to be one number: HOTP apps do not support PINPad.
  need(
    'authenticationType',
    algorithm === 'securid' || authenticationType !== 'pinpad',
    text('profile.pinpad-securid'),
  );
  if (errors.length === 0) return undefined;
  return refused('invalid-request', text('profile.does-not-fit'), errors);
}

const PROFILES = recordedRows<'token_profiles', Profile>({
  table: 'token_profiles',
  permission: 'profiles:edit',
  notFound: noSuchProfile,
  find: findProfile,
  object: (row) => `profile:${row.name}`,
  view: (_db, row) => viewProfile(row),
});
