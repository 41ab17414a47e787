/**
 * Makes verdicts durable, many in one transaction: nothing else accepts an interval.
 *
 * Decides nothing: whether a passcode is right, and what follows, was decided before. Everything that uses a tokencode goes through here
 * (an authentication, an answer to a question, a test, a resynchronization, a change of PIN), so nothing is ever accepted twice, whichever
 * way it comes in.
 */

import type { LockoutPolicy } from '@sower/api/policies';
import { MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { Transaction } from 'kysely';
import type { ServerContext } from '../../context.ts';
import { record } from '../../core/record.ts';
import { completeReplacement } from '../../provisioning/tokens/replace.ts';
import { type AuditEvent, insertAudit } from '../../store/audit/rows.ts';
import { claimNextTokencode, type ShownAnew } from '../../store/authentication/attempts.ts';
import {
  clearUserFailures,
  countAtDecoy,
  countUserFailures,
  holdUsers,
} from '../../store/authentication/user-locks.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { insertExpiring } from '../../store/db/rows.ts';
import { confirmDistribution } from '../../store/distribution/distributions.ts';
import { decoyUser, NO_USER, type TokenKey, type UserRow } from '../../store/schema/brands.ts';
import type { NewRow, Schema } from '../../store/schema/schema.ts';
import { claimEmergencyCode, deleteEmergencyCodes } from '../../store/tokens/emergency-codes.ts';
import {
  type Advance,
  advanceSeeds,
  advanceSeedsWithAudit,
  claimConfirmation,
  findVerifiable,
} from '../../store/tokens/seeds.ts';
import { changeToken, clearFailures, countFailures } from '../../store/tokens/tokens.ts';
import type { Candidate } from './candidate.ts';
import type { EmergencyMatch } from './emergency-match.ts';
import type { RecentAcceptances } from './recent-acceptances.ts';

/** The user's counts of wrong passcodes that the decision was based on; null if others' wrong passcodes do not matter to it. */
type Seen = { readonly userRow: UserRow; readonly seen: number | null };

export type Acceptance = Seen & {
  readonly kind: 'accept';
  readonly candidate: Candidate;
  readonly position: number;
  readonly drift: number;
  readonly lastAcceptedAt: number | null;
  /** Whether the token has shown enough: its failures are reset, and a seed waiting for its first tokencode is confirmed. */
  readonly complete: boolean;
  /** Wrong passcodes were counted, for the token or its user. */
  readonly failed: boolean;
  /** The question that this tokencode answers: without the question, it is not accepted. */
  readonly answers?: ShownAnew | undefined;
  /** The question that follows. */
  readonly attempt?: NewRow<'attempts'> | undefined;
  readonly audit: AuditEvent;
  /** The audit row instead, if the interval was accepted before. */
  readonly lost: AuditEvent;
};

/** An emergency tokencode in place of the token. */
export type EmergencyAcceptance = Seen & {
  readonly kind: 'emergency';
  readonly match: EmergencyMatch;
  readonly at: number;
  /** Wrong passcodes were counted, for the token or its user. */
  readonly failed: boolean;
  readonly audit: AuditEvent;
  /** The audit row instead, if the code was used before. */
  readonly lost: AuditEvent;
};

/** For an unknown user, `userRow` is any other text. */
export type Rejection = Seen & {
  readonly kind: 'reject';
  /** Tokens that the wrong passcode could have been for. */
  readonly countAgainst: readonly TokenKey[];
  /** Whether it counts against the user; false for an unknown user. */
  readonly countUser: boolean;
  readonly lockout: LockoutPolicy;
  readonly at: number;
  readonly audit: AuditEvent;
};

export type Verdict = Acceptance | EmergencyAcceptance | Rejection;

/**
 * `done`: a rejection, or the first acceptance of its interval or one-time code. `lost`: it was used before. `stale`: wrong passcodes were
 * counted since the decision, so none of it took effect, and the check is made again.
 */
export type Committed = 'done' | 'lost' | 'stale';

/** Resolves once it is durable. */
export type Commit = (verdict: Verdict) => Promise<Committed>;

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'> & {
  /** Absent for a database that is never promoted. */
  readonly recent?: Pick<RecentAcceptances, 'note'> | undefined;
};

