/** Which imported seeds the end of a passcode is a tokencode of. Changes nothing. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Settings } from '@sower/api/settings';
import { splitPasscode } from '@sower/otp/pin';
import type { Window } from '@sower/otp/verify';
import { tokencodePosition } from '../authentication/verify/match.ts';
import {
  acceptanceWindow,
  learnedDrift,
  type Standing,
  searchWindow,
} from '../authentication/verify/window.ts';
import type { ServerContext } from '../context.ts';
import { seedAssociatedData } from '../provisioning/distribution/activate.ts';
import type { ImportedSeed } from '../store/authentication/coexistences.ts';

export type SeedMatch = {
  readonly seed: ImportedSeed;
  readonly position: number;
  readonly drift: number;
  /** What stood before the tokencode. */
  readonly pin: string;
};

/** Meanwhile, other requests are answered. */
const AT_ONCE = 100;

const standingOf = (seed: ImportedSeed): Standing => ({
  algorithm: seed.algorithm,
  intervalSeconds: seed.interval_seconds,
  position: seed.position,
  drift: seed.drift,
  lastAcceptedAt: seed.last_accepted_at,
});

/**
 * @param wide a seed that is known to be the user's: its clock may be off as far as at first use. Of the others, each interval that counts
 * makes a false match likelier
 */
export async function compare(
  { sealing }: Pick<ServerContext, 'sealing'>,
  seeds: readonly ImportedSeed[],
  passcode: string,
  { settings, now, wide }: { readonly settings: Settings; readonly now: number; readonly wide: boolean },
): Promise<SeedMatch[]> {
  const found: SeedMatch[] = [];
  for (const [index, seed] of seeds.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await yieldToOthers();
    const parts = splitPasscode(passcode, seed.digits);
    if (!parts) continue;
    const standing = standingOf(seed);
    const window: Window = (wide ? searchWindow : acceptanceWindow)(standing, settings, now);
    const position = tokencodePosition(
      {
        ...standing,
        hash: seed.hash,
        digits: seed.digits,
        serial: seed.serial,
        seed: sealing.open(seedAssociatedData(seed.id), seed.sealed),
      },
      parts.tokencode,
      window,
    );
    if (position === undefined) continue;
    found.push({
      seed,
      position,
      drift: learnedDrift(standing, position, settings, now),
      pin: parts.pin,
    });
  }
  return found;
}
