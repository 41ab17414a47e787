/**
 * The only function that can say yes to a passcode.
 *
 * One indexed read, the window computed for every seed whatever matches, one compare-and-set made durable together with others.
 * An unknown user, a wrong passcode, a used one, a disabled or held-back token: the caller learns "rejected" and nothing else, after
 * the same work; why stands in the audit trail.
 */

import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '@sower/api/settings';
import { splitPasscode } from '@sower/otp/pin';
import { verify } from '@sower/otp/verify';
import type { Floor } from '../floor.ts';
import { seedPlace } from '../provisioning/activate.ts';
import { takePlace } from '../provisioning/replace.ts';
import { isExpired } from '../provisioning/token-view.ts';
import { type AuditEvent, insertAudit } from '../store/audit.ts';
import { confirmDistribution } from '../store/distributions.ts';
import { groupCommit } from '../store/group-commit.ts';
import { advanceSeeds, claimConfirmation, findVerifiable, type VerifiableRow } from '../store/seeds.ts';
import { clearFailures, countFailures } from '../store/tokens.ts';
import { userIdKey } from '../store/users.ts';
import { pinPlace } from './pin-place.ts';
import { acceptanceWindow, learnedDrift, type Standing } from './window.ts';

export type AuthenticationAttempt = {
  readonly userId: string;
  readonly passcode: string;
  /** Who asks, for the trail: `api-key:vpn`. */
  readonly asker: string;
  readonly source?: string | undefined;
  /** See `Asker` in attempt.ts. */
  readonly within?: readonly string[] | undefined;
};

export type AuthenticationResult =
  | { readonly result: 'accepted'; readonly serial: string; readonly userId: string }
  | { readonly result: 'rejected' };

export type Authenticate = (attempt: AuthenticationAttempt) => Promise<AuthenticationResult>;

type Uses = Pick<Floor, 'db' | 'sealing' | 'settings' | 'now' | 'random'>;

const MAX_HOLD_MILLISECONDS = 5 * 60_000;

/** A seed as verification wants it; every field of the row is there. */
type Candidate = Standing & {
  readonly tokenId: string;
  readonly serial: string;
  readonly seedId: string;
  readonly distributionId: string;
  readonly pending: boolean;
  /** Waits to take the place of another token. */
  readonly replaces: boolean;
  readonly digits: number;
  readonly authenticationType: 'pinpad' | 'fob' | 'tokencode';
  readonly seed: Uint8Array;
  readonly pin: string | undefined;
  /** Why it may not be accepted now, though it is verified all the same. */
  readonly barred: string | undefined;
  readonly heldBack: boolean;
};

type Match = { readonly candidate: Candidate; readonly position: number };

type Verdict =
  | {
      readonly kind: 'accept';
      readonly match: Match;
      readonly drift: number;
      readonly at: number;
      readonly audit: AuditEvent;
      readonly lost: AuditEvent;
    }
  | {
      readonly kind: 'reject';
      readonly countAgainst: readonly string[];
      readonly at: number;
      readonly audit: AuditEvent;
    };

