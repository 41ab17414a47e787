/**
 * Answers to the challenges of authentications. One statement compares the owner and claims the attempt: of many answers at once, one is
 * checked, and only if it comes for the same user, from the same client, in the same run. To anyone else the attempt does not exist, and it
 * stays open for its owner.
 *
 * Anyone who answers has already shown a right tokencode of the token. So other people's wrong passcodes do not stop them (the token or user
 * may be held back meanwhile), but a disabled, lost or expired token does.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { reuseProblem, storePin, tellPinChanged } from '../../provisioning/tokens/stored-pin.ts';
import { type AuditEvent, insertAudit } from '../../store/audit/rows.ts';
import { claimAttempt, claimAttemptsOf, findAttempt } from '../../store/authentication/attempts.ts';
import type { Reason } from '../../store/db/reason.ts';
import { insertExpiring } from '../../store/db/rows.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findUser, userIdKey } from '../../store/directory/users.ts';
import { decoyUser, type KeyedHash } from '../../store/schema/brands.ts';
import type { Row } from '../../store/schema/schema.ts';
import { lockToken } from '../../store/tokens/tokens.ts';
import { lookAt, type STALE } from '../limits/keyed-mutex.ts';
import { pinProblem } from '../pin/pin-rules.ts';
import { acceptMatch } from '../verify/accept-match.ts';
import type { Candidate } from '../verify/candidate.ts';
import { equalText, findMatch, nextPosition } from '../verify/match.ts';
import { type AuthenticateContext, eventOf, type Subject, subjectOf } from '../verify/subject.ts';
import type { AttemptStep, Attempts, RequestingClient } from './attempt.ts';
import {
  attemptHash,
  type ChallengeKind,
  newPinReasonOf,
  noPinMade,
  openQuestion,
  styleOf,
} from './question.ts';

/** How many PINs can be refused in one authentication before it ends. */
const MAX_PINS = 3;

/** What is being answered. */
type Open = {
  readonly row: Row<'attempts'>;
  readonly subject: Subject;
  readonly candidate: Candidate;
  readonly event: Omit<AuditEvent, 'result'>;
  readonly newAttempt: RequestingClient['newAttempt'];
};

export async function answerAttempt(
  context: AuthenticateContext,
  request: Parameters<Attempts['answer']>[0],
): Promise<AttemptStep> {
  const row = await claim(context, request, request.attempt);
  if (!row) return notTheirs(context, request, 'attempts', attemptHash(context, request.attempt));
  return lookAt(context, row.user_key, () => look(context, request, row));
}

async function look(
  context: AuthenticateContext,
  request: RequestingClient & { readonly answer: string },
  row: Row<'attempts'>,
): Promise<AttemptStep | typeof STALE> {
  const subject = await subjectOf(context, row.user_key, request);
  const event = eventOf(request, subject.rows[0]?.user_name ?? row.user_key);
  const candidate = subject.candidates.find(({ seedId }) => seedId === row.seed_id);
  if (!candidate || candidate.barred !== undefined) {
    const why = candidate
      ? text('event.token', { serial: candidate.serial, reason: candidate.barred ?? '' })
      : text('event.token-changed');
    return reject(context, subject, { ...event, result: 'refused', reason: why });
  }
  const open = { row, subject, candidate, event, newAttempt: request.newAttempt };
  switch (row.challenge) {
    case 'next-tokencode':
      return takeNextTokencode(context, open, request.answer);
    case 'passcode-with-new-pin':
      return takePasscode(context, open, request.answer);
  }
  // One was set since, by an administrator or in another authentication, perhaps of anyone who the token belongs to: that one stays.
  if (newPinReasonOf(candidate, subject.policies.token, subject.now) === undefined)
    return reject(context, subject, { ...event, result: 'refused', reason: text('event.token-changed') });
  return row.challenge === 'system-pin'
    ? takeSystemPin(context, open, request.answer)
    : takePin(context, open, request.answer);
}