export function acceptances(context: Context): Commit {
  const commit = groupCommit<Verdict, Committed>(
    context.db,
    'passcode',
    // Two verdicts for one user never share a transaction: statements over many rows see each user, token and seed once.
    (verdict) => verdict.userRow,
    async (db, verdicts) => {
      const plain = verdicts.filter(isPlain);
      if (plain.length === 0) return [];
      const moved = await advanceSeedsWithAudit(
        db,
        context,
        plain.map((verdict) => ({ ...advanceOf(verdict), audit: verdict.audit })),
      );
      // A row that did not advance was used before, or is stale: the transaction finds out which.
      return verdicts.map((verdict) =>
        isPlain(verdict) && moved.has(verdict.candidate.seedId) ? 'done' : undefined,
      );
    },
    async (trx, verdicts) => {
      const accepts = verdicts.filter((verdict) => verdict.kind === 'accept');
      const emergencies = verdicts.filter((verdict) => verdict.kind === 'emergency');
      const rejections = verdicts.filter((verdict) => verdict.kind === 'reject');
      const stale = new Set<Verdict>();
      // Each kind locks its users by itself; if there are several kinds, all users are locked first, in one order.
      const kinds = [accepts, emergencies, rejections].filter(({ length }) => length > 0);
      if (kinds.length > 1 || emergencies.length > 0) {
        const versions = await holdUsers(
          trx,
          verdicts.map(({ userRow }) => userRow),
        );
        for (const verdict of emergencies) {
          if (versions.get(verdict.userRow) !== verdict.seen) stale.add(verdict);
        }
      }
      const moved = await advanceSeeds(trx, accepts.map(advanceOf));
      const used = new Set<Verdict>();
      const unmoved: Acceptance[] = [];
      for (const verdict of accepts) {
        if (!moved.has(verdict.candidate.seedId)) unmoved.push(verdict);
        else if (!verdict.answers || (await claimNextTokencode(trx, verdict.answers))) used.add(verdict);
      }
      for (const verdict of await staleOnes(trx, unmoved)) stale.add(verdict);
      for (const verdict of emergencies) {
        if (!stale.has(verdict) && (await claimEmergencyCode(trx, verdict.match.code))) used.add(verdict);
      }
      const won = accepts.filter((verdict) => used.has(verdict));
      await forgetFailures(
        trx,
        verdicts.filter((verdict) => used.has(verdict)),
      );
      for (const verdict of await countWrong(trx, context, rejections)) stale.add(verdict);
      for (const acceptance of won) {
        if (!acceptance.complete) continue;
        if (acceptance.candidate.replaces) {
          const { candidate, userRow } = acceptance;
          await completeReplacement(trx, context, { ...candidate, userRow }, acceptance.audit.source);
        }
        await firstUse(trx, context, acceptance);
        await tokenReturned(trx, context, acceptance);
      }
      const attempts = won.flatMap(({ attempt }) => attempt ?? []);
      await insertExpiring(trx, 'attempts', attempts, context.now());
      await insertAudit(
        trx,
        context,
        ...verdicts
          .filter((verdict) => !stale.has(verdict))
          .map((verdict) => (verdict.kind === 'reject' || used.has(verdict) ? verdict.audit : verdict.lost)),
      );
      return verdicts.map((verdict) => {
        if (stale.has(verdict)) return 'stale';
        return verdict.kind === 'reject' || used.has(verdict) ? 'done' : 'lost';
      });
    },
  );
  const { recent } = context;
  if (!recent) return commit;
  return async (verdict) => {
    const committed = await commit(verdict);
    if (verdict.kind === 'accept' && committed === 'done')
      recent.note(verdict.candidate.seedId, verdict.position);
    return committed;
  };
}

const advanceOf = ({ userRow, seen, candidate, position, drift, lastAcceptedAt }: Acceptance): Advance => ({
  seedId: candidate.seedId,
  userRow,
  seen,
  position,
  drift,
  at: lastAcceptedAt,
});

/** Its only effect is that the seed advances and the audit trail says so. */
function isPlain(verdict: Verdict): verdict is Acceptance {
  if (verdict.kind !== 'accept' || verdict.answers || verdict.attempt || verdict.failed) return false;
  const { replaces, pending, endsEmergency } = verdict.candidate;
  return !verdict.complete || !(replaces || pending || endsEmergency);
}