export function authenticator(uses: Uses): Authenticate {
  const commit = groupCommit<Verdict & { key: string }, boolean>(
    uses.db,
    (verdict) => verdict.key,
    async (trx, verdicts) => {
      const accepts = verdicts.filter((verdict) => verdict.kind === 'accept');
      const moved = await advanceSeeds(
        trx,
        accepts.map(({ match, drift, at }) => ({
          seedId: match.candidate.seedId,
          position: match.position,
          drift,
          at,
        })),
      );
      const won = accepts.filter(({ match }) => moved.has(match.candidate.seedId));
      await clearFailures(
        trx,
        won.map(({ match }) => match.candidate.tokenId),
      );
      await countFailures(
        trx,
        verdicts.flatMap((verdict) =>
          verdict.kind === 'reject'
            ? verdict.countAgainst.map((tokenId) => ({ tokenId, at: verdict.at }))
            : [],
        ),
      );
      for (const { match, audit } of won) {
        if (match.candidate.replaces) await takePlace(trx, uses, match.candidate, audit.source);
        // Once in the life of a seed: its first tokencode drops every other seed of the token.
        if (!match.candidate.pending) continue;
        const { seedId, tokenId, distributionId, serial } = match.candidate;
        if (!(await claimConfirmation(trx, { id: seedId, tokenId }))) continue;
        await confirmDistribution(trx, uses, distributionId, { source: audit.source });
        await insertAudit(trx, uses, {
          actor: 'client',
          action: 'token.confirmed',
          object: `token:${serial}`,
          result: 'success',
          source: audit.source,
        });
      }
      await insertAudit(
        trx,
        uses,
        ...verdicts.map((verdict) =>
          verdict.kind === 'accept' && !moved.has(verdict.match.candidate.seedId)
            ? verdict.lost
            : verdict.audit,
        ),
      );
      return verdicts.map(
        (verdict) => verdict.kind === 'accept' && moved.has(verdict.match.candidate.seedId),
      );
    },
  );

  return async (attempt) => {
    const now = uses.now();
    const settings = await uses.settings.current();
    const key = userIdKey(attempt.userId);
    const found = await findVerifiable(uses.db, key);
    const { within } = attempt;
    const rows = found.filter(
      ({ user_domain }) => within === undefined || within.some((path) => user_domain.startsWith(path)),
    );
    const candidates = rows.flatMap((row) => candidateOf(uses, row, settings, now) ?? []);
    const object = `user:${attempt.userId}`;
    const event = { actor: attempt.asker, action: 'authenticate' as const, object, source: attempt.source };
    const match = findMatch(
      candidates.length > 0 ? candidates : [decoy(uses)],
      attempt.passcode,
      settings,
      now,
    );

    if (match && match.candidate.barred === undefined) {
      const { candidate } = match;
      const token = `token ${candidate.serial}`;
      const accepted = await commit({
        kind: 'accept',
        key: candidate.tokenId,
        match,
        drift: learnedDrift(candidate, match.position, settings, now),
        at: now,
        audit: { ...event, result: 'success', reason: token },
        lost: { ...event, result: 'refused', reason: `${token}: this tokencode was used already` },
      });
      if (accepted) {
        return { result: 'accepted', serial: candidate.serial, userId: attempt.userId };
      }
      return { result: 'rejected' };
    }

    await commit({
      kind: 'reject',
      key: candidates[0]?.tokenId ?? `user ${key}`,
      // A right passcode at the wrong moment is no guess; everything else counts against every token it could have been for.
      countAgainst: match
        ? []
        : [...new Set(candidates.filter(({ heldBack }) => !heldBack).map(({ tokenId }) => tokenId))],
      at: now,
      audit: { ...event, result: 'refused', reason: rejectionReason(found, rows, candidates, match) },
    });
    return { result: 'rejected' };
  };
}

function candidateOf(uses: Uses, row: VerifiableRow, settings: Settings, now: number): Candidate | undefined {
  if (
    row.token_id === null ||
    row.serial === null ||
    row.seed_id === null ||
    row.distribution_id === null ||
    row.algorithm === null ||
    row.digits === null ||
    row.interval_seconds === null ||
    row.authentication_type === null ||
    row.sealed === null ||
    row.position === null ||
    row.drift === null
  ) {
    return undefined;
  }
  const until = heldBackUntil(row.failures ?? 0, row.last_failure_at, settings['verify.failuresBeforeDelay']);
  const wait = Math.max(0, until - now);
  return {
    tokenId: row.token_id,
    serial: row.serial,
    seedId: row.seed_id,
    distributionId: row.distribution_id,
    pending: row.state === 'pending',
    replaces: row.replaces !== null,
    algorithm: row.algorithm,
    digits: row.digits,
    intervalSeconds: row.interval_seconds,
    authenticationType: row.authentication_type,
    position: row.position,
    drift: row.drift,
    lastAcceptedAt: row.last_accepted_at,
    seed: uses.sealing.open(seedPlace(row.seed_id), row.sealed),
    pin:
      row.pin === null
        ? undefined
        : Buffer.from(uses.sealing.open(pinPlace(row.token_id), row.pin)).toString(),
    barred: barredReason(row, wait, now),
    heldBack: wait > 0,
  };
}