export async function cancelAttempt(
  context: AuthenticateContext,
  request: Parameters<Attempts['cancel']>[0],
): Promise<void> {
  const { attempt } = request;
  const row =
    attempt === undefined
      ? (await claimAttemptsOf(context.db, ownerOf(request)))[0]
      : await claim(context, request, attempt);
  if (row) {
    await insertAudit(context.db, context, {
      ...eventOf(request, request.userId),
      result: 'refused',
      reason: text('event.given-up'),
    });
  } else if (attempt !== undefined)
    await notTheirs(context, request, 'attempts', attemptHash(context, attempt));
}

type Claimant = RequestingClient & { readonly userId: string };

const ownerOf = ({ userId, client, binding = '' }: Claimant) => ({
  userKey: userIdKey(userId),
  client,
  binding,
});

const claim = (context: AuthenticateContext, request: Claimant, attempt: string) =>
  claimAttempt(context.db, {
    ...ownerOf(request),
    idHash: attemptHash(context, attempt),
    now: context.now(),
  });

/** The caller owns no attempt of that name. If someone else does, that user's audit trail says so; the caller does not learn it. */
export async function notTheirs(
  context: Pick<AuthenticateContext, 'db' | 'now' | 'random' | 'sealing'>,
  request: Claimant,
  table: Parameters<typeof findAttempt>[1],
  idHash: KeyedHash,
): Promise<AttemptStep> {
  const owner = await findAttempt(context.db, table, { idHash, now: context.now() });
  const user = owner && (await findUser(context.db, owner.user_key));
  const how =
    owner?.user_key === userIdKey(request.userId)
      ? text('event.answered-elsewhere')
      : text('event.answered-for', { user: request.userId });
  await insertAudit(context.db, context, {
    ...eventOf(request, user?.user_id ?? owner?.user_key ?? ''),
    result: 'refused',
    ...(owner
      ? { reason: text('event.challenge-answered', { how }) }
      : { object: 'attempt', reason: text('event.nobody-asked') }),
  });
  return { state: 'rejected' };
}

/** @param countAgainst the token whose passcode this should have been; absent if it was not a guess */
async function reject(
  context: AuthenticateContext,
  subject: Subject,
  audit: AuditEvent,
  countAgainst?: Candidate,
): Promise<AttemptStep> {
  await context.commit({
    kind: 'reject',
    userRow: subject.rows[0]?.user_row ?? decoyUser(subject.key),
    // The question is gone, so this counts too, whatever else was counted in the meantime.
    seen: null,
    countAgainst: countAgainst ? [countAgainst.tokenId] : [],
    countUser: countAgainst !== undefined,
    lockout: subject.policies.lockout,
    at: subject.now,
    audit,
  });
  return { state: 'rejected' };
}

/** What the next question has of the one that was answered. */
const askedOf = ({ row, subject, candidate, newAttempt }: Open) => ({
  client: row.client,
  binding: row.binding,
  userKey: row.user_key,
  candidate,
  position: row.position,
  policy: subject.policies.token,
  newAttempt,
});

async function takeNextTokencode(
  context: AuthenticateContext,
  open: Open,
  answer: string,
): Promise<AttemptStep | typeof STALE> {
  const { row, subject, candidate, event } = open;
  const after = { position: row.position, askedAt: row.created_at };
  const position = nextPosition(candidate, answer, after, subject.now);
  if (position !== undefined) {
    return acceptMatch(
      context,
      subject,
      { candidate, position, near: false },
      {
        shown: 'next-tokencode',
        binding: row.binding,
        event,
        newAttempt: open.newAttempt,
      },
    );
  }
  const reason = text('event.next-tokencode-wrong', { serial: candidate.serial });
  return reject(context, subject, { ...event, result: 'refused', reason }, candidate);
}

async function takePasscode(
  context: AuthenticateContext,
  open: Open,
  answer: string,
): Promise<AttemptStep | typeof STALE> {
  const { row, subject, candidate, event } = open;
  const match = findMatch([candidate], answer, subject.settings, subject.now);
  if (match) {
    const { newAttempt } = open;
    return acceptMatch(context, subject, match, {
      ...{ shown: 'new-pin', binding: row.binding, event, newAttempt },
    });
  }
  const reason = text('event.pin-set-passcode-wrong', { serial: candidate.serial });
  return reject(context, subject, { ...event, result: 'refused', reason }, candidate);
}

