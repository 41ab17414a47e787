/**
 * What a passcode that an old server accepted teaches: which imported token is whose. The end of the passcode is compared with imported seeds;
 * after two passcodes in a row that match the same one, and no other, the user gets the token, with what stood before the tokencode as PIN.
 *
 * Nothing is guessed: what matches two seeds, or another user's, is recorded for an administrator. Nothing of a passcode is kept but the
 * intervals that matched.
 */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CONFLICTS, type Lesson, MAX_SEEDS_COMPARED } from '@sower/api/coexistences';
import type { Policies } from '@sower/api/policies';
import type { Settings } from '@sower/api/settings';
import { splitPasscode } from '@sower/otp/pin';
import type { Window } from '@sower/otp/verify';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { Unmoved } from '../authentication/challenge/attempt.ts';
import { tokencodePosition } from '../authentication/verify/match.ts';
import { barOf } from '../authentication/verify/unmoved.ts';
import {
  acceptanceWindow,
  learnedDrift,
  type Standing,
  searchWindow,
} from '../authentication/verify/window.ts';
import type { ServerContext } from '../context.ts';
import type { AuditActor } from '../core/actor.ts';
import { record } from '../core/record.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { recordAssignments } from '../provisioning/tokens/assign.ts';
import { barTo } from '../provisioning/tokens/eligibility.ts';
import { rememberPin, sealedPin } from '../provisioning/tokens/stored-pin.ts';
import { type AuditEvent, insertAudit } from '../store/audit/rows.ts';
import {
  claimTaughtSeed,
  findLesson,
  hasMoved,
  type ImportedSeed,
  listSeedsById,
  listSeedsOfOthers,
  listSeedsOfUser,
  listUnassignedSeeds,
  putLesson,
} from '../store/authentication/coexistences.ts';
import { findOne } from '../store/db/rows.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { lockUser } from '../store/directory/users.ts';
import type { UserRow } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { findVerifiable } from '../store/tokens/seeds.ts';
import { changeToken, claimToken, countTokensOf, isExpired } from '../store/tokens/tokens.ts';