function barredReason(row: VerifiableRow, wait: number, now: number): string | undefined {
  if (row.user_enabled !== 1) return 'the user is disabled';
  if (row.token_enabled !== 1) return 'the token is disabled';
  if (row.token_lost === 1) return 'the token is marked as lost';
  if (row.expires_on !== null && isExpired(row.expires_on, now)) return 'the token has expired';
  if (wait > 0) return `held back for another ${Math.ceil(wait / 1000)} s after wrong passcodes`;
  return undefined;
}

/**
 * After some wrong passcodes in a row a token waits 1 s, 2 s, 4 s … at most 5 minutes: guessing gets nowhere, and a stranger who
 * guesses on purpose delays the owner but does not lock them out. What is tried during the wait is not counted: it cannot prolong it.
 */
export function heldBackUntil(failures: number, lastFailureAt: number | null, allowed: number): number {
  if (failures < allowed || lastFailureAt === null) return 0;
  return lastFailureAt + Math.min(1000 * 2 ** Math.min(failures - allowed, 20), MAX_HOLD_MILLISECONDS);
}

/** Looks at every seed, so that the work says nothing about which one it was. */
function findMatch(
  candidates: readonly Candidate[],
  passcode: string,
  settings: Settings,
  now: number,
): Match | undefined {
  let found: Match | undefined;
  for (const candidate of candidates) {
    const position = matchPosition(candidate, passcode, settings, now);
    if (position === undefined) continue;
    // The new seed before the old one: a match confirms it. And one that may be accepted before one that is barred.
    const better =
      !found ||
      (candidate.barred === undefined && found.candidate.barred !== undefined) ||
      (candidate.pending && !found.candidate.pending && candidate.barred === undefined);
    if (better) found = { candidate, position };
  }
  return found;
}

function matchPosition(
  candidate: Candidate,
  passcode: string,
  settings: Settings,
  now: number,
): number | undefined {
  let code = passcode;
  let pinIsRight = true;
  let pinpad: string | undefined;
  if (candidate.pin !== undefined && candidate.authenticationType === 'fob') {
    const parts = splitPasscode(passcode, candidate.digits);
    code = parts?.tokencode ?? '';
    pinIsRight = parts !== undefined && equalText(parts.pin, candidate.pin);
  } else if (candidate.pin !== undefined && candidate.authenticationType === 'pinpad') {
    pinpad = candidate.pin;
  }
  const { algorithm, seed, serial, digits, intervalSeconds } = candidate;
  const position = verify({
    token:
      algorithm === 'securid'
        ? { algorithm, seed, serial, digits, intervalSeconds }
        : { algorithm, key: seed, digits },
    code,
    ...(pinpad === undefined ? {} : { pin: pinpad }),
    window: acceptanceWindow(candidate, settings, now),
  });
  return pinIsRight ? position : undefined;
}

function equalText(given: string, expected: string): boolean {
  const a = Buffer.alloc(64);
  const b = Buffer.alloc(64);
  a.write(given);
  b.write(expected);
  return timingSafeEqual(a, b) && given.length === expected.length;
}

/** A seed that nobody has: what an unknown user costs the same work for. */
function decoy(uses: Pick<Floor, 'random'>): Candidate {
  return {
    tokenId: '',
    serial: '000000000000',
    seedId: '',
    distributionId: '',
    pending: false,
    replaces: false,
    algorithm: 'securid',
    digits: 8,
    intervalSeconds: 60,
    authenticationType: 'tokencode',
    position: -1,
    drift: 0,
    lastAcceptedAt: 0,
    seed: uses.random(16),
    pin: undefined,
    barred: 'no such token',
    heldBack: false,
  };
}

function rejectionReason(
  found: readonly VerifiableRow[],
  rows: readonly VerifiableRow[],
  candidates: readonly Candidate[],
  match: Match | undefined,
): string {
  if (found.length === 0) return 'no such user';
  if (rows.length === 0) return 'the user is in a security domain that this asker does not ask for';
  if (candidates.length === 0) return 'the user has no provisioned token';
  if (match) return `token ${match.candidate.serial}: ${match.candidate.barred}`;
  return 'wrong passcode';
}