async function takePin(context: AuthenticateContext, open: Open, pin: string): Promise<AttemptStep> {
  const { row, subject, candidate, event } = open;
  const policy = subject.policies.token;
  if (pin === '' && row.challenge === 'new-pin-or-system')
    return ask(context, open, 'system-pin', text('event.pin-made'));
  const refused =
    pinProblem(policy, styleOf(candidate), pin) ??
    (candidate.pin !== undefined && equalText(pin, candidate.pin)
      ? text('pin.unchanged')
      : await reuseProblem(context.db, context, policy, { tokenId: candidate.tokenId, pin }));
  if (refused === undefined) return setPinAndAsk(context, open, pin);
  if (row.tries + 1 < MAX_PINS) return ask(context, open, row.challenge, text('event.pin-refused'), refused);
  const reason = text('event.pins-refused', { serial: candidate.serial, number: MAX_PINS });
  return reject(context, subject, { ...event, result: 'refused', reason });
}

async function takeSystemPin(context: AuthenticateContext, open: Open, answer: string): Promise<AttemptStep> {
  const { row, subject, candidate, event } = open;
  if (/^\s*(y|yes)\s*$/i.test(answer) && row.sealed_pin !== null) {
    const pin = context.sealing.open(aadOf('attempts.sealed_pin', row.id_hash), row.sealed_pin);
    return setPinAndAsk(context, open, Buffer.from(pin).toString());
  }
  const reason = text('event.pin-not-taken', { serial: candidate.serial });
  return reject(context, subject, { ...event, result: 'refused', reason });
}

/** The next question of the same authentication. */
async function ask(
  context: AuthenticateContext,
  open: Open,
  kind: ChallengeKind,
  reason: Reason,
  refused?: Text,
): Promise<AttemptStep> {
  const { row, subject, candidate, event } = open;
  const question = openQuestion(context, {
    kind,
    ...askedOf(open),
    tries: row.tries + (refused === undefined ? 0 : 1),
    ...(refused === undefined ? {} : { refused }),
  });
  if (!question)
    return reject(context, subject, { ...event, result: 'refused', reason: noPinMade(candidate) });
  await inTransaction(context.db, async (trx) => {
    await insertExpiring(trx, 'attempts', [question.row], subject.now);
    await insertAudit(trx, context, {
      ...event,
      action: 'authenticate.challenge',
      result: refused === undefined ? 'success' : 'refused',
      reason: text('event.token', { serial: candidate.serial, reason }),
    });
  });
  return question.step;
}

/**
 * The PIN is valid from now on, whether or not the passcode with it follows; but not for another user to whom the token was given in the
 * meantime, nor in place of a PIN that was set in the meantime.
 */
async function setPinAndAsk(context: AuthenticateContext, open: Open, pin: string): Promise<AttemptStep> {
  const { row, subject, candidate, event } = open;
  const userRow = subject.rows[0]?.user_row;
  const question = openQuestion(context, {
    kind: 'passcode-with-new-pin',
    ...askedOf(open),
    tries: 0,
  });
  const set = await inTransaction(context.db, async (trx) => {
    const locked = await lockToken(trx, candidate.tokenId);
    if (!locked || locked.user_id !== userRow || locked.pin_set_at !== candidate.pinSetAt) return false;
    await storePin(trx, context, { tokenId: candidate.tokenId, pin });
    await tellPinChanged(trx, context, { userRow, serial: candidate.serial });
    await insertExpiring(trx, 'attempts', [question.row], subject.now);
    await insertAudit(trx, context, {
      ...event,
      action: 'token.set-pin',
      object: `token:${candidate.serial}`,
      result: 'success',
      reason: text('event.pin-in-new-pin-mode', { user: subject.rows[0]?.user_name ?? row.user_key }),
    });
    return true;
  });
  if (set) return question.step;
  return reject(context, subject, { ...event, result: 'refused', reason: text('event.token-changed') });
}