/** Which imported seeds the end of a passcode is a tokencode of. Changes nothing. */
type SeedMatch = {
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
async function compare(
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
        seed: sealing.open(aadOf('seeds.sealed', seed.id), seed.sealed),
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

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'policies' | 'now' | 'random'>;

/** What an old server has accepted. */
type AcceptedElsewhere = {
  readonly userKey: string;
  /** As the client sent it. */
  readonly sentName: string;
  readonly user: Unmoved['user'];
  readonly passcode: string;
  /** An answer to a challenge: a PIN or a tokencode alone, from which no PIN can be learned. */
  readonly answer: boolean;
  /** Path of the security domain in which tokens are looked for. */
  readonly domain: string;
  /** What the audit trail says, if it is let in. */
  readonly event: Omit<AuditEvent, 'result'>;
};

export type Teacher = {
  /**
   * @returns false if the user may not be let in any more, or has moved meanwhile and the tokencode was accepted here: it is not accepted twice
   */
  accepted(accepted: AcceptedElsewhere): Promise<boolean>;
};

/** More wait for the comparison than can be served soon: their users log on once more. */
const MAX_WAITING = 16;
/** How far back a counter is recognized as used. */
const COUNTERS_BACK = 10;
/** Nothing that a person types as a PIN is longer, and what is longer is a password. */
const PIN = /^[A-Za-z0-9]{1,16}$/;

const readMatches = storedJson(
  'coexistence_users.matches',
  z.array(z.object({ seed: z.string(), position: z.number(), drift: z.number() })),
);
const readSerials = storedJson('coexistence_users.serials', z.array(z.string()));
export const serialsOf = (serials: string | null): string[] => (serials === null ? [] : readSerials(serials));

type Known = {
  readonly user: NonNullable<Unmoved['user']>;
  readonly accepted: AcceptedElsewhere;
  readonly prior: Row<'coexistence_users'> | undefined;
};
type Taught = Pick<Row<'coexistence_users'>, 'lesson' | 'serials' | 'matches'>;

const taught = (
  lesson: Lesson,
  found: readonly SeedMatch[] = [],
  keep: readonly SeedMatch[] = [],
): Taught => ({
  lesson,
  serials: JSON.stringify(found.slice(0, 10).map(({ seed }) => seed.serial)),
  matches: JSON.stringify(keep.map(({ seed, position, drift }) => ({ seed: seed.id, position, drift }))),
});

export function teacher(context: Context): Teacher {
  /** One comparison at a time: each may go through thousands of seeds. */
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (waiting >= MAX_WAITING) return undefined;
    waiting += 1;
    const run = last.then(work, work).finally(() => {
      waiting -= 1;
    });
    last = run.catch(() => {});
    return run;
  };

  return {
    async accepted(accepted) {
      const { userKey, user } = accepted;
      const prior = await findLesson(context.db, userKey);
      if (!user)
        return letIn(context, accepted, {
          lesson: taught('unknown-user'),
          reason: text('lesson.unknown-user'),
        });
      if (prior?.lesson === 'moved' || hasMoved(await findVerifiable(context.db, userKey)))
        return claimHere(context, user.row, accepted);
      if (accepted.answer) return letIn(context, accepted);
      const known = { user, accepted, prior };
      const learned = await inTurn(() => learn(context, known));
      return learned ?? letIn(context, accepted);
    },
  };
}

/** @returns as {@link Teacher.accepted} */
async function learn(context: Context, known: Known): Promise<boolean> {
  const { accepted, prior } = known;
  const { row: user } = known.user;
  const { passcode, domain } = accepted;
  const how = { settings: await context.settings.current(), now: context.now() };
  const before = prior ? readMatches(prior.matches) : [];
  const again: SeedMatch[] = [];
  const ids = before.map(({ seed }) => seed);
  for (const seed of await listSeedsById(context.db, ids)) {
    const first = before.find((match) => match.seed === seed.id);
    if (!first) continue;
    // As if the first had been accepted here: its drift is known, and it does not count again.
    const position = Math.max(first.position, seed.position);
    const [match] = await compare(context, [{ ...seed, position, drift: first.drift }], passcode, {
      ...how,
      wide: false,
    });
    if (match && match.position > position) again.push(match);
  }
  const [only] = again;
  if (only && again.length === 1) {
    if (only.seed.user_id !== null && only.seed.user_id !== user)
      return say(context, known, taught('seed-of-another', again));
    return give(context, known, only);
  }
  if (again.length > 1) return say(context, known, taught('several-seeds', again));
  const own = await listSeedsOfUser(context.db, user);
  const unassigned = await listUnassignedSeeds(context.db, domain, MAX_SEEDS_COMPARED + 1);
  const tooMany = unassigned.length > MAX_SEEDS_COMPARED;
  const free: readonly ImportedSeed[] = tooMany ? [] : unassigned;
  const others = await listSeedsOfOthers(context.db, domain, user, MAX_SEEDS_COMPARED - free.length);
  const found = [
    ...(await compare(context, own, passcode, { ...how, wide: true })),
    ...(await compare(context, [...free, ...others], passcode, { ...how, wide: false })),
  ].filter(({ seed, position }) => position > seed.position);
  return say(
    context,
    known,
    found.length > 0 ? taught('matched', found, found) : taught(tooMany ? 'too-many-seeds' : 'no-seed'),
  );
}

/** Let in, and what was learned is noted. A conflict stays until it is settled, whatever the next passcode matches first. */
function say(context: Context, { accepted, prior }: Known, lesson: Taught): Promise<boolean> {
  const settled = lesson.lesson !== 'matched' || !prior || !CONFLICTS.includes(prior.lesson);
  const { serials } = lesson;
  return letIn(context, accepted, {
    lesson: settled ? lesson : { ...lesson, lesson: prior.lesson, serials: prior.serials },
    reason: reasonOf(lesson.lesson, readSerials(serials).join(', ')),
  });
}

function reasonOf(lesson: Lesson, serials: string): Text {
  switch (lesson) {
    case 'no-seed':
    case 'too-many-seeds':
    case 'unknown-user':
      return text(`lesson.${lesson}`);
    default:
      return text(`lesson.${lesson}`, { serials });
  }
}

/**
 * Every acceptance of an old server ends here, or with a token. The user may have been disabled, locked or deleted, or have lost the token,
 * while the old server was asked: they are not let in then, and nothing is learned.
 */
async function letIn(
  context: Context,
  { userKey, sentName, user, event }: AcceptedElsewhere,
  learned: { readonly lesson?: Taught; readonly reason?: NonNullable<AuditEvent['reason']> } = {},
): Promise<boolean> {
  const { lesson, reason } = learned;
  const policies = user && (await context.policies.current(user.domain));
  const now = context.now();
  return inTransaction(context.db, async (trx) => {
    const holder = user && (await lockUser(trx, user.row));
    const bar = policies && (holder ? await barNow(trx, holder, policies, now) : text('event.no-such-user'));
    if (bar) {
      await insertAudit(trx, context, { ...event, result: 'refused', reason: bar });
      return false;
    }
    if (lesson)
      await putLesson(trx, {
        ...rowOf(holder?.user_id_key ?? userKey, holder?.user_id ?? sentName, now),
        ...lesson,
      });
    await insertAudit(trx, context, { ...event, result: 'success', reason });
    return true;
  });
}

async function barNow(
  trx: Connection,
  holder: Row<'users'>,
  policies: Policies,
  now: number,
): Promise<Text | undefined> {
  const lost = (await findVerifiable(trx, holder.user_id_key)).find(({ token_lost }) => token_lost === 1);
  return (
    barOf(holder, policies, now) ??
    (lost && text('event.token', { serial: lost.serial ?? '', reason: text('barred.token-lost') }))
  );
}

const rowOf = (userKey: string, userName: string, at: number) => ({
  user_key: userKey,
  user_name: userName,
  at,
});

/** The token becomes the user's, and the passcode is the first one that was accepted here. */
async function give(context: Context, known: Known, match: SeedMatch): Promise<boolean> {
  const { accepted } = known;
  const { row: user } = known.user;
  const { seed, pin } = match;
  const limit = (await context.settings.current())['tokens.maxPerUser'];
  const policies = await context.policies.current(known.user.domain);
  const now = context.now();
  const given = await inTransaction(context.db, async (trx) => {
    const holder = await lockUser(trx, user);
    if (!holder || barOf(holder, policies, now)) return 'barred';
    // Someone else's passcode has moved the user since.
    if (hasMoved(await findVerifiable(trx, holder.user_id_key))) return 'moved';
    const own = seed.user_id === user;
    const room = own ? undefined : { assigned: await countTokensOf(trx, user), limit };
    if (
      barTo({ userEnabled: holder.enabled, ...(room ? { room } : {}) }, now) !== undefined ||
      isExpired(seed.expires_on, now) ||
      (pin !== '' && !PIN.test(pin))
    )
      return 'barred';
    const before = await tokenOf(trx, seed);
    if (!before || (!own && !(await claimToken(trx, seed.token_id, user)))) return 'barred';
    if (own && before.user_id !== user) return 'barred';
    if (!(await claimTaughtSeed(trx, { ...match, id: seed.id, at: now, withPin: pin !== '' }))) return 'used';
    await changeToken(trx, seed.token_id, {
      enabled: 1,
      failures: 0,
      last_failure_at: null,
      pin_change: 0,
      ...(pin === ''
        ? { pin: null, pin_set_at: null }
        : { pin: sealedPin(context, { tokenId: seed.token_id, pin }), pin_set_at: now }),
    });
    if (pin !== '') await rememberPin(trx, context, { tokenId: seed.token_id, pin });
    const who: AuditActor = { name: accepted.event.actor, source: accepted.event.source };
    if (!own) await recordAssignments(trx, context, who, [{ holder, token: before }]);
    await record(
      trx,
      context,
      who,
      { action: 'token.enable', object: `token:${seed.serial}`, reason: text('event.taught') },
      ...(pin === '' ? [] : [{ action: 'token.set-pin' as const, object: `token:${seed.serial}` }]),
    );
    await putLesson(trx, { ...rowOf(holder.user_id_key, holder.user_id, now), ...taught('moved', [match]) });
    await insertAudit(trx, context, {
      ...accepted.event,
      result: 'success',
      reason: text('lesson.moved', { serials: seed.serial }),
    });
    return 'given';
  });
  if (given === 'given') return true;
  if (given === 'barred') return say(context, known, taught('barred', [match]));
  return claimHere(context, user, accepted);
}

const tokenOf = (trx: Connection, { token_id }: ImportedSeed) => findOne(trx, 'tokens', { id: token_id });

/**
 * The user has moved while the old server was answering: the tokencode counts as used here too. If it was used here already, it is refused,
 * although the old server accepted it.
 */
async function claimHere(context: Context, user: UserRow, accepted: AcceptedElsewhere): Promise<boolean> {
  const how = { settings: await context.settings.current(), now: context.now(), wide: true };
  const { event } = accepted;
  // Counters before the last one are looked at too: otherwise one that was used would look like none of the token's.
  const seeds = (await listSeedsOfUser(context.db, user)).map((seed) =>
    seed.algorithm === 'hotp' ? { ...seed, position: Math.max(-1, seed.position - COUNTERS_BACK) } : seed,
  );
  for (const match of await compare(context, seeds, accepted.passcode, how)) {
    const { seed, position, drift } = match;
    if (await claimTaughtSeed(context.db, { id: seed.id, position, drift, at: how.now })) continue;
    await insertAudit(context.db, context, {
      ...event,
      result: 'refused',
      reason: text('event.token', { serial: seed.serial, reason: text('event.tokencode-used') }),
    });
    return false;
  }
  return letIn(context, accepted, { reason: text('event.moved-meanwhile') });
}