/** Of the acceptances that did not advance: those overtaken by wrong passcodes. The others were already used. */
async function staleOnes(trx: Transaction<Schema>, unmoved: readonly Acceptance[]): Promise<Acceptance[]> {
  const versions = await holdUsers(
    trx,
    unmoved.map(({ userRow }) => userRow),
  );
  return unmoved.filter(({ userRow, seen }) => seen !== null && versions.get(userRow) !== seen);
}

async function forgetFailures(trx: Transaction<Schema>, used: readonly Verdict[]): Promise<void> {
  // Most have none: then no statement is needed.
  const tokenIds: TokenKey[] = [];
  const userRows: UserRow[] = [];
  for (const verdict of used) {
    if (verdict.kind === 'reject' || !verdict.failed) continue;
    if (verdict.kind === 'accept' && !verdict.complete) continue;
    tokenIds.push(verdict.kind === 'accept' ? verdict.candidate.tokenId : verdict.match.tokenId);
    userRows.push(verdict.userRow);
  }
  await clearFailures(trx, tokenIds);
  await clearUserFailures(trx, userRows);
}

/**
 * The same statements, and as many writes, for an unknown user: the work does not reveal who exists.
 * @returns those that are not counted, because others were counted since the decision
 */
async function countWrong(
  trx: Transaction<Schema>,
  context: Context,
  rejections: readonly Rejection[],
): Promise<readonly Rejection[]> {
  if (rejections.length === 0) return [];
  const counted = await countUserFailures(
    trx,
    rejections.map(({ userRow, countUser, seen, at, lockout }) => ({
      userRow: countUser ? userRow : decoyUser(userRow),
      seen,
      at,
      limit: lockout.failures,
      periodMilliseconds: lockout.withinMinutes * MINUTE,
      firstLockMilliseconds: lockout.firstLockSeconds * 1000,
      longestLockMilliseconds: lockout.longestLockMinutes * MINUTE,
    })),
  );
  const stale = rejections.filter(({ userRow, countUser }) => countUser && !counted.has(userRow));
  await countFailures(
    trx,
    rejections.flatMap((rejection) =>
      stale.includes(rejection)
        ? []
        : rejection.countAgainst.map((tokenId) => ({ tokenId, at: rejection.at })),
    ),
  );
  await countAtDecoy(trx, rejections.filter(({ countUser }) => !countUser).length, context.random);
  return stale;
}

/** What the first tokencode of a seed causes, once: what the token had before is deleted. */
async function firstUse(trx: Transaction<Schema>, context: Context, acceptance: Acceptance): Promise<void> {
  if (!acceptance.candidate.pending) return;
  const { seedId, tokenId, distributionId, serial } = acceptance.candidate;
  if (!(await claimConfirmation(trx, { id: seedId, tokenId }))) return;
  const { source } = acceptance.audit;
  if (distributionId !== null) await confirmDistribution(trx, context, distributionId, { source });
  await record(
    trx,
    context,
    { name: 'client', source },
    { action: 'token.confirmed', object: `token:${serial}` },
  );
}

/** If its policy says so, the token itself ends the emergency access that replaced it. */
async function tokenReturned(
  trx: Transaction<Schema>,
  context: Context,
  acceptance: Acceptance,
): Promise<void> {
  const { tokenId, serial, endsEmergency } = acceptance.candidate;
  if (!endsEmergency) return;
  await changeToken(trx, tokenId, { emergency_until: null, emergency_return: null });
  await deleteEmergencyCodes(trx, tokenId);
  await record(
    trx,
    context,
    { name: 'client', source: acceptance.audit.source },
    { action: 'token.emergency-end', object: `token:${serial}`, reason: text('event.used-again') },
  );
}

/** No row has it. */
const NONE = '';

/**
 * Whether a passcode could be accepted now: by the statements of one, for a user and a seed that do not exist.
 * @throws if the tables cannot be used, or not in time
 */
export async function proveAcceptance(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
): Promise<void> {
  await Promise.all([
    findVerifiable(context.db, NONE),
    advanceSeedsWithAudit(context.db, context, [
      {
        ...{ seedId: NONE, userRow: NO_USER, seen: null, position: 0, drift: 0, at: null },
        audit: { actor: 'system', action: 'authenticate', object: 'user:', result: 'success' },
      },
    ]),
  ]);
}
