/** The seeds that a passcode may be for, opened, with whatever bars each from being accepted. Compares nothing. */

import type { Policies } from '@sower/api/policies';
import type { OtpHash } from '@sower/otp/hotp';
import { type Text, text } from '@sower/texts/outcomes';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { openedPin } from '../../provisioning/tokens/stored-pin.ts';
import type { TokenKey } from '../../store/schema/brands.ts';
import { NO_TOKEN } from '../../store/schema/brands.ts';
import { lastingBar, type VerifiableRow } from '../../store/tokens/seeds.ts';
import { heldBackUntil, lockedUntil } from '../limits/hold-back.ts';
import type { Standing } from './window.ts';

/** A seed as verification needs it, with every field of the row. */
export type Candidate = Standing & {
  readonly tokenId: TokenKey;
  readonly serial: string;
  readonly seedId: string;
  /** Null: the seed came in a file. */
  readonly distributionId: string | null;
  readonly pending: boolean;
  /** Waiting to replace another token. */
  readonly replaces: boolean;
  readonly hash: OtpHash;
  readonly digits: number;
  readonly authenticationType: 'pinpad' | 'fob' | 'tokencode';
  readonly seed: Uint8Array;
  readonly pin: string | undefined;
  readonly pinSetAt: number | null;
  readonly pinChange: boolean;
  readonly failures: number;
  /** Why it may not be accepted whatever is entered, although it is verified all the same. */
  readonly barred: Text | undefined;
  /** Why it may not be accepted for a while, because of wrong passcodes. */
  readonly waits: Text | undefined;
  /** It waits because of its own wrong passcodes, or its user's. */
  readonly heldBack: boolean;
  /** A right tokencode ends emergency access. */
  readonly endsEmergency: boolean;
};

type Entered = Pick<Candidate, 'authenticationType' | 'pin'>;

/** A PINPad token whose PIN dates from when it was a fob: an app can add digits to a tokencode, but not letters. */
export const hasPinOfFob = ({ authenticationType, pin }: Entered): boolean =>
  authenticationType === 'pinpad' && pin !== undefined && !/^[0-9]*$/.test(pin);

/** Whether the PIN is entered before the tokencode. */
export const entersPinFirst = (candidate: Entered): boolean =>
  candidate.authenticationType === 'fob' || hasPinOfFob(candidate);

export function candidatesOf(
  context: { readonly sealing: Sealing },
  rows: readonly VerifiableRow[],
  policies: Policies,
  now: number,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const row of rows) {
    const candidate = candidateOf(context, row, policies, now);
    if (candidate) candidates.push(candidate);
  }
  return candidates;
}

function candidateOf(
  context: { readonly sealing: Sealing },
  row: VerifiableRow,
  policies: Policies,
  now: number,
): Candidate | undefined {
  if (
    row.token_id === null ||
    row.serial === null ||
    row.seed_id === null ||
    row.algorithm === null ||
    row.hash === null ||
    row.digits === null ||
    row.interval_seconds === null ||
    row.authentication_type === null ||
    row.sealed === null ||
    row.position === null ||
    row.drift === null
  ) {
    return undefined;
  }
  const remaining = Math.max(0, heldBackUntil(row, policies, now) - now);
  const locked = Math.max(0, lockedUntil(row, policies, now) - now);
  return {
    tokenId: row.token_id,
    serial: row.serial,
    seedId: row.seed_id,
    distributionId: row.distribution_id,
    pending: row.state === 'pending',
    replaces: row.replaces !== null,
    algorithm: row.algorithm,
    hash: row.hash,
    digits: row.digits,
    intervalSeconds: row.interval_seconds,
    authenticationType: row.authentication_type,
    position: row.position,
    drift: row.drift,
    lastAcceptedAt: row.last_accepted_at,
    seed: context.sealing.open(aadOf('seeds.sealed', row.seed_id), row.sealed),
    pin: openedPin(context, row.token_id, row.pin),
    pinSetAt: row.pin_set_at,
    pinChange: row.pin_change === 1,
    failures: row.failures ?? 0,
    barred: barredReason(row, now),
    waits:
      locked > 0
        ? text('barred.user-locked', { seconds: seconds(locked) })
        : remaining > 0
          ? text('barred.held-back', { seconds: seconds(remaining) })
          : undefined,
    heldBack: remaining > 0 || locked > 0,
    endsEmergency: emergencyLasts(row, now) && row.emergency_return === 'end',
  };
}

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** With `deny` it lasts until an administrator ends it, even after its codes have expired. */
const emergencyLasts = (row: VerifiableRow, now: number): boolean =>
  row.emergency_until !== null && (row.emergency_until > now || row.emergency_return === 'deny');

function barredReason(row: VerifiableRow, now: number): Text | undefined {
  const lasting = lastingBar(row, now);
  if (lasting) return text(`barred.${lasting}`);
  if (emergencyLasts(row, now) && row.emergency_return === 'deny') {
    return text('barred.emergency-open');
  }
  if (emergencyLasts(row, now) && row.emergency_return === 'after') {
    return text('barred.emergency');
  }
  return undefined;
}

/** A seed that no one has, so that an unknown user takes the same work. */
export function decoyMaker(context: {
  readonly sealing: Sealing;
  random(length: number): Uint8Array;
}): () => Candidate {
  const aad = aadOf('seeds.sealed', 'nobody');
  const sealed = context.sealing.seal(aad, context.random(16));
  return () => ({
    tokenId: NO_TOKEN,
    serial: '000000000000',
    seedId: '',
    distributionId: null,
    pending: false,
    replaces: false,
    algorithm: 'securid',
    hash: 'sha1',
    digits: 8,
    intervalSeconds: 60,
    authenticationType: 'tokencode',
    position: -1,
    drift: 0,
    lastAcceptedAt: null,
    seed: context.sealing.open(aad, sealed),
    pin: undefined,
    pinSetAt: null,
    pinChange: false,
    failures: 0,
    barred: text('barred.no-such-token'),
    waits: undefined,
    heldBack: false,
    endsEmergency: false,
  });
}
