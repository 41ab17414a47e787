/**
 * Admission to an exchange: by a live activation code, or by the trigger made for it.
 *
 * Unknown, expired, used and withdrawn codes get the same answer by the same path: `refused`. Which it was is not even determined, except,
 * for the record, that a code was used. A redeemed distribution is `redeemed` for a while, so that a lost reply can be sent again.
 */

import { MINUTE } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import {
  type AdmissionRow,
  type CodeOf,
  distributionState,
  findAdmission,
  findAdmissionByCode,
  putTrigger,
} from '../../store/distribution/distributions.ts';
import type { TokenKey, UserRow } from '../../store/schema/brands.ts';
import { barTo } from '../tokens/eligibility.ts';
import { hashesOfCode } from './activation-code.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

export type Admission = {
  readonly distributionId: string;
  /** Of the codes of this distribution, the one that is valid now. */
  readonly codeNumber: number;
  readonly tokenId: TokenKey;
  readonly serial: string;
  readonly userId: string;
  readonly userRow: UserRow;
  readonly expiresOn: string;
  readonly nickname: string;
  readonly deviceKind: AdmissionRow['device_kind'];
  /** In normal form; only for `id`. */
  readonly deviceId: string | null;
  /** What the client said when it requested its trigger, normalized. */
  readonly triggerDeviceId: string | undefined;
  /** Already opened: nothing is left to record for a ClientHello. */
  readonly opened: boolean;
  readonly snapshot: Snapshot;
};

export type Admittance =
  | { readonly kind: 'live'; readonly admission: Admission }
  | {
      readonly kind: 'redeemed';
      readonly distributionId: string;
      readonly serial: string;
      readonly replyHash: string;
      readonly reply: string;
      readonly snapshot: Snapshot;
    }
  | {
      readonly kind: 'refused';
      /** The code was used before: answered like any other wrong one, and reported to its user and the audit trail. */
      readonly used?: UsedCode;
    };

export type UsedCode = { readonly distributionId: string; readonly serial: string };

/** The distribution that a refused request had used: a second scan, or a first one that someone else was faster than. */
export function usedCode(admittance: Admittance): UsedCode | undefined {
  if (admittance.kind === 'redeemed')
    return { distributionId: admittance.distributionId, serial: admittance.serial };
  return admittance.kind === 'refused' ? admittance.used : undefined;
}

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export async function admitByCode(context: Context, code: string): Promise<Admittance> {
  const hashes = hashesOfCode(context.sealing, code);
  return judge(await findAdmissionByCode(context.db, hashes), context.now());
}

export async function admitByTrigger(context: Context, nonce: Uint8Array): Promise<Admittance> {
  const row = await findAdmission(context.db, { triggerHash: context.sealing.keyedHash('trigger', nonce) });
  const now = context.now();
  return judge(row && (row.trigger_expires_at ?? 0) > now ? row : undefined, now);
}

/** For a run whose session says which distribution admitted it. */
export async function admitById(context: Context, distributionId: string): Promise<Admittance> {
  return judge(await findAdmission(context.db, { id: distributionId }), context.now());
}

const DECOY_SNAPSHOT = JSON.stringify({
  profile: 'nobody',
  algorithm: 'securid',
  digits: 8,
  intervalSeconds: 60,
  authenticationType: 'pinpad',
  codeExpiry: '7d',
  deviceType: {
    id: 'nobody',
    name: 'Nobody',
    deviceClass: '00000000-0000-4000-8000-000000000000',
    binding: {
      assertion: 'required',
      deviceIdLabel: 'Device ID',
      idFields: ['DeviceSerialNumber', 'DeviceID'],
      classFields: ['DeviceClass'],
    },
    linkTemplate: 'https://localhost/?url={url}&code={code}',
  },
} satisfies Omit<Snapshot, 'deviceType'> & { deviceType: object });

/** What a code that admits no one is checked against, so that the work does not reveal which codes exist. */
export const decoyAdmission = (): Pick<Admission, 'deviceKind' | 'deviceId' | 'snapshot'> => ({
  deviceKind: 'id',
  deviceId: '',
  snapshot: readSnapshot(DECOY_SNAPSHOT),
});

function judge(row: AdmissionRow | undefined, now: number): Admittance {
  if (!row) return { kind: 'refused' };
  // Made by a clock that was ahead, a code lasts as much longer, until the time that is shown with it: refusing it would turn away everyone who was
  // given one then, and anyone who withdraws it ends it at once.
  const state = distributionState(row, now);
  if (state === 'issued' || state === 'opened') {
    // A token that changed hands or was disabled cannot be provisioned by anyone.
    if (row.holder_row !== row.user_id || row.holder === null) return { kind: 'refused' };
    const { token_enabled: enabled, token_lost: lost, expires_on } = row;
    if (barTo({ userEnabled: row.holder_enabled, token: { enabled, lost, expires_on } }, now))
      return { kind: 'refused' };
    return {
      kind: 'live',
      admission: {
        distributionId: row.id,
        codeNumber: row.code_number,
        tokenId: row.token_id,
        serial: row.serial,
        userId: row.holder,
        userRow: row.user_id,
        expiresOn: row.expires_on,
        nickname: row.nickname,
        deviceKind: row.device_kind,
        deviceId: row.device_id,
        triggerDeviceId: row.trigger_device_id ?? undefined,
        opened: row.state === 'opened',
        snapshot: readSnapshot(row.snapshot),
      },
    };
  }
  if (
    row.state === 'provisioned' &&
    row.reply !== null &&
    row.reply_hash !== null &&
    (row.reply_until ?? 0) > now
  ) {
    return {
      kind: 'redeemed',
      distributionId: row.id,
      serial: row.serial,
      replyHash: row.reply_hash,
      reply: row.reply,
      snapshot: readSnapshot(row.snapshot),
    };
  }
  if (row.state === 'provisioned' || row.state === 'confirmed')
    return { kind: 'refused', used: { distributionId: row.id, serial: row.serial } };
  return { kind: 'refused' };
}

/** Time to carry a trigger from the response that contained it to the ClientHello. */
const TRIGGER_MILLISECONDS = 5 * MINUTE;

/**
 * A TriggerNonce for an admitted code: 16 random octets, valid for five minutes, only the latest one. Of the runs it starts, one can
 * succeed.
 * @returns undefined if the code has just become invalid
 */
export async function openTrigger(
  context: Context,
  admission: CodeOf,
  deviceId: string | undefined,
): Promise<Uint8Array | undefined> {
  const nonce = context.random(16);
  const hash = context.sealing.keyedHash('trigger', nonce);
  const expiresAt = context.now() + TRIGGER_MILLISECONDS;
  return (await putTrigger(context.db, admission, { hash, expiresAt, deviceId })) ? nonce : undefined;
}
